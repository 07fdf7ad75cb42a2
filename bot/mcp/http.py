"""The tools over the web stage: streamable HTTP without sessions, for who has the token.

Each request is answered by itself with JSON, so nothing is kept between two and no stream stands
open. The SDK speaks ASGI, the stage is aiohttp's: a request is handed over whole.
"""

import asyncio
import hmac
import re
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import SecretStr

from bot.config import Settings
from bot.mcp.server import mcp_server
from bot.mcp.tools import ArchiveTools
from bot.model import utc_now
from bot.store import Store
from bot.web.limits import AddressLimit
from bot.web.places import Site
from bot.web.serve import AnswerOne

LARGEST_BODY = 65_536
"""Bytes of a request."""

RATE, BURST = 10.0, 60
"""Requests a second, and at once, from all who have the token."""

_BODY_S = 10.0  # seconds for a body to come
_ANSWER_S = 60.0  # for all turns before, and one's own
_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")

_Message = MutableMapping[str, Any]


@asynccontextmanager
async def mcp_answers(
    settings: Settings,
    token: SecretStr,
    store: Store,
    now: Callable[[], datetime] = utc_now,
) -> AsyncIterator[AnswerOne]:
    """What answers requests while the block runs."""

    async def opened() -> Store:
        return store

    site = Site(url=settings.web_url or "", retention_days=settings.retention_days)
    tools = ArchiveTools(opened, site, timedelta(days=settings.retention_days), now)
    manager = StreamableHTTPSessionManager(mcp_server(tools), json_response=True, stateless=True)
    async with manager.run():
        yield _Endpoint(manager, token, site).answer


class _Endpoint:
    """Lets requests with the token through to the protocol."""

    def __init__(
        self, manager: StreamableHTTPSessionManager, token: SecretStr, site: Site
    ) -> None:
        self._manager, self._token = manager, token.get_secret_value().encode()
        address = urlsplit(site.url)
        self._own = f"{address.scheme}://{address.netloc}"
        self._limit = AddressLimit(RATE, BURST)

    async def answer(self, request: web.Request) -> web.Response:
        """Any request for the address; errors of the store are in the answers of the tools."""
        response = await self._answer(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        origin = request.headers.get("Origin")
        if origin is not None and origin != self._own and not _LOCAL.fullmatch(origin):
            return web.Response(status=403, text="this origin may not ask\n")
        given = request.headers.get("Authorization", "")
        if not self._admits(given):
            error = ', error="invalid_token"' if given else ""
            challenge = {"WWW-Authenticate": f'Bearer realm="fortochka"{error}'}
            return web.Response(status=401, headers=challenge, text="MCP_TOKEN is needed\n")
        if request.method != "POST":
            return web.Response(status=405, headers={"Allow": "POST"})
        if wait := self._limit.wait("token", asyncio.get_running_loop().time()):
            return web.Response(status=429, headers={"Retry-After": str(ceil(wait))})
        try:
            async with asyncio.timeout(_BODY_S):
                body = await _body(request)
        except TimeoutError:
            return web.Response(status=408, headers={"Connection": "close"})
        if body is None:
            return web.Response(status=413, headers={"Connection": "close"})
        async with asyncio.timeout(_ANSWER_S):
            return await _through(self._manager, request, body)

    def _admits(self, given: str) -> bool:
        scheme, _, token = given.partition(" ")
        said = token.strip().encode("utf-8", "surrogateescape")
        return scheme.casefold() == "bearer" and hmac.compare_digest(said, self._token)


async def _body(request: web.Request) -> bytes | None:
    """The whole body; None for one that is too large, of which no more is read."""
    if (request.content_length or 0) > LARGEST_BODY:
        return None
    found = b""
    async for part in request.content.iter_any():
        found += part
        if len(found) > LARGEST_BODY:
            return None
    return found


async def _through(
    manager: StreamableHTTPSessionManager, request: web.Request, body: bytes
) -> web.Response:
    """What an ASGI application answers; it is told of no client that leaves."""
    hidden = {b"authorization", b"cookie"}
    headers = [(name.lower(), value) for name, value in request.raw_headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name, value) for name, value in headers if name not in hidden],
    }
    left, sent = [body], list[_Message]()

    async def receive() -> _Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await asyncio.Future[_Message]()

    async def send(message: _Message) -> None:
        sent.append(message)

    await manager.handle_request(scope, receive, send)
    start = sent[0]
    response = web.Response(
        status=start["status"], body=b"".join(part.get("body", b"") for part in sent[1:])
    )
    for name, value in start["headers"]:
        if name.lower() != b"content-length":
            response.headers[name.decode()] = value.decode()
    return response

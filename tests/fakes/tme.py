"""A fake t.me on loopback: preview pages by handle, and every answer a real site may give."""

import asyncio
import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.waiting import EVENT_S


@dataclass(frozen=True)
class Reply:
    """One programmed answer; ``delay`` is the pause in seconds between its parts."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    parts: int = 1
    delay: float = 0.0


@dataclass(frozen=True)
class Request:
    """One request as it came: path, query, headers (names in lower case), loop time in seconds."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: float


def redirect(target: str, status: int = 302) -> Reply:
    """A redirect to an address."""
    return Reply(status=status, headers={"Location": target})


def bomb(size: int, members: int = 1) -> Reply:
    """A gzip body that unpacks to ``size`` zero bytes, in one or many members."""
    packed = gzip.compress(bytes(size // members)) * members
    return Reply(packed, headers={"Content-Encoding": "gzip"})


class FakeTme:
    """Serves ``replies[path]`` in turn (the last one stays), else ``pages[(handle, before)]``.

    A page for ``before`` None is the newest one; before unknown ids there is nothing. Unknown
    paths answer 302 to the landing path, unknown landing paths 404. ``requests`` keeps them all.
    """

    def __init__(self) -> None:
        self.pages: dict[tuple[str, int | None], bytes | str] = {}
        self.replies: dict[str, list[Reply]] = {}
        self.requests: list[Request] = []
        self.busy = 0
        self.most_busy = 0
        self.base_url = ""
        self._open = asyncio.Event()
        self._open.set()
        self._came = asyncio.Event()

    def serve(self, handle: str, html: bytes | str, before: int | None = None) -> None:
        """Give a preview page for a handle."""
        self.pages[handle.lower(), before] = html

    def script(self, path: str, *replies: Reply) -> None:
        """Give answers for a path, in turn."""
        self.replies[path] = list(replies)

    def hold(self) -> None:
        """Answer nothing until ``release``."""
        self._open.clear()

    def release(self) -> None:
        """Answer what was held, and what comes."""
        self._open.set()

    async def until(self, condition: Callable[[Self], bool], within: float = EVENT_S) -> None:
        """Wait until the condition holds after some request; ``TimeoutError`` else."""
        async with asyncio.timeout(within):
            while not condition(self):
                await self._came.wait()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        now = asyncio.get_running_loop().time()
        self.requests.append(Request(request.path, dict(request.query), headers, now))
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        self._came.set()
        self._came = asyncio.Event()
        try:
            await self._open.wait()
            return await self._send(request, self._reply(request))
        finally:
            self.busy -= 1

    def _reply(self, request: web.Request) -> Reply:
        scripted = self.replies.get(request.path, [])
        if scripted:
            return scripted.pop(0) if len(scripted) > 1 else scripted[0]
        before = request.query.get("before")
        name = request.path.removeprefix("/s/")
        page = self.pages.get((name.lower(), int(before) if before else None))
        if page is None and before and (name.lower(), None) in self.pages:
            # The real site shows the channel's header alone where there is nothing older.
            page = f'<div class="tgme_channel_info_header_username">@{name}</div>'
        if page is not None:
            return Reply(page, headers={"Content-Type": "text/html; charset=utf-8"})
        return redirect(f"/{name}") if request.path.startswith("/s/") else Reply(status=404)

    async def _send(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        response = web.StreamResponse(status=reply.status, headers=reply.headers)
        await response.prepare(request)
        for part in _cut(body, reply.parts):
            await response.write(part)
            await asyncio.sleep(reply.delay)
        await response.write_eof()
        return response


def _cut(body: bytes, parts: int) -> Sequence[bytes]:
    size = max(1, -(-len(body) // parts))
    return [body[start : start + size] for start in range(0, len(body), size)]

"""A Bot API server on loopback: real sockets, real offset semantics, Telegram's own text rules.

Every request is recorded in ``calls`` (and in ``done`` when it was answered), every message that
reached a chat in ``deliveries``: a list, so that doubles are visible. Answers are ordered with
``order``. It serves processes as well as coroutines, as long as the loop that entered it turns.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.fakes.botapi_answers import Answer
from tests.fakes.botapi_chats import Chats
from tests.fakes.botapi_duties import Delivered, Duties
from tests.fakes.botapi_people import People
from tests.fakes.botapi_text import ApiError, bad_request
from tests.fakes.botapi_updates import UpdateQueue
from tests.waiting import EVENT_S

Json = dict[str, Any]

TOKEN = "4242:AAF-made-up-token-for-tests_0123456789"  # the shape of a token, no bot's
_NESTED = frozenset(
    {
        *("entities", "caption_entities", "reply_markup", "allowed_updates", "commands"),
        *("scope", "menu_button", "link_preview_options", "reply_parameters", "reaction"),
    }
)


@dataclass(frozen=True)
class Call:
    """One request: method in lower case, decoded parameters, loop time in seconds."""

    method: str
    params: Json
    at: float


class FakeBotApi(People, Duties):
    """Use as ``async with FakeBotApi() as api``; then ``api.url`` is its base address."""

    def __init__(self, token: str = TOKEN, strict: bool = False) -> None:
        self.token = token
        self.queue = UpdateQueue()
        self.chats = Chats(strict=strict)
        self.calls: list[Call] = []
        self.done: list[Call] = []
        self.deliveries: list[Delivered] = []
        self.refused: list[tuple[Call, ApiError]] = []
        self.answered: list[Json] = []
        self.blocked: set[int] = set()
        self.admins: set[tuple[int, int]] = set()
        self.open_queries: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.takes_dates = True
        self.is_inline = True
        self.can_join_groups = True
        self.url = ""
        self._orders: list[tuple[str, int | None, Answer]] = []
        self._released = asyncio.Event()
        self._changed = asyncio.Event()
        self._runner = web.AppRunner(self._app(), handler_cancellation=True, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def order(
        self,
        answer: Answer,
        *,
        method: str = "sendMessage",
        chat: int | None = None,
        times: int = 1,
    ) -> None:
        """Give that answer to the next ``times`` requests of a method (to one chat, if given)."""
        self._orders += [(method.lower(), chat, answer)] * times

    def release(self) -> None:
        """Let all held answers go."""
        self._released.set()
        self._released = asyncio.Event()

    def revoke(self) -> None:
        """From now on every request is 401."""
        self.token = ""

    async def until(self, condition: Callable[[Self], bool], within: float = EVENT_S) -> None:
        """Wait until the condition holds after some request; ``TimeoutError`` else."""
        async with asyncio.timeout(within):
            while not condition(self):
                await self._changed.wait()

    async def delivered(
        self, wanted: Callable[[Delivered], bool], within: float = EVENT_S
    ) -> Delivered:
        """The first delivery that matches, waiting for it."""
        await self.until(lambda api: any(map(wanted, api.deliveries)), within)
        return next(filter(wanted, self.deliveries))

    async def called(
        self, method: str, wanted: Callable[[Json], bool] = lambda _: True, within: float = EVENT_S
    ) -> Call:
        """The first request of a method that matches, waiting for it."""

        def match(call: Call) -> bool:
            return call.method == method.lower() and wanted(call.params)

        await self.until(lambda api: any(map(match, api.calls)), within)
        return next(filter(match, self.calls))

    def sent(self, chat_id: int) -> list[str]:
        """Texts delivered to a chat, in order."""
        return [item.text for item in self.deliveries if item.chat_id == chat_id]

    def notify(self) -> None:
        """Wake those who wait for a change."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/documents/{name}", self._serve_file)
        return app

    async def _serve_file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        known = content is not None and request.match_info["token"] == self.token
        return web.Response(body=content) if known else web.Response(status=404)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        params = await read_params(request)
        now = asyncio.get_running_loop().time()
        call = Call(request.match_info["method"].lower(), params, now)
        self.calls.append(call)
        self.notify()
        ordered = self._take_order(call)
        try:
            self._check_token(request.match_info["token"])
            if ordered:
                return await self._obey(request, call, ordered)
            return _reply({"ok": True, "result": await self.run(call.method, call.params)})
        except ApiError as error:
            self.refused.append((call, error))
            return _refusal(error)
        finally:
            self.done.append(call)
            self.notify()

    def _check_token(self, token: str) -> None:
        bot, _, secret = token.partition(":")
        if not (bot.isdigit() and secret):
            raise ApiError(401, "Unauthorized: invalid token specified")
        if token != self.token:
            raise ApiError(401, "Unauthorized")

    def _take_order(self, call: Call) -> Answer | None:
        for index, (method, chat, answer) in enumerate(self._orders):
            if method == call.method and chat in (None, call.params.get("chat_id")):
                del self._orders[index]
                return answer
        return None

    async def _obey(self, request: web.Request, call: Call, answer: Answer) -> web.StreamResponse:
        result = await self.run(call.method, call.params) if answer.executed else {}
        if answer.held:
            self.notify()
            await self._released.wait()
        if answer.cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if answer.body is None:
            return _reply({"ok": True, "result": result})
        body = answer.body
        if isinstance(result, dict):
            body = body.replace("{message_id}", str(result.get("message_id")))
        headers = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
        kind = "text/html" if answer.html else "application/json"
        return web.Response(text=body, status=answer.status, headers=headers, content_type=kind)


async def read_params(request: web.Request) -> Json:
    """Parameters of a request: query, JSON, urlencoded or multipart; nested ones decoded."""
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        params |= await request.json()
    else:
        posted = await request.post()
        params |= dict(posted)
        files = (each for each in posted.values() if isinstance(each, web.FileField))
        params |= {"bytes": b"".join(each.file.read() for each in files)}
    return {key: _decoded(key, value) for key, value in params.items()}


def _decoded(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key in _NESTED:
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {key}: {error}") from error
    if key in ("chat_id", "message_id", "user_id") and value.lstrip("-").isdigit():
        return int(value)
    return {"true": True, "false": False}.get(value.lower(), value)


def _reply(body: Json) -> web.Response:
    return web.json_response(body)


def _refusal(error: ApiError) -> web.Response:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.parameters:
        body["parameters"] = error.parameters
    if "retry_after" in error.parameters:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.json_response(body, status=error.code, headers=headers)

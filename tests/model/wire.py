"""What passes between the program and an engine: forwarded as it comes, and kept."""

import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import BaseModel

from bot.extract.forms.response_formats import POST, SHORT
from bot.extract.llm.completion import Completion, completion, completion_body

FORMS: dict[str, type[BaseModel]] = {form.name: form.model for form in (POST, SHORT)}


@dataclass
class Passed:
    """One call and what came back; ``ended`` is true where the engine said all that it had to."""

    body: dict[str, Any]
    status: int = 0
    answer: bytearray = field(default_factory=bytearray)
    ended: bool = False

    @property
    def whole(self) -> bool:
        """True for an answer that nobody cut off: the program hangs up behind the last mark."""
        return self.ended or b"data: [DONE]" in self.answer

    @property
    def told(self) -> Completion:
        """The completion in the answer."""
        return completion(completion_body(bytes(self.answer)))

    @property
    def form(self) -> type[BaseModel] | None:
        """The form of a post that was asked for, None where only a part of it was."""
        return FORMS.get(self.body["response_format"]["json_schema"]["name"])


@dataclass
class Wire:
    """The address that stands for the engine's, and all calls that passed there."""

    url: str
    calls: list[Passed] = field(default_factory=list)


@asynccontextmanager
async def wire_to(target: str) -> AsyncIterator[Wire]:
    """A server on loopback that forwards every call to the target and keeps it."""
    unlimited = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(target, timeout=unlimited) as session:
        wire = Wire("")

        async def forward(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            call = Passed(json.loads(raw))
            wire.calls.append(call)
            headers = {"content-type": "application/json"}
            async with session.post(request.path_qs, data=raw, headers=headers) as engine:
                call.status = engine.status
                back = web.StreamResponse(status=engine.status)
                back.content_type = engine.content_type
                with contextlib.suppress(ConnectionResetError):
                    await back.prepare(request)
                    async for chunk in engine.content.iter_any():
                        call.answer += chunk
                        await back.write(chunk)
                    call.ended = True
                    await back.write_eof()
            return back

        app = web.Application(client_max_size=8 << 20)
        app.router.add_post("/v1/chat/completions", forward)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        wire.url = "http://{}:{}/v1".format(*runner.addresses[0][:2])
        try:
            yield wire
        finally:
            await runner.cleanup()

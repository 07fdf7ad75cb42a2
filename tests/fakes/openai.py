"""An OpenAI-compatible server on loopback: strict about schemas, scripted for faults, recording.

Left alone it answers every post honestly, so that whole processes can be run against it.
"""

import json
from collections import deque
from typing import Self

from aiohttp import web

from tests.fakes.openai_answers import Answer, Asked, fails, honest
from tests.fakes.openai_platform import Platform, platform_answer
from tests.fakes.openai_schema import refusal

KEY = "sk-made-up-key-for-tests-0123456789abcdef"
MODEL = "made-up-model"


class FakeOpenAI:
    """Use as ``async with FakeOpenAI() as fake``; ``fake.url`` is the base address for clients.

    ``takes`` are the response formats that it knows, ``unknown`` the parameters that it refuses,
    ``models`` those that exist (all where None). A ``platform`` puts OpenAI's own rules over all
    of this: what is refused, how long a model thinks, what its cache keeps, what a call costs.
    """

    def __init__(
        self,
        *,
        takes: tuple[str, ...] = ("strict", "schema", "object"),
        unknown: tuple[str, ...] = (),
        models: tuple[str, ...] | None = None,
        key: str | None = None,
        platform: Platform | None = None,
    ) -> None:
        self.platform = platform
        self.takes, self.unknown, self.models, self.key = takes, unknown, models, key
        self.requests: list[Asked] = []
        self.default: Answer = honest
        self.always: Answer | None = None
        self.url = ""
        self._script: deque[Answer] = deque()
        app = web.Application(client_max_size=8 << 20)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/v1/models/{name}", self._models)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def script(self, *answers: Answer) -> None:
        """Answers to the next requests but probes, in order; then ``default`` again."""
        self._script.extend(answers)

    @property
    def posts(self) -> list[Asked]:
        """Requests about posts, without probes."""
        return [asked for asked in self.requests if asked.post]

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        asked = Asked(raw, json.loads(raw), request.headers.get("authorization", ""), request)
        self.requests.append(asked)
        answer = self.always or self._objection(asked)
        if answer is None:
            scripted = (asked.post or asked.cards) and self._script
            answer = self._script.popleft() if scripted else self.default
            if self.platform is not None:
                answer = platform_answer(self.platform, answer)
        return await answer(asked)

    async def _models(self, request: web.Request) -> web.StreamResponse:
        if self.platform is not None:
            return self.platform.listed(request.match_info.get("name"))
        return web.json_response({"error": {"message": "Not Found", "code": 404}}, status=404)

    def _objection(self, asked: Asked) -> Answer | None:
        """What a real server would refuse before its model sees anything."""
        if self.key and asked.authorization != f"Bearer {self.key}":
            # Real servers repeat the key in their words; it must not reach a log.
            return fails(
                401, f"Incorrect API key provided: {asked.authorization}", code="invalid_api_key"
            )
        if self.platform is not None:
            return self.platform.objection(asked)
        if self.models is not None and asked.body.get("model") not in self.models:
            return fails(404, "The model does not exist", code="model_not_found")
        for name in self.unknown:
            if name in asked.body:
                return fails(
                    400,
                    f"Unsupported parameter: '{name}'",
                    param=name,
                    code="unsupported_parameter",
                )
        if asked.way != "text" and asked.way not in self.takes:
            return fails(400, "Unknown response_format", param="response_format")
        if asked.way == "strict" and (reason := refusal(asked.schema)):
            return fails(
                400, f"Invalid schema for response_format: {reason}", param="response_format"
            )
        return None

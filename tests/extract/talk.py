"""A model of its own fake server, for tests of the analyst."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.evaluation.recording import Proven
from bot.extract.llm.model import Model
from tests.extract.posts import EN, RU
from tests.fakes.openai import KEY, MODEL, FakeOpenAI
from tests.fakes.openai_forms import form

Naps = list[float]
GOOD = form(ru=RU, en=EN, primary_topic="quantization")
OTHER_NUMBER = GOOD | {"ru": RU | {"tldr": "Стало 99,7% на тесте."}}


@asynccontextmanager
async def talking(
    fake: FakeOpenAI | None = None,
    *,
    naps: Naps | None = None,
    new: bool = False,
    **options: Any,
) -> AsyncIterator[tuple[FakeOpenAI, Model]]:
    """A model of its own fake server; pauses are noted instead of slept.

    Nothing is known of a ``new`` server; any other has filled in forms before.
    """

    async def nap(seconds: float) -> None:
        (naps if naps is not None else []).append(seconds)

    async with (
        fake or FakeOpenAI() as server,
        Model(
            api_key=KEY,
            model=MODEL,
            base_url=server.url,
            sleep=nap,
            memory=None if new else Proven(),
            **options,
        ) as model,  # fmt: skip
    ):
        yield server, model

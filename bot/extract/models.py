"""The configured model, and the second one from the moment the server no longer has the first."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import structlog

from bot.extract.costs import Price
from bot.extract.failures import BadRequest, ModelNotFound, Usage
from bot.model import Analysis, Card, Entry, Language, PeriodName, Post
from bot.text import shorten

if TYPE_CHECKING:
    from bot.extract.llm import Model  # loads openai, which a bot without a model never needs
    from bot.extract.overview import Overview

log = structlog.get_logger()
TRIMMED = 4_000
"""Characters to which a post is cut when a server refuses the request with all of it."""

_T = TypeVar("_T")


class Priced(NamedTuple):
    """A model and what it costs."""

    model: "Model"
    price: Price


class Models:
    """Asks the first model that exists; ``prompt_id`` and ``price`` are those of that model."""

    def __init__(self, first: Priced, second: Priced | None = None) -> None:
        self._left = [first, *([second] if second else [])]

    @property
    def prompt_id(self) -> str:
        """The version of answers from now on."""
        return self._left[0].model.prompt_id

    @property
    def prompt_ids(self) -> tuple[str, ...]:
        """The versions of all models, the preferred one last."""
        return tuple(each.model.prompt_id for each in reversed(self._left))

    @property
    def price(self) -> Price:
        """What the model in use costs."""
        return self._left[0].price

    @property
    def dearest(self) -> Price:
        """At least what the next call costs, whichever model answers it."""
        return Price(*(max(column) for column in zip(*(p.price for p in self._left), strict=True)))

    async def analyse(self, post: Post, previous: Card | None) -> tuple[Analysis, Usage]:
        """Read one post; one too long for the server is tried once more, cut. ``ModelError``."""
        try:
            return await self._ask(lambda model: model.analyse(post, previous))
        except BadRequest as refused:
            if len(post.text) <= TRIMMED:
                raise
            so_far = refused.usage
        short = post.model_copy(update={"text": shorten(post.text, TRIMMED)})
        answer = await self._ask(lambda model: model.analyse(short, previous))
        return answer.analysis, answer.usage + so_far

    async def overview(
        self, entries: Sequence[Entry], period: PeriodName, language: Language
    ) -> "tuple[Overview, Usage]":
        """The opening of a digest over its best entries. Raises ``ModelError``."""
        return await self._ask(
            lambda model: model.overview(entries, period=period, language=language)
        )

    async def _ask(self, ask: "Callable[[Model], Awaitable[_T]]") -> _T:
        while True:
            asked = self._left[0]
            try:
                return await ask(asked.model)
            except ModelNotFound:
                if self._left == [asked]:
                    raise
                if self._left[0] is asked:  # else another call has found it out already
                    self._left.pop(0)
                    log.error("model gone", now=self.prompt_id)

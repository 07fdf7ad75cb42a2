"""The configured model, replaced by the second one once the server no longer has the first."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.extract.budget.meter import Meter
from bot.extract.budget.pricing import Price
from bot.extract.errors import ModelNotFound
from bot.extract.llm.concurrency import ConcurrencyLimit
from bot.model import Analysis, AnswerSentence, Card, Entry, Language, PeriodName, Post, Verdict

if TYPE_CHECKING:
    from bot.extract.forms.forms import QueryForm
    from bot.extract.llm.digest_opening import Overview
    from bot.extract.llm.model import (
        Model,  # loads openai, which a bot without a model never needs
    )
    from bot.extract.llm.prompt import EarlierPost
    from bot.extract.questions.messages import AskedQuestion

log = structlog.get_logger()

_T = TypeVar("_T")


class ModelChain:
    """Asks the first model that exists; ``prompt_id`` and ``price`` are those of that model."""

    def __init__(self, first: "Model", second: "Model | None" = None) -> None:
        self._left = [first, *([second] if second else [])]

    @property
    def names(self) -> tuple[str, ...]:
        """The models that may be asked."""
        return tuple(each.name for each in self._left)

    @property
    def prompt_id(self) -> str:
        """The version of answers from now on."""
        return self._left[0].prompt_id

    @property
    def prompt_ids(self) -> tuple[str, ...]:
        """The versions of all models, the preferred one last."""
        return tuple(each.prompt_id for each in reversed(self._left))

    @property
    def price(self) -> Price:
        """What the model in use costs."""
        return self._left[0].price

    @property
    def dearest(self) -> Price:
        """At least what the next call costs, whichever model answers it."""
        return Price(*map(max, zip(*(each.price for each in self._left), strict=True)))

    @property
    def gate(self) -> ConcurrencyLimit:
        """How many calls the server in use is asked at once."""
        return self._left[0].gate

    @property
    def compares(self) -> bool:
        """True where the model in use is shown earlier posts: not one that gets short forms."""
        return not self._left[0].short

    @property
    def proven(self) -> bool:
        """True where the model in use has filled in a form before."""
        return self._left[0].proven

    async def recall(self) -> None:
        """Take up what was learned of the servers before."""
        for each in self._left:
            await each.recall()

    async def analyse(
        self,
        post: Post,
        previous: Card | None,
        earlier_posts: "Sequence[EarlierPost]",
        meter: Meter,
        *,
        flex: bool = False,
    ) -> Analysis:
        """Read one post and compare it with earlier ones. Raises ``ModelError``."""
        answer = await self._ask(
            lambda model: model.analyse(post, previous, earlier_posts, meter=meter, flex=flex)
        )
        return answer.analysis

    async def judge(
        self, entry: Entry, earlier_posts: "Sequence[EarlierPost]", meter: Meter
    ) -> Verdict | None:
        """Which of the earlier posts tells the event of an entry. Raises ``ModelError``."""
        return await self._ask(lambda model: model.judge(entry, earlier_posts, meter=meter))

    async def overview(
        self, entries: Sequence[Entry], period: PeriodName, language: Language, meter: Meter
    ) -> "Overview":
        """The opening of a digest over its best entries. Raises ``ModelError``."""
        made, _ = await self._ask(
            lambda model: model.overview(entries, period=period, language=language, meter=meter)
        )
        return made

    async def query(self, asked: "AskedQuestion", meter: Meter) -> "QueryForm":
        """What to look for to answer a question. Raises ``ModelError``."""
        return await self._ask(lambda model: model.query(asked, meter=meter))

    async def answer(
        self, asked: "AskedQuestion", entries: Sequence[Entry], meter: Meter
    ) -> tuple[AnswerSentence, ...] | None:
        """What the entries say to a question; None for nothing of use. Raises ``ModelError``."""
        return await self._ask(lambda model: model.answer(asked, entries, meter=meter))

    async def _ask(self, ask: "Callable[[Model], Awaitable[_T]]") -> _T:
        while True:
            asked = self._left[0]
            try:
                return await ask(asked)
            except ModelNotFound as error:
                if self._left == [asked]:
                    raise
                if self._left[0] is asked:  # else another call has found it out already
                    self._left.pop(0)
                    log.error("model gone", now=self._left[0].name, reason=str(error))

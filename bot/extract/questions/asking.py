"""Has a model read a question and answer it from posts: paid like any call, in time or never."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.extract.budget import pricing
from bot.extract.budget.meter import Meter
from bot.extract.budget.paid_calls import ModelGate, Purpose, RetryLater
from bot.extract.errors import ModelError
from bot.extract.llm.fallback import ModelChain
from bot.languages import LANGUAGES
from bot.model import AnswerSentence, Entry, Unanswered
from bot.store.read_model.terms import STOP, LooseQuery
from bot.text import words

if TYPE_CHECKING:
    from bot.extract.forms.forms import QueryForm
    from bot.extract.questions.messages import AskedQuestion

log = structlog.get_logger()
_DEADLINE = 30.0
"""Seconds that each of the two calls may take: somebody waits."""

_MOST_WORDS = 40
_T = TypeVar("_T")


class NotAnsweredError(Exception):
    """No model answers this question; ``reason`` says why."""

    def __init__(self, reason: Unanswered) -> None:
        super().__init__(reason)
        self.reason: Unanswered = reason


class Answerer:
    """Asks the model about questions, within the ``share`` of the day that readers have."""

    def __init__(self, gate: ModelGate, models: ModelChain, share: float) -> None:
        self._gate, self._models, self._share = gate, models, share

    async def read(self, asked: "AskedQuestion", own: LooseQuery, now: datetime) -> LooseQuery:
        """What to look for: what was read without a model, and what the model adds.

        Raises ``NotAnsweredError``; ``now`` is in the zone of who asks.
        """
        form = await self._call(lambda meter: self._models.query(asked, meter))
        return with_form(own, form, now)

    async def answer(
        self, asked: "AskedQuestion", entries: Sequence[Entry]
    ) -> tuple[AnswerSentence, ...]:
        """What the entries say to the question; empty where they do not. ``NotAnsweredError``."""
        found = await self._call(lambda meter: self._models.answer(asked, entries, meter))
        if found is None:
            log.warning("answer refused")
            raise NotAnsweredError("unchecked")
        return found

    async def _call(self, ask: Callable[[Meter], Awaitable[_T]]) -> _T:
        most = pricing.most_of_question(self._models.dearest)
        try:
            async with asyncio.timeout(_DEADLINE):
                return await self._gate.call(self._models, Purpose(most, readers=self._share), ask)
        except RetryLater as error:  # a fixed wait is the budget's
            raise NotAnsweredError("budget" if error.fixed else "away") from error
        except (ModelError, TimeoutError) as error:
            log.warning("question not answered", error=type(error).__name__)
            raise NotAnsweredError("away") from error


def with_form(own: LooseQuery, form: "QueryForm", now: datetime) -> LooseQuery:
    """The query with what a model's form adds; a time that was read without it stays."""
    told = chain.from_iterable(form.words(language) for language in LANGUAGES)
    more = (word for text in told for word in words(text) if word not in STOP)
    found = tuple(dict.fromkeys((*own.words, *more)))[:_MOST_WORDS]
    return replace(
        own,
        words=found,
        topics=tuple(dict.fromkeys(form.topics))[:2],
        kinds=tuple(dict.fromkeys(form.kinds))[:2],
        span=own.span or _span(form, now),
    )


def _span(form: "QueryForm", now: datetime) -> tuple[datetime, datetime] | None:
    """The days that a form names, in the zone of ``now``; None for none, or none that can be."""
    first, last = _day(form.since), _day(form.until)
    first, last = first or last, last or (now.date() if first else None)
    if first is None or last is None or first > last or first > now.date():
        return None
    begins = datetime.combine(first, time(), now.tzinfo)
    return begins, datetime.combine(last + timedelta(days=1), time(), now.tzinfo)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None

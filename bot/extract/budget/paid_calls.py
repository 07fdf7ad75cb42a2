"""The gate of every model call: circuit breaker, budget reservation, booking of the cost."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

import structlog

from bot.counts import MODEL_DENIED, MODEL_QUESTIONS
from bot.extract.budget.breaker import Breaker
from bot.extract.budget.meter import Meter, model_outcome
from bot.extract.errors import (
    BadAnswer,
    BadRequest,
    ContextTooSmall,
    ModelError,
    ModelNotFound,
    QuotaExceeded,
    RateLimited,
    Truncated,
    Unauthorized,
    Unavailable,
    WrongAddress,
)
from bot.extract.llm.concurrency import MODEL_TIMEOUT, ConcurrencyLimit
from bot.store import Store
from bot.store.usage import Hold

log = structlog.get_logger()
FIRST_PAUSE, LEAST_PAUSE = timedelta(minutes=5), timedelta(seconds=1)
BUDGET, FAILING = "budget", "failing"
HOLD = timedelta(seconds=6 * MODEL_TIMEOUT)
"""How long money is held for a question: a reading and a repair, each at its whole deadline."""

_FATAL: dict[type[ModelError], str] = {
    QuotaExceeded: "no_quota",
    Unauthorized: "key_refused",
    ModelNotFound: "model_gone",
    WrongAddress: "wrong_address",
    ContextTooSmall: "context_too_small",
}
_PASSING = (Unavailable, RateLimited, *_FATAL)
_USELESS = (BadAnswer, Truncated, BadRequest)
"""Paid or refused for nothing: the post's fault once, the server's when it happens in a row."""

NotifyOwners = Callable[[str, str], Awaitable[None]]
"""Told what happened to the model, and a reason in one line."""

_T = TypeVar("_T")


class RetryLater(Exception):
    """No answer now; another try makes sense after ``wait``. ``fixed`` waits do not grow."""

    def __init__(self, wait: timedelta, *, fixed: bool = False) -> None:
        super().__init__(f"not now, in {wait}")
        self.wait, self.fixed = wait, fixed


class ModelServer(Protocol):
    """What is asked: how many at once, and whether it has filled in forms before."""

    @property
    def gate(self) -> ConcurrencyLimit:
        """How many calls may be under way."""

    @property
    def proven(self) -> bool:
        """True where an answer that is no use is the question's fault."""


class Purpose(NamedTuple):
    """What a question is for: most micro-dollars, the share of the day's budget, source and post.

    ``readers`` is the share that all questions about readers' forwards may have together;
    ``waits`` is true where the answer may come late, at half the price where a server has that.
    ``age`` is ``HISTORY`` for a post older than its source.
    """

    most: int
    share: float = 1.0
    source: str = ""
    readers: float | None = None
    waits: bool = False
    post: str = ""
    age: str = ""


async def notify_nobody(what: str, reason: str) -> None:
    """For an analyst without owners."""


class ModelGate:
    """Lets calls through while the model works and the day's ``cap`` in micro-dollars lasts."""

    def __init__(
        self,
        store: Store,
        cap: int,
        clock: Callable[[], datetime],
        tell: NotifyOwners = notify_nobody,
    ) -> None:
        self._store, self._cap, self._clock, self._tell = store, cap, clock, tell
        self._breaker = Breaker()

    async def call(
        self, server: ModelServer, purpose: Purpose, ask: Callable[[Meter], Awaitable[_T]]
    ) -> _T:
        """The answer to one question, within its share of the day's cap.

        Raises ``RetryLater`` when another try makes sense, the ``ModelError`` when none does; what
        was used is booked in any case, also when the question is cancelled.
        """
        async with server.gate:
            hold, meter = await self._allowed(purpose), Meter()
            try:
                answer = await ask(meter)
            except ModelError as error:
                raise await self._failed(error, proven=server.proven) from error
            else:
                self._breaker.succeeded()
                self._store.counts.add(MODEL_QUESTIONS, "answered")
                return answer
            finally:
                await self._book(hold, meter, purpose)

    async def _allowed(self, purpose: Purpose) -> Hold:
        now = self._clock()
        if wait := self._breaker.wait(now):
            raise RetryLater(max(wait, LEAST_PAUSE))
        cap, readers = round(self._cap * purpose.share), purpose.readers
        own = None if readers is None else round(self._cap * readers)
        hold = await self._store.usage.reserve(
            now.date(), purpose.most, cap, HOLD, readers_cap=own
        )
        if hold is None:
            log.warning("budget spent", cap=self._cap, share=purpose.share, readers=readers)
            await self._count({"denied": 1})
            self._store.counts.add(MODEL_DENIED)
            if purpose.share == 1.0 and readers is None:
                await self._tell(BUDGET, "")
            raise RetryLater(until_midnight(now), fixed=True)
        return hold

    async def _failed(self, error: ModelError, *, proven: bool) -> Exception:
        """Note a failure; what to raise for it."""
        now, name = self._clock(), type(error).__name__
        log.warning("model failed", error=name, reason=str(error))
        await self._count({f"failed_{name}": 1})
        self._store.counts.add(MODEL_QUESTIONS, model_outcome(error))
        if isinstance(error, RateLimited) and error.retry_after is not None:
            wait = max(timedelta(seconds=error.retry_after), LEAST_PAUSE)
            self._breaker.postpone(now, wait)
            return RetryLater(wait)
        if not isinstance(error, (*_PASSING, *_USELESS)):
            self._breaker.succeeded()  # the server works, this one question does not
            return error
        fatal = next((told for kind, told in _FATAL.items() if isinstance(error, kind)), None)
        if self._breaker.failed(now, fatal=fatal is not None):
            log.error("model disabled", reason=str(error))
            await self._tell(fatal or FAILING, str(error))
        # An answer that is no use after good ones is the post's fault: it is not paid for again.
        blamed = isinstance(error, _USELESS) and proven and self._breaker.failures == 1
        return error if blamed else RetryLater(FIRST_PAUSE)

    async def _book(self, hold: Hold, meter: Meter, purpose: Purpose) -> None:
        spends = meter.spends(purpose.source, purpose.age)
        meter.count_in(self._store.counts)
        total, spent = meter.usage, sum(spend.micro_dollars for spend in spends)
        counters = Counter(
            model_calls=total.calls,
            tokens_read=total.prompt,
            tokens_cached=total.cached,
            tokens_written=total.completion,
            micro_dollars=spent,
            repairs=int(total.repaired),
            **{f"offence_{rule}": number for rule, number in total.offences.items()},
        )
        await self._store.usage.settle(hold, spent, dict(+counters), spends, purpose.post)

    async def _count(self, counters: dict[str, int]) -> None:
        await self._store.usage.count(self._clock().date(), counters)


def until_midnight(now: datetime) -> timedelta:
    """Until the next UTC day, when the budget is new."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=5, microsecond=0)
    return tomorrow - now

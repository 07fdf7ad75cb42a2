"""Every call of the model goes through here: breaker, money set aside, what it cost booked."""

import math
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.extract import costs
from bot.extract.breaker import Breaker
from bot.extract.costs import Price
from bot.extract.failures import (
    BadRequest,
    ModelError,
    ModelNotFound,
    QuotaExceeded,
    RateLimited,
    Unauthorized,
    Unavailable,
    Usage,
)
from bot.store import Store
from bot.store.usage import Hold

log = structlog.get_logger()
FIRST_PAUSE, LEAST_PAUSE = timedelta(minutes=5), timedelta(seconds=1)
BUDGET, FAILING = "budget", "failing"
_FATAL: dict[type[ModelError], str] = {
    QuotaExceeded: "no_quota",
    Unauthorized: "key_refused",
    ModelNotFound: "model_gone",
}
_PASSING = (Unavailable, RateLimited, *_FATAL)

Tell = Callable[[str, str], Awaitable[None]]
"""Told what happened to the model, and a reason in one line."""

_T = TypeVar("_T")


class NotNow(Exception):  # noqa: N818 - named by what happened, as the family of ModelError
    """No answer now; another try makes sense after ``wait``. ``fixed`` waits do not grow."""

    def __init__(self, wait: timedelta, *, fixed: bool = False) -> None:
        super().__init__(f"not now, in {wait}")
        self.wait, self.fixed = wait, fixed


async def tell_nobody(what: str, reason: str) -> None:
    """For an analyst without owners."""


class Till:
    """Lets calls through while the model works and the day's ``cap`` in micro-dollars lasts."""

    def __init__(
        self, store: Store, cap: int, clock: Callable[[], datetime], tell: Tell = tell_nobody
    ) -> None:
        self._store, self._cap, self._clock, self._tell = store, cap, clock, tell
        self._breaker = Breaker()

    async def pay(
        self,
        most: int,
        price: Callable[[], Price],
        ask: Callable[[], Awaitable[tuple[_T, Usage]]],
        *,
        share: float = 1.0,
    ) -> _T:
        """The answer to one call that costs at most ``most``, within a share of the day's cap.

        ``price`` is asked for after the call. Raises ``NotNow`` when another try makes sense, the
        ``ModelError`` when none does; what was used is booked in any case.
        """
        hold, usage = await self._allowed(most, share), Usage()
        try:
            answer, usage = await ask()
        except ModelError as error:
            usage = error.usage
            raise await self._failed(error) from error
        else:
            self._breaker.succeeded()
            return answer
        finally:
            await self._book(hold, price(), usage)

    async def _allowed(self, most: int, share: float) -> Hold:
        now = self._clock()
        if wait := self._breaker.wait(now):
            raise NotNow(max(wait, LEAST_PAUSE))
        hold = await self._store.usage.reserve(now.date(), most, round(self._cap * share))
        if hold is None:
            log.warning("budget spent", cap=self._cap, share=share)
            await self._count({"denied": 1})
            if share == 1.0:
                await self._tell(BUDGET, "")
            raise NotNow(till_midnight(now), fixed=True)
        return hold

    async def _failed(self, error: ModelError) -> Exception:
        """Note a failure; what to raise for it."""
        now, name = self._clock(), type(error).__name__
        log.warning("model failed", error=name, reason=str(error))
        await self._count({f"failed_{name}": 1})
        if not isinstance(error, (*_PASSING, BadRequest)):
            self._breaker.succeeded()  # the server works, this one question does not
            return error
        if isinstance(error, RateLimited) and error.retry_after is not None:
            wait = max(timedelta(seconds=error.retry_after), LEAST_PAUSE)
            self._breaker.told_to_wait(now, wait)
            return NotNow(wait)
        if self._breaker.failed(now, fatal=isinstance(error, tuple(_FATAL))):
            log.error("model off", reason=str(error))
            await self._tell(_FATAL.get(type(error), FAILING), str(error))
        return error if isinstance(error, BadRequest) else NotNow(FIRST_PAUSE)

    async def _book(self, hold: Hold, price: Price, usage: Usage) -> None:
        cost = costs.charge(
            price, read=usage.prompt, cached=usage.cached, cache_writes=0, written=usage.completion
        )
        spent = math.ceil(cost)
        counters = {
            "model_calls": usage.calls,
            "tokens_read": usage.prompt,
            "tokens_cached": usage.cached,
            "tokens_written": usage.completion,
            "micro_dollars": spent,
            "repairs": int(usage.repaired),
            **{f"offence_{rule}": number for rule, number in usage.offences.items()},
        }
        counted = {name: number for name, number in counters.items() if number}
        await self._store.usage.settle(hold, spent, counted)

    async def _count(self, counters: dict[str, int]) -> None:
        await self._store.usage.count(self._clock().date(), counters)


def till_midnight(now: datetime) -> timedelta:
    """Till the next UTC day, when the budget is new."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=5, microsecond=0)
    return tomorrow - now

"""Counters of a day and the money a model may cost in it."""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple, cast, get_args

from redis.asyncio import Redis

from bot.model.spend import NO_SPENDS, Budgeted, DaySpends, Dimension, Spend, SpendTotals
from bot.store import keys
from bot.store.connection.clock import ms
from bot.store.keys import costs as cost_keys
from bot.store.scripts import Argument, Scripts

HOLD_LEASE = timedelta(minutes=6)  # longer than all calls about one post may take

_DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
_FIGURES = SpendTotals._fields
_COUNTERS = {  # of a day that is older than its costs by dimension
    "calls": "model_calls",
    "read": "tokens_read",
    "cached": "tokens_cached",
    "written": "tokens_written",
    "micro_dollars": "micro_dollars",
}

_OF_READER = "r"  # before the name of a hold, which is hexadecimal


class Hold(NamedTuple):
    """Money set aside for one call."""

    day: date
    member: str


class Usage:
    """What was used per UTC day; money is reserved before a call and settled after it."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def count(self, day: date, counters: Mapping[str, int]) -> None:
        """Add to the day's counters."""
        if not counters:
            return
        parts = [part for pair in counters.items() for part in pair]
        kept = int(keys.USAGE_KEPT.total_seconds())
        await self._scripts("count", [keys.usage(day.isoformat())], [kept, *parts])

    async def of(self, day: date) -> dict[str, int]:
        """The day's counters."""
        found = await self._redis.hgetall(keys.usage(day.isoformat()))
        return {str(name): int(number) for name, number in found.items()}

    async def reserve(
        self,
        day: date,
        cost: int,
        cap: int,
        lease: timedelta = HOLD_LEASE,
        *,
        readers_cap: int | None = None,
    ) -> Hold | None:
        """Set ``cost`` micro-dollars aside; None when the day's cap would be passed.

        ``readers_cap`` is given for what a reader forwarded, and holds for all of that together.

        A hold that is neither settled nor over counts as spent; one whose worker died gives its
        money back after the lease.
        """
        of_reader = "" if readers_cap is None else _OF_READER
        hold = Hold(day, f"{of_reader}{secrets.token_hex(8)}:{cost}")
        milliseconds = ms(lease)
        done = await self._scripts.flag(
            "reserve",
            _budget(day),
            [
                hold.member,
                cost,
                cap,
                milliseconds,
                int(keys.HOLD_KEPT.total_seconds()),
                "" if readers_cap is None else readers_cap,
            ],
        )
        return hold if done else None

    async def settle(
        self,
        hold: Hold,
        spent: int,
        counters: Mapping[str, int] = MappingProxyType({}),
        spends: Sequence[Spend] = (),
        post: str = "",
    ) -> None:
        """Book what a reserved call really cost, in micro-dollars, once; late is not too late.

        The counters and spends are those of the day on which it was reserved. It is also noted of
        the ``post`` with that key, if it is there.
        """
        seconds = int(keys.USAGE_KEPT.total_seconds())
        day = hold.day.isoformat()
        names = [*_budget(hold.day), keys.usage(day), cost_keys.costs(day)]
        names += [keys.post(post)] if post else []
        calls = sum(spend.calls for spend in spends)
        parts = [part for pair in (*counters.items(), *_fields(spends)) for part in pair]
        figures: list[Argument] = [hold.member, spent, seconds, calls, len(counters)]
        await self._scripts("book", names, [*figures, *parts])

    async def budgeted(self, day: date) -> Budgeted:
        """What of a day's money is spent, and what is set aside."""
        return await self._budgeted(day, "spent", "")

    async def spent_by_readers(self, day: date) -> int:
        """Micro-dollars spent and still held on a day for what readers forwarded."""
        return sum(await self._budgeted(day, "readers", _OF_READER))

    async def _budgeted(self, day: date, field: str, prefix: str) -> Budgeted:
        """What is booked in a field, and held by names that begin so."""
        budget, holds = _budget(day)
        seconds, micros = await self._redis.time()
        now = int(seconds) * 1000 + int(micros) // 1000
        held = await self._redis.zrange(holds, f"({now}", "+inf", byscore=True)
        booked = int(await self._redis.hget(budget, field) or 0)
        own = [str(member) for member in held if str(member).startswith(prefix)]
        return Budgeted(booked, sum(int(member.rpartition(":")[2]) for member in own))

    async def spent(self, day: date) -> int:
        """Micro-dollars spent and still held on a day."""
        return sum(await self.budgeted(day))

    async def spends(self, days: Sequence[date]) -> list[DaySpends]:
        """What each of these days took, by model, by source and by kind of call."""
        pipeline = self._redis.pipeline(transaction=False)
        for day in days:
            pipeline.hgetall(keys.usage(day.isoformat()))
            pipeline.hgetall(cost_keys.costs(day.isoformat()))
        found = cast("list[dict[str, str]]", await pipeline.execute())
        return [
            _day(day, counters, fields)
            for day, counters, fields in zip(days, found[::2], found[1::2], strict=True)
        ]


def _fields(spends: Sequence[Spend]) -> Iterator[tuple[str, int]]:
    """Fields of the day's costs with what is added to each; zeros are left out."""
    sums = Counter[str]()
    for spend in spends:
        for dimension in _DIMENSIONS:
            name = getattr(spend, dimension)
            if dimension == "age" and not name:
                continue
            sums.update({f"{dimension}:{name}:{f}": getattr(spend, f) for f in _FIGURES})
    return ((field, number) for field, number in sums.items() if number)


def _day(day: date, counters: Mapping[str, str], fields: Mapping[str, str]) -> DaySpends:
    found: dict[Dimension, dict[str, SpendTotals]] = {name: {} for name in _DIMENSIONS}
    for field, number in fields.items():
        dimension, _, rest = field.partition(":")
        name, _, figure = rest.rpartition(":")
        if dimension in found and figure in _FIGURES:  # a newer version may count more
            names = found[dimension]
            names[name] = names.get(name, NO_SPENDS)._replace(**{figure: int(number)})
    booked = sum(found["kind"].values(), NO_SPENDS)
    counted = SpendTotals(**{f: int(counters.get(name, 0)) for f, name in _COUNTERS.items()})
    total = SpendTotals(*map(max, booked, counted))
    return DaySpends(day, total, found, counted=bool(counters or fields))


def _budget(day: date) -> list[str]:
    return [keys.budget(day.isoformat()), keys.holds(day.isoformat())]

"""What calls of the model took, booked once, by model, by source and by kind of call."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.config import Settings
from bot.model.spend import NO_SPENDS, Spend, SpendTotals, forecast, summed
from bot.store import Store, keys, open_store
from bot.store.keys import costs as cost_keys
from bot.store.usage import Hold

DAY = date(2026, 11, 20)
POST = Spend("gpt-6-luna", "pane_one", "post", 1, 5_000, 4_000, 200, 700, 515)
REPAIR = Spend("gpt-6-luna", "pane_one", "repair", 1, 600, 0, 0, 80, 100)
OPENING = Spend("deepseek/deepseek-r1:free", "", "opening", 1, 2_000, 0, 0, 300, 0)


def totals(spend: Spend) -> SpendTotals:
    """The figures of one spend."""
    return SpendTotals(*(getattr(spend, figure) for figure in SpendTotals._fields))


async def held(store: Store, cost: int = 1_000, day: date = DAY) -> Hold:
    """Money set aside on that day."""
    hold = await store.usage.reserve(day, cost, 1_000_000)
    assert hold
    return hold


async def test_spends_are_told_by_model_source_and_kind(store: Store) -> None:
    counters = {"model_calls": 2, "micro_dollars": 615}
    await store.usage.settle(await held(store), 615, counters, [POST, REPAIR])
    await store.usage.settle(await held(store), 0, {"model_calls": 1}, [OPENING])
    [found] = await store.usage.spends([DAY])
    assert found.total == SpendTotals(3, 7_600, 4_000, 200, 1_080, 615)
    assert found.parts == {
        "model": {
            "gpt-6-luna": SpendTotals(2, 5_600, 4_000, 200, 780, 615),
            "deepseek/deepseek-r1:free": SpendTotals(1, 2_000, 0, 0, 300, 0),
        },
        "source": {
            "pane_one": SpendTotals(2, 5_600, 4_000, 200, 780, 615),
            "": SpendTotals(1, 2_000, 0, 0, 300, 0),
        },
        "kind": {
            "post": totals(POST),
            "repair": totals(REPAIR),
            "opening": totals(OPENING),
        },
        "age": {},
    }
    assert (await store.usage.of(DAY))["model_calls"] == 3


async def test_what_is_settled_twice_is_booked_once(store: Store, settings: Settings) -> None:
    hold = await held(store)
    async with open_store(settings) as other:
        await asyncio.gather(
            *(
                each.usage.settle(hold, 515, {"micro_dollars": 515}, [POST])
                for each in (store, other, store, other)
            )
        )
    [found] = await store.usage.spends([DAY])
    assert found.total == totals(POST)
    assert await store.usage.budgeted(DAY) == (515, 0)


async def test_what_is_held_is_told_apart_from_what_is_spent(store: Store) -> None:
    await store.usage.settle(await held(store), 300, {}, [POST])
    await held(store, 2_000)
    assert await store.usage.budgeted(DAY) == (300, 2_000)
    assert await store.usage.spent(DAY) == 2_300


async def test_days_of_an_older_version_have_their_totals(store: Store) -> None:
    await store.usage.count(DAY, {"model_calls": 4, "tokens_read": 90, "micro_dollars": 700})
    await store.usage.settle(await held(store), 515, {"micro_dollars": 515}, [POST])
    [found] = await store.usage.spends([DAY])
    assert found.total == SpendTotals(4, 5_000, 4_000, 200, 700, 1_215)
    assert set(found.parts["model"]) == {"gpt-6-luna"}


async def test_a_day_without_anything_is_all_zeros(store: Store) -> None:
    [found] = await store.usage.spends([DAY])
    assert found.total == NO_SPENDS
    assert not found.counted
    assert await store.usage.spends([]) == []


async def test_figures_of_a_newer_version_are_left_out(store: Store) -> None:
    await store.usage.settle(await held(store), 515, {}, [POST])
    for field in ("kind:post:seconds", "place:home:calls"):
        await store.redis.hset(cost_keys.costs(DAY.isoformat()), field, "7")
    [found] = await store.usage.spends([DAY])
    assert found.total == totals(POST)


async def test_costs_live_as_long_as_counters(store: Store) -> None:
    await store.usage.settle(await held(store), 515, {"micro_dollars": 515}, [POST])
    for key in (cost_keys.costs(DAY.isoformat()), keys.usage(DAY.isoformat())):
        assert 0 < await store.redis.ttl(key) <= keys.USAGE_KEPT.total_seconds()


@pytest.mark.parametrize(
    ("counted", "month"), [((), 0), ((0,), 0), ((300_000,), 9_000_000), ((400, 0, 200), 6_000)]
)
async def test_a_forecast_counts_days_that_were_counted(
    store: Store, counted: tuple[int, ...], month: int
) -> None:
    for back, cost in enumerate(counted):
        counters = {"posts": 1, "micro_dollars": cost} if cost else {"posts": 1}
        await store.usage.count(DAY - timedelta(days=3 * back), counters)
    days = await store.usage.spends([DAY - timedelta(days=back) for back in range(30)])
    assert forecast(days) == month


async def test_days_are_summed(store: Store) -> None:
    for back in range(3):
        day = DAY - timedelta(days=back)
        await store.usage.settle(await held(store, day=day), 515, {}, [POST])
    parts = summed(await store.usage.spends([DAY - timedelta(days=back) for back in range(3)]))
    assert parts["kind"] == {"post": SpendTotals(*(3 * figure for figure in totals(POST)))}
    assert set(parts["source"]) == {"pane_one"}

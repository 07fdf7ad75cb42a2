"""Daily and weekly together: on its day the week goes out beside the day, both once."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Subscription
from bot.store import Store
from tests.fakes.clock import standing_at
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.waiting import due_sent

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.mark.parametrize(("weekday", "names"), [(0, ["7:daily", "7:weekly"]), (1, ["7:daily"])])
async def test_the_week_comes_with_the_day(store: Store, weekday: int, names: list[str]) -> None:
    await put(store, make_entry(at=MONDAY, hours_ago=1))
    reader = Subscription(chat_id=7, weekly=True, weekday=weekday)
    await store.subscriptions.save(reader, MONDAY)
    for _ in range(2):
        await store.subscriptions.wait_until(7, MONDAY)
        await due_sent(store, standing_at(MONDAY + timedelta(minutes=1)))
    await store.outbox_stream.ready()
    sent = await store.outbox_stream.read("test", 10)
    assert [item.fields["id"] for item in sent] == [f"{name}:2026-11-16" for name in names]
    found = await store.outbox.get("7:weekly:2026-11-16")
    assert found is None or found.silent

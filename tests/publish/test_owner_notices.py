"""Notes to the owners: each once, in their language."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from bot.i18n import messages
from bot.publish.owner_notices import MOST_STATES, tell_of_model, tell_owners
from bot.store import Store


@pytest.mark.parametrize("what", sorted(messages("en").model_troubles))
async def test_each_owner_hears_of_a_trouble_once_a_day(
    store: Store, tmp_path: Path, what: str
) -> None:
    owned = Store(store.redis, timedelta(days=1), tmp_path, (7, 8))
    for _ in range(20):
        await tell_of_model(owned, "ru", what, "HTTP 401")
    await store.outbox_stream.ready()
    items = await store.outbox_stream.read("t", 99, timedelta())
    found = [await store.outbox.get(item.fields["id"]) for item in items]
    assert sorted(delivery.chat_id for delivery in found if delivery) == [7, 8]
    texts = {delivery.screen.text for delivery in found if delivery}
    assert texts == {messages("ru").model_troubles[what].format(reason="HTTP 401")}


async def test_without_owners_nobody_is_told(store: Store) -> None:
    await tell_of_model(store, "en", "budget", "")
    assert await store.outbox_stream.waiting() == 0


def test_the_languages_know_the_same_troubles() -> None:
    assert messages("ru").model_troubles.keys() == messages("en").model_troubles.keys()


async def test_of_two_hundred_dead_sources_a_few_are_told_and_every_takeover(
    store: Store, tmp_path: Path
) -> None:
    owned = Store(store.redis, timedelta(days=1), tmp_path, (7, 8))
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        for number in range(200):
            await tell_owners(owned, f"demo_{number:03}", "no_preview", "no page")
        await tell_owners(owned, "demo_500", "renamed", "it leads to 9")
    await store.outbox_stream.ready()
    ids = [item.fields["id"] for item in await store.outbox_stream.read("t", 999, timedelta())]
    assert len(ids) == 2 * (MOST_STATES + 2)
    assert sum(each.startswith("source:more:20261120:") for each in ids) == 2
    assert sum(":renamed:" in each for each in ids) == 2

"""Notes to the owners: each once, in their language."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.i18n import messages
from bot.publish.owner_notices import tell_of_model
from bot.store import Store


@pytest.mark.parametrize("what", sorted(messages("en").model_troubles))
async def test_each_owner_hears_of_a_trouble_once_a_day(
    store: Store, tmp_path: Path, what: str
) -> None:
    owned = Store(store.redis, timedelta(days=1), tmp_path, (7, 8))
    for _ in range(20):
        await tell_of_model(owned, "ru", what, "HTTP 401")
    await store.outbox_stream.ready()
    items = await store.outbox_stream.read("t", 99)
    found = [await store.outbox.get(item.fields["id"]) for item in items]
    assert sorted(delivery.chat_id for delivery in found if delivery) == [7, 8]
    texts = {delivery.screen.text for delivery in found if delivery}
    assert texts == {messages("ru").model_troubles[what].format(reason="HTTP 401")}


async def test_without_owners_nobody_is_told(store: Store) -> None:
    await tell_of_model(store, "en", "budget", "")
    assert await store.outbox_stream.waiting() == 0


def test_the_languages_know_the_same_troubles() -> None:
    assert messages("ru").model_troubles.keys() == messages("en").model_troubles.keys()

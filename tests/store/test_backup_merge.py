"""A backup added to a store with data: newest wins, and what is in use stays."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot.extract.worker import Analyst
from bot.model import Post, Subscription
from bot.store import Store, keys
from bot.store.keys import costs as cost_keys
from bot.store.keys import owner as owner_keys
from bot.terminal.pipeline import settle
from tests.fakes.entries import make_channel, make_post
from tests.store.backing_up import READER, backed_up, everything, fill, restored
from tests.store.faulty import store_at

STAYS, FORGOTTEN = 500, 600


@pytest.fixture
async def other(home: Path) -> AsyncIterator[Store]:
    """The store that the backup is added to."""
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        yield store


def _post(number: int, text: str) -> Post:
    return make_post(text=text, message_id=number, channel=make_channel("pane_one"))


async def _read(store: Store, *posts: Post) -> None:
    await store.posts.ingest_all(await store.channels.adopt_all(posts))
    await settle(store, Analyst(store))


async def _text(store: Store, post: Post) -> str | None:
    found = await store.entries.get(post.key)
    return found.post.text if found else None


async def test_the_newest_of_each_post_wins_and_the_read_model_learns_of_it(
    store: Store, other: Store, tmp_path: Path
) -> None:
    old, new, here = (_post(1, "An old text of it."), _post(1, "A new text."), _post(2, "Here."))
    later = {"edited": True, "edited_at": datetime.now(UTC) + timedelta(hours=1)}
    await _read(store, new.model_copy(update=later), _post(3, "Only in the file."))
    await _read(other, old, here)
    await other.read_model.refresh()
    path = await backed_up(store, tmp_path)
    for _ in range(2):
        await restored(other.redis, path, merge=True)
        await settle(other, Analyst(other))
        assert await _text(other, old) == "A new text."
        assert await _text(other, here) == "Here."
        assert await _text(other, _post(3, "")) == "Only in the file."
        await other.read_model.refresh()
    own = tmp_path / "own"
    own.mkdir()
    await restored(store.redis, await backed_up(other, own), merge=True)
    assert await _text(store, old) == "A new text."


async def test_readers_and_sources_of_here_stay_as_they_are_here(
    store: Store, other: Store, tmp_path: Path
) -> None:
    await fill(store)
    at = datetime.now(UTC)
    for where, zone in ((store, "Europe/Berlin"), (other, "Asia/Tokyo")):
        reader = Subscription(chat_id=STAYS, at=at.time(), zone=zone)
        await where.subscriptions.save(reader, at + timedelta(hours=9))
    await store.subscriptions.save(Subscription(chat_id=FORGOTTEN, at=at.time()), at)
    await other.subscriptions.save(Subscription(chat_id=FORGOTTEN, at=at.time()), at)
    await other.erasure.erase(FORGOTTEN, 7)
    ref = await other.sources.add("pane_one")
    await other.sources.rest(ref, "removed")
    await store.sources.add("pane_two")
    await other.redis.sadd(owner_keys.OWNERS, STAYS)
    await other.access.deny(READER)
    await store.access.admit(READER)
    await store.redis.hset(cost_keys.costs("2026-11-20"), mapping={"a": 5, "b": 1})
    await other.redis.hset(cost_keys.costs("2026-11-20"), mapping={"a": 3, "b": 9})
    await restored(other.redis, await backed_up(store, tmp_path), merge=True)
    stays = await other.subscriptions.get(STAYS)
    assert stays is not None
    assert stays.zone == "Asia/Tokyo"
    assert await other.subscriptions.get(FORGOTTEN) is None
    assert await other.subscriptions.get(READER) == await store.subscriptions.get(READER)
    assert sorted(await other.subscriptions.claim_due()) == []
    assert [each async for each in other.subscriptions.everyone()] != []
    assert await other.sources.all() == ("@pane_two",)
    assert await other.owners.all() == {STAYS}
    assert not await other.access.is_admitted(READER)
    costs = await other.redis.hgetall(cost_keys.costs("2026-11-20"))
    assert costs == {"a": "5", "b": "9"}


async def test_merged_into_an_empty_store_it_is_as_restored_and_twice_is_once(
    store: Store, other: Store, tmp_path: Path
) -> None:
    await fill(store)
    path = await backed_up(store, tmp_path)
    before = await everything(store.redis)
    marks = {keys.STORE_ID, owner_keys.UPGRADED, keys.CHANGED}  # its own; added now
    await restored(other.redis, path, merge=True)
    found = await everything(other.redis)
    assert found.keys() == before.keys()
    assert await other.redis.zcard(keys.CHANGED) == await store.redis.zcard(keys.CHANGED)
    queues = {keys.POSTS, keys.DEAD}
    differ = {key for key in found if found[key] != before[key]} - marks - queues
    assert differ == set()
    await restored(other.redis, path, merge=True)
    again = await everything(other.redis)
    assert {key for key in again if again[key] != found[key]} <= queues


async def test_a_channel_that_is_known_here_by_another_id_is_left_out(
    store: Store, other: Store, tmp_path: Path
) -> None:
    await _read(store, _post(1, "By its page."))
    numbered = make_channel("pane_one").model_copy(update={"ref": "123"})
    await _read(other, make_post(text="By its number.", message_id=1, channel=numbered))
    before = await everything(other.redis)
    await restored(other.redis, await backed_up(store, tmp_path), merge=True)
    found = await everything(other.redis)
    assert {key for key in found if "@pane_one/" in key or found[key] != before.get(key)} <= {
        *(key for key in found if key.startswith((f"{keys.PREFIX}usage", f"{keys.PREFIX}terms"))),
        *(key for key in found if key.startswith(f"{keys.PREFIX}told")),
        *(key for key in found if key.startswith(f"{keys.PREFIX}story:by")),
        *(key for key in found if key.startswith(f"{keys.PREFIX}reading")),
    }
    assert await _text(other, make_post(message_id=1, channel=numbered)) == "By its number."

"""Row 15: keys of another type than ours are moved aside, told of, and nothing else is lost."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bench.chaos_keys import rules
from bench.chaos_server import OwnServer
from bot.app.health import Health, troubles
from bot.model import Subscription
from bot.store import Store, keys
from bot.store.connection.key_types import type_of
from bot.store.errors import StoreError
from bot.store.keys import updates as update_keys
from tests.fakes.botapi_chats import BOT_ID
from tests.fakes.entries import make_entry
from tests.store.faulty import message, store_at, until, working
from tests.telegram.seeding import put

KINDS = {rule.name: rule for rule in rules()}


async def plant(redis: Redis, *names: str) -> None:
    """Put something of another type under each of these keys."""
    for name in names:
        await redis.delete(name)
        if type_of(name) == "string":
            await redis.hset(name, "planted", "1")
        else:
            await redis.set(name, "planted")


async def set_aside(redis: Redis) -> Mapping[str, float]:
    """The names of the keys that were moved aside, and the days that each is kept."""
    found = {}
    async for name in redis.scan_iter(f"{keys.PREFIX}quarantine:*"):
        days = await redis.ttl(name) / 86_400
        found[re.sub(r"(?<=^ftk:)quarantine:t\d+:", "", str(name))] = days
    return found


@pytest.mark.parametrize("name", [name for name in KINDS if name != "quarantined"])
def test_every_key_has_the_type_that_its_description_says(name: str) -> None:
    rule = KINDS[name]
    key = rule.form.pattern.replace(".+", "5").replace("\\", "")
    if name == "later":
        key = keys.later(keys.OUTBOX)
    assert type_of(key).upper() == rule.kind


async def test_an_update_is_taken_in_whatever_stands_in_its_way(store: Store) -> None:
    planted = (keys.UPDATES, update_keys.ARRIVALS, update_keys.PARKED, update_keys.line("5"))
    await plant(store.redis, *planted)
    assert (await store.updates.accept(BOT_ID, 1, "{}", "5")).new
    assert await store.update_stream.waiting() == 1
    assert (await set_aside(store.redis)).keys() == {*planted}


async def test_a_message_is_handed_on_and_sent_once(store: Store) -> None:
    planted = (keys.OUTBOX, keys.chat_line(5), keys.delivery("a"))
    await plant(store.redis, *planted)
    assert await store.outbox.enqueue([message("a"), message("b")]) == 2
    assert await store.outbox.enqueue([message("a"), message("b")]) == 0
    assert await store.outbox_stream.waiting() == 2
    assert (await set_aside(store.redis)).keys() == {*planted}


async def test_a_post_becomes_an_entry_in_every_index(store: Store) -> None:
    entry = make_entry(at=datetime.now(UTC))
    planted = (
        *(keys.POSTS, keys.ENTRIES, keys.INDEX, keys.CHANGED),
        *(keys.by_channel(entry.post.channel.ref), keys.post(entry.key), keys.entry(entry.key)),
        keys.story_of(entry.key),
    )
    await plant(store.redis, *planted)
    await put(store, entry)
    assert [found.key for found in await store.entries.between(*_days())] == [entry.key]
    assert await store.entry_stream.in_work() == 0
    assert (await set_aside(store.redis)).keys() == {*planted}


def _days() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(days=2), now + timedelta(days=1)


async def test_a_reader_is_stored_and_found_due(store: Store) -> None:
    planted = (keys.DUE, keys.SUBSCRIBERS, keys.subscription(5))
    await plant(store.redis, *planted)
    await store.subscriptions.save(Subscription(chat_id=5), datetime.now(UTC))
    assert await store.subscriptions.claim_due(10) == [5]
    assert (await set_aside(store.redis)).keys() == {*planted}


async def test_a_transaction_is_done_again_as_a_whole(store: Store) -> None:
    await plant(store.redis, keys.WATCHED, keys.channel("@pane_one"))
    await store.sources.add("pane_one")
    assert await store.sources.all() == ("@pane_one",)
    assert len(await set_aside(store.redis)) == 2


async def test_what_was_moved_aside_is_kept_as_it_was_for_two_weeks(store: Store) -> None:
    await store.redis.set(keys.DUE, "somebody's")
    await store.subscriptions.claim_due(10)
    [name] = [str(name) async for name in store.redis.scan_iter("ftk:quarantine:*")]
    assert await store.redis.get(name) == "somebody's"
    [days] = (await set_aside(store.redis)).values()
    assert 13.9 < days <= 14


async def test_a_key_of_the_right_type_is_left_alone(store: Store) -> None:
    await store.redis.zadd(keys.DUE, {"5": 1})
    await plant(store.redis, keys.SUBSCRIBERS)
    await store.subscriptions.save(Subscription(chat_id=6), datetime.now(UTC))
    assert await store.redis.zscore(keys.DUE, "5") == 1
    assert (await set_aside(store.redis)).keys() == {keys.SUBSCRIBERS}


@pytest.mark.slow
async def test_a_worker_goes_on_with_its_stream_made_anew(store: Store) -> None:
    async with working(store) as done:
        await store.redis.xadd(keys.POSTS, {"key": "before"})
        await until(lambda: done == ["before"])
        for planted in ("string", "hash"):
            await store.redis.delete(keys.POSTS)
            if planted == "string":
                await store.redis.set(keys.POSTS, "1")
            else:
                await store.redis.hset(keys.POSTS, "1", "1")
            await store.redis.xadd(keys.POSTS, {"key": planted})
            await until(partial(_has, done, planted))
    assert done == ["before", "string", "hash"]


def _has(done: Sequence[str], key: str) -> bool:
    return key in done


async def test_what_may_not_be_moved_makes_unready_until_it_is_gone(
    server: OwnServer, own: Store
) -> None:
    await own.redis.acl_setuser(
        "confined",
        enabled=True,
        passwords=["+made-up"],
        keys=["*"],
        commands=["+@all"],
    )
    async with store_at(f"unix://confined:made-up@{server.socket}") as store:
        await own.redis.acl_setuser("confined", enabled=True, commands=["-rename", "-renamenx"])
        await plant(own.redis, keys.DUE)
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            await store.subscriptions.claim_due(10)
        assert await troubles(Health(), store) == ["store: WrongType"]
        await own.redis.delete(keys.DUE)
        assert await troubles(Health(), store) == []


async def test_a_user_without_scripts_is_refused_in_one_line(
    server: OwnServer, own: Store
) -> None:
    await own.redis.acl_setuser(
        "confined",
        enabled=True,
        passwords=["+made-up"],
        keys=["*"],
        commands=["+@all", "-@scripting"],
    )
    with pytest.raises(StoreError, match=r"^REDIS_URL: .*allow its user scripts \(EVAL\)"):
        async with store_at(f"unix://confined:made-up@{server.socket}"):
            pass


async def test_a_forgotten_chat_leaves_no_key_of_another_type(store: Store) -> None:
    await plant(store.redis, keys.saved(4711), keys.subscription(4711))
    await store.saved.all(4711)
    await store.subscriptions.get(4711)
    assert len(await set_aside(store.redis)) == 2
    await store.erasure.erase(4711)
    assert [key async for key in store.redis.scan_iter("*4711*")] == []

"""Data as the version before this one wrote it: what was read stays read, and is told once."""

from datetime import timedelta

from bot.config import Settings
from bot.model import Channel, Post, Route
from bot.publish.owner_notices import tell_of_accepted
from bot.store import Store, keys, open_store
from bot.store.keys import owner as owner_keys
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put

MONTHS = 120 * 86_400


async def old_channel(store: Store, ref: str, route: Route, *, read: bool, **fields: str) -> None:
    """A channel that was met, the old way: no decision about it is noted anywhere."""
    await store.redis.set(keys.SCHEMA_VERSION, 1)  # as every version has set at its start
    await store.channels.update(ref, {"title": f"Title of {ref}", **fields})
    await store.redis.set(keys.channel_alias(ref), ref)
    entry = make_entry(message_id=5)
    channel = Channel(ref=ref, title=f"Title of {ref}", route=route)
    post = entry.post.model_copy(update={"channel": channel})
    if read:
        await put(store, entry.model_copy(update={"post": post}))
    else:
        await store.posts.ingest(post)


async def old_aside(store: Store) -> None:
    await store.redis.set(keys.SCHEMA_VERSION, 1)
    post = Post(
        channel=Channel(ref="~1000000009", title="X", route="forward"),
        message_id=7,
        published_at=NOON,
        text="Words that a reader forwarded for himself.",
    )
    await put(store, make_entry().model_copy(update={"post": post}))
    for name in (keys.post(post.key), keys.entry(post.key)):
        await store.redis.expire(name, MONTHS)


async def test_what_was_read_counts_as_accepted_and_is_told_once(
    store: Store, settings: Settings
) -> None:
    await old_channel(store, "111", "bot", read=True)
    await old_channel(store, "333", "forward", read=True)
    await old_channel(store, "444", "bot", read=True, paused="removed")
    await old_channel(store, "555", "import", read=True)
    await old_channel(store, "222", "bot", read=False)
    await store.sources.add("pane_watched")
    for _ in range(2):
        async with open_store(settings):
            pass
    assert await store.sources.all() == ("111", "222", "@pane_watched")
    assert [await store.sources.is_read(ref) for ref in ("111", "222", "333", "444", "555")] == [
        *(True, True, False, False, False)
    ]
    await tell_of_accepted(store)  # nobody is an owner yet
    owned = Store(store.redis, timedelta(days=120), settings.fortochka_home, (7, 8))
    for _ in range(2):
        await tell_of_accepted(owned)
    await store.outbox_stream.ready()
    items = await store.outbox_stream.read("t", 99)
    told = [await store.outbox.get(item.fields["id"]) for item in items]
    assert sorted(note.chat_id for note in told if note) == [7, 8]
    assert all("Title of 111, Title of 222\n" in note.screen.text for note in told if note)


async def test_after_the_upgrade_nothing_is_accepted_by_itself(
    store: Store, settings: Settings
) -> None:
    async with open_store(settings):
        pass
    await old_channel(store, "111", "bot", read=True)
    async with open_store(settings):
        pass
    assert await store.sources.all() == ()


async def test_old_private_forwards_live_no_longer_than_new_ones(
    store: Store, settings: Settings
) -> None:
    await old_aside(store)
    await put(store, make_entry(message_id=9))
    async with open_store(settings):
        pass
    week = owner_keys.ASIDE_KEPT.total_seconds()
    for family in (keys.post, keys.entry):
        assert 0 < await store.redis.ttl(family("~1000000009/7")) <= week
        assert await store.redis.ttl(family(make_entry(message_id=9).key)) > 2 * week


async def test_what_an_emptied_store_took_in_before_it_was_noticed_is_not_accepted(
    store: Store, settings: Settings
) -> None:
    await old_channel(store, "111", "bot", read=True)
    await store.redis.delete(keys.SCHEMA_VERSION)
    async with open_store(settings):
        pass
    assert await store.sources.all() == ()

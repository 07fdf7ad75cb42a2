"""Strangers' channels: nothing of them is read for others, whatever is lost or sent on."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiogram import Bot

from bot.config import Settings
from bot.model import Subscription
from bot.store import Store, keys
from bot.taxonomy.topics import Topic
from tests.fakes.botapi import FakeBotApi
from tests.fakes.clock import standing_at
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put, read_all
from tests.telegram.talk import OWNER, Json, Talk, talking
from tests.telegram.test_forward import LONG, origin, taken_in
from tests.waiting import due_sent, eventually

CHANNEL = -1001000000002
REF = "1000000002"
STRANGER = 7
SECRET = "An invented secret of one reader about quantization of weights. " * 4


async def kept(store: Store) -> list[str]:
    """Names of keys about posts and channels."""
    found = [str(key) async for key in store.redis.scan_iter(f"{keys.PREFIX}*")]
    parts = ("post:", "entry:", "channel:", "channels:listed", "album")
    return sorted(key for key in found if key.removeprefix(keys.PREFIX).startswith(parts))


@pytest.fixture(params=["with an owner", "without"])
async def any_talk(
    api: FakeBotApi,
    line: Bot,
    store: Store,
    settings: Settings,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Talk]:
    if request.param == "without":
        store.owners.named = frozenset()
    async with talking(api, line, store) as conversation:
        yield conversation


def place(talk: Talk, how: str) -> None:
    """What is known of the stranger's act: all, an update that lacks a field, or nothing."""
    channel = {"id": CHANNEL, "type": "channel", "title": "Made-up channel"}
    talk.api.admins |= {(CHANNEL, STRANGER)}
    if how == "all":
        talk.api.place(channel, "administrator", STRANGER)
    elif how == "lacking":
        member = {"status": "administrator"}
        event = {"chat": channel, "new_chat_member": member, "date": 1_795_000_000}
        talk.api.queue.push({"my_chat_member": event})


@pytest.mark.parametrize("how", ["all", "lacking", "lost"])
async def test_a_channel_that_nobody_accepted_is_not_read(
    any_talk: Talk, store: Store, how: str
) -> None:
    place(any_talk, how)
    post = any_talk.api.channel_post(LONG, CHANNEL)
    any_talk.api.edit_channel_post(post, LONG + "And more.")
    any_talk.api.channel_post("", CHANNEL, media_group_id="g", photo=[])
    await any_talk.say("/help")
    await eventually(lambda: nothing_waits(store))
    assert await kept(store) == []
    assert await store.post_stream.waiting() == 0


async def nothing_waits(store: Store) -> bool:
    return await store.update_stream.waiting() == 0


async def test_an_emptied_store_lets_no_channel_in(talk: Talk, store: Store) -> None:
    await store.sources.listen(REF)
    post = talk.api.channel_post(LONG, CHANNEL)
    await taken_in(store, f"{REF}/{post['message_id']}")
    await store.redis.flushdb()
    await store.sources.seed(["pane_one"])
    talk.api.channel_post(LONG + "Again.", CHANNEL)
    await talk.say("/help")
    await eventually(lambda: nothing_waits(store))
    assert await store.post_stream.waiting() == 0
    assert await store.sources.all() == ("@pane_one",)


async def test_the_attack_as_it_was_found(talk: Talk, store: Store) -> None:
    """A stranger's channel, its post forwarded by him: nobody else ever sees it."""
    reader = Subscription(chat_id=501, at=NOON.time(), alerts=(Topic("quantization"),))
    await store.subscriptions.save(reader, NOON)
    await put(store, make_entry("pane_one", 5, title="Genuine news"))
    place(talk, "all")
    posted = talk.api.channel_post(SECRET, CHANNEL, handle="pane_spam")
    source = {**origin(CHANNEL, "pane_spam"), "message_id": posted["message_id"]}
    for who in (STRANGER, 8):
        talk.api.say(SECRET, who, forward_origin=source)
    await taken_in(store, f"~{REF}/{posted['message_id']}")
    await read_all(store)
    words = "secret of one reader"
    for who in (STRANGER, 8):
        await talk.api.delivered(lambda d, who=who: d.chat_id == who and words in d.text)  # type: ignore[misc]
    for asked in ("/search invented secret", "/topic quantization", "/digest week"):
        got = await talk.say(asked, 502)
        assert (got.chat_id, words in got.text) == (502, False)
    assert await due_sent(store, standing_at(NOON)) == 1
    digest = await talk.api.delivered(lambda d: d.chat_id == 501)
    assert "Genuine news" in digest.text
    assert [text for text in talk.api.sent(501) if words in text] == []
    assert await store.sources.all() == ()


@pytest.mark.parametrize("why", ["removed", "owner", "rights"])
async def test_a_forward_brings_no_source_back(talk: Talk, store: Store, why: str) -> None:
    ref = await store.sources.add("pane_nine", "1000000009")
    await store.sources.rest(ref, why)  # type: ignore[arg-type]
    listed = await store.sources.all()
    for who in (100, 101, OWNER):
        talk.api.say(LONG, who, forward_origin=origin())
    await taken_in(store, "~1000000009/77")
    await talk.say("/help", 102)
    assert await store.posts.get(f"{ref}/77") is None
    assert await store.sources.all() == listed
    assert await store.sources.resting(ref) == why


async def test_what_one_reader_forwards_is_not_told_to_another(talk: Talk, store: Store) -> None:
    hidden = {"type": "hidden_user", "sender_user_name": "X", "date": 1_795_000_000}
    links = [{"type": "text_link", "offset": 0, "length": 9, "url": "https://example.org/private"}]
    talk.api.say(SECRET, 100, forward_origin=hidden, entities=links)
    await talk.api.called("setMessageReaction")
    await read_all(store)
    await talk.api.until(lambda api: bool(api.sent(100)))
    talk.api.say(SECRET, 101, forward_origin=hidden)
    await talk.api.until(
        lambda api: sum(call.method == "setmessagereaction" for call in api.calls) == 2
    )
    emoji = [c.params["reaction"][0]["emoji"] for c in talk.api.calls if "reaction" in c.params]
    assert emoji == ["👀", "👀"]
    await read_all(store)
    await talk.api.until(lambda api: bool(api.sent(101)))
    assert "example.org" not in str([d.message for d in talk.api.deliveries if d.chat_id == 101])


async def test_an_album_of_a_source_that_was_paused_meanwhile_is_left(
    talk: Talk, store: Store
) -> None:
    await store.sources.listen(REF)
    for text in ("A caption", ""):
        talk.api.channel_post(text, CHANNEL, media_group_id="g", photo=[])
    await store.sources.rest(REF, "owner")
    await talk.say("/help")
    await eventually(lambda: nothing_waits(store))
    assert await store.post_stream.waiting() in {0, 1}
    if await store.post_stream.waiting() == 0:
        assert [key for key in await kept(store) if "post:" in key] == []


async def handle_is_lost(talk: Talk, store: Store) -> None:
    """A source by its handle that has shown its id, with a genuine post of number 77."""
    await store.sources.add("pane_nine", "1000000001")
    genuine = make_entry("pane_nine", 77, title="Genuine", text="The genuine words. " * 9)
    await put(store, genuine)


RIVAL = -1001000000009


@pytest.mark.parametrize("way", ["forward", "post", "accepted"])
async def test_a_handle_taken_over_replaces_nothing_and_is_told_once(
    talk: Talk, store: Store, way: str
) -> None:
    await handle_is_lost(talk, store)
    if way == "accepted":
        await store.sources.listen("1000000009")
    for number in range(3):
        if way == "forward":
            talk.api.say(f"{LONG} {number}", 100 + number, forward_origin=origin())
        else:
            message: Json = {"message_id": 77} if number == 0 else {}
            talk.api.channel_post(f"{LONG} {number}", RIVAL, handle="pane_nine", **message)
    note = await talk.api.delivered(lambda d: d.chat_id == OWNER)
    assert "is another channel now (1000000001 → 1000000009)" in note.text
    await talk.say("/help", 105)
    await eventually(lambda: nothing_waits(store))
    assert len(talk.api.sent(OWNER)) == 1
    entry = await store.entries.get("@pane_nine/77")
    assert entry is not None
    assert entry.post.text.startswith("The genuine words.")
    post = await store.posts.get("@pane_nine/77")
    assert post is not None
    assert post.text.startswith("The genuine words.")
    assert await store.sources.resting("@pane_nine") == "taken"
    assert await store.channels.watched() == ()
    own = await store.posts.get("1000000009/77")
    assert (own is not None) == (way == "accepted")


async def test_an_owner_sees_why_it_was_stopped(talk: Talk, store: Store) -> None:
    await handle_is_lost(talk, store)
    talk.api.say(LONG, 100, forward_origin=origin())
    await talk.api.delivered(lambda d: d.chat_id == OWNER)
    got = await talk.say("/sources", OWNER)
    card = await talk.press(got, "o:source:1:@pane_nine")
    assert "⏸ Stopped: its name leads to another channel now." in card["text"]


async def test_a_source_that_changed_its_own_name_goes_on(talk: Talk, store: Store) -> None:
    await store.sources.add("pane_old", "1000000002")
    post = talk.api.channel_post(LONG, CHANNEL, handle="pane_new")
    await taken_in(store, f"@pane_old/{post['message_id']}")
    talk.api.channel_post(LONG, RIVAL, handle="pane_old")  # somebody else has the old one now
    await talk.say("/help")
    await eventually(lambda: nothing_waits(store))
    assert await store.sources.resting("@pane_old") == ""
    assert (await store.channels.state("@pane_old"))["handle"] == "pane_new"
    assert await store.sources.is_read("@pane_old")


async def test_a_private_forward_lives_as_long_as_its_card(talk: Talk, store: Store) -> None:
    talk.api.say(SECRET, 100, forward_origin=origin())
    await taken_in(store, "~1000000009/77")
    await read_all(store)
    await talk.api.delivered(lambda d: d.chat_id == 100)
    week = timedelta(days=7).total_seconds()
    names = [k async for k in store.redis.scan_iter(f"{keys.PREFIX}*~1000000009*")]
    families = {str(name).removeprefix(keys.PREFIX).partition(":")[0] for name in names}
    assert families == {"post", "entry", "waiting"}
    left = [await store.redis.ttl(name) for name in names]
    assert all(0 < seconds <= week for seconds in left)
    indexes = (keys.INDEX, keys.CHANGED, keys.by_channel("~1000000009"))
    assert [await store.redis.zcard(name) for name in indexes] == [0, 0, 0]
    body = repr([await store.redis.dump(n) async for n in store.redis.scan_iter("*:lines:*")])
    assert "1000000009" not in body

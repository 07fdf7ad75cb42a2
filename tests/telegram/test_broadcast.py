"""One text to all readers: shown first, sent once, stopped by a tap or as its author goes."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.i18n import owner_messages
from bot.model import Delivery, Language, Screen
from bot.store import Store
from bot.telegram.handlers.broadcast import feed_once
from tests.telegram.seeding import follow, subscribe
from tests.telegram.talk import OWNER, Talk, carried
from tests.waiting import eventually


async def test_a_broadcast_is_shown_then_sent_once_to_private_chats(
    talk: Talk, store: Store
) -> None:
    await subscribe(store, 201, 202, -1009000000001)
    bold = {"type": "bold", "offset": 11, "length": 2}
    command = {"type": "bot_command", "offset": 0, "length": 10}
    talk.api.say("/broadcast We have moved", OWNER, entities=[command, bold])
    got = await talk.api.delivered(lambda d: bool(d.buttons))
    assert got.text == "This goes to private chats: 2. Send?"
    sample = next(d for d in talk.api.deliveries if d.text == "We have moved")
    assert sample.chat_id == OWNER
    assert sample.message["entities"][0]["offset"] == 0
    assert talk.api.sent(201) == []
    send = carried(got.message)[0]
    await talk.press(got, send)
    talk.api.press(got, send)
    await talk.api.until(lambda api: bool(api.sent(201)) and bool(api.sent(202)))

    async def over() -> bool:
        return await store.broadcasts.going() == ()

    await eventually(over)
    assert talk.api.sent(201) == talk.api.sent(202) == ["We have moved"]
    assert talk.api.sent(-1009000000001) == []
    talk.api.press(got, send.replace("send", "progress"))
    shown = (got.chat_id, got.message["message_id"])
    await talk.api.until(lambda api: api.chats.messages[shown]["text"] == "📣 Sent to all: 2")


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_broadcast_reaches_who_only_follows_a_topic(
    talk: Talk, store: Store, language: Language
) -> None:
    await subscribe(store, 201)
    await follow(store, 202, language)
    got = await talk.say("/broadcast We have moved", OWNER, language=language)
    got = await talk.api.delivered(lambda d: bool(d.buttons))
    assert ": 2." in got.text
    talk.api.press(got, carried(got.message)[0], language=language)
    await talk.api.until(lambda api: bool(api.sent(201)) and bool(api.sent(202)))
    assert talk.api.sent(202) == ["We have moved"]
    shown = (got.chat_id, got.message["message_id"])
    done = owner_messages(language).cast_done.format(all=2)
    await talk.api.until(lambda api: api.chats.messages[shown]["text"] == done)


async def broadcast(store: Store, owner: int = OWNER) -> str:
    """A broadcast of that owner's that was begun; its token."""
    draft = {"owner": owner, "screen": {"text": "made up"}}
    token = await store.pending_actions.keep(json.dumps(draft))
    await store.broadcasts.start(token)
    return token


@pytest.mark.parametrize("settings_name", [True, False])
async def test_a_broadcast_of_who_is_an_owner_no_more_stops(
    store: Store, tmp_path: Path, settings_name: bool
) -> None:
    """Removed from the settings, or forgotten where a code had made the owner."""
    own = Store(store.redis, timedelta(days=30), tmp_path, [7] if settings_name else [])
    if not settings_name:
        await own.owners.claim(await own.owners.code(), 7, 1)
    await subscribe(own, *range(300, 340))
    token = await broadcast(own, 7)
    await feed_once(own)
    if settings_name:
        own = Store(store.redis, timedelta(days=30), tmp_path, [OWNER])
    else:
        await own.erasure.erase(7)
    await feed_once(own)
    assert await own.broadcasts.going() == ()
    assert await own.outbox_stream.waiting() == 15
    if settings_name:  # else the draft is gone, too
        found = await own.broadcasts.progress(token)
        assert found is not None
        assert (found.state, found.done) == ("stopped", 15)


async def test_who_is_forgotten_during_a_broadcast_gets_nothing_more(
    talk: Talk, store: Store
) -> None:
    """As the batch was chosen, the reader left; the batch is then handed on, and repeated."""
    await subscribe(store, 201, 202)
    token = await broadcast(store)
    made = [
        Delivery(id=f"cast:{token}:{chat}", chat_id=chat, screen=Screen(text="made up"))
        for chat in (201, 202)
    ]
    await store.erasure.erase(201)
    await store.broadcasts.hand_on(token, made)
    await talk.api.until(lambda api: bool(api.sent(202)))
    await store.broadcasts.hand_on(token, made)

    async def over() -> bool:
        return not await store.broadcasts.going() and not await store.outbox_stream.waiting()

    await eventually(over)
    assert (talk.api.sent(201), talk.api.sent(202)) == ([], ["made up"])
    assert not await store.outbox.state(f"cast:{token}:201")


async def test_a_broadcast_is_stopped(store: Store) -> None:
    await subscribe(store, *range(300, 340))
    token = await broadcast(store)
    await feed_once(store)
    await store.broadcasts.end(token, "stopped")
    await feed_once(store)
    found = await store.broadcasts.progress(token)
    assert found is not None
    assert (found.state, found.total, found.done) == ("stopped", 40, 15)
    await store.broadcasts.start(token)
    assert await store.broadcasts.going() == ()


async def test_a_worker_that_dies_doubles_nothing(store: Store) -> None:
    await subscribe(store, 301, 302)
    token = await broadcast(store)
    await feed_once(store)
    await store.broadcasts.start(token)
    await feed_once(store)
    assert await store.outbox_stream.waiting() == 2


async def test_a_broadcast_without_text_or_readers(talk: Talk) -> None:
    assert "/broadcast We have moved" in (await talk.say("/broadcast", OWNER)).text
    assert (await talk.say("/broadcast x", OWNER)).text == "There are no readers yet."


async def test_strangers_cannot_send_or_stop(talk: Talk, store: Store) -> None:
    await subscribe(store, 201)
    token = await store.pending_actions.keep('{"screen": {"text": "made up"}}')
    got = await talk.say("/help")
    talk.api.press(got, f"o:send:0:{token}")
    await talk.api.until(lambda api: bool(api.answered))
    assert await store.broadcasts.progress(token) is None

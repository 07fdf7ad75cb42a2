"""A group or channel where the bot may write no more: it rests, and one person is told once."""

from datetime import timedelta

import pytest

from bot.model import Delivery, Screen, Subscription, utc_now
from bot.store import Store, keys
from tests.fakes import botapi_answers as answers
from tests.fakes.entries import NOON
from tests.telegram.outbound import bring_back, put_off
from tests.telegram.talk import Talk
from tests.telegram.test_places import ADMIN, CHANNEL, channel
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def admins(talk: Talk) -> None:
    talk.api.admins |= {(CHANNEL, ADMIN)}


async def test_lost_rights_pause_with_one_private_note(talk: Talk, store: Store) -> None:
    talk.api.place(channel(), "administrator", ADMIN)
    got = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    await talk.press(got, f"o:daily:0:{CHANNEL}")
    talk.api.place(
        channel(), "administrator", ADMIN, before="administrator", can_post_messages=False
    )
    talk.api.place(channel(), "left", ADMIN, before="administrator")
    note = await talk.api.delivered(lambda d: "paused" in d.text)
    assert note.chat_id == ADMIN
    await talk.say("/help")
    assert [d.text for d in talk.api.deliveries if "paused" in d.text] == [note.text]
    target = await store.subscriptions.get(CHANNEL)
    assert target is not None
    assert not target.active


async def test_the_note_is_in_the_language_of_who_keeps_the_chat(talk: Talk, store: Store) -> None:
    await store.subscriptions.save(Subscription(chat_id=ADMIN, language="ru", active=False), None)
    talk.api.order(answers.kicked("channel"), times=2, chat=CHANNEL)
    await _published(store, language="en")
    note = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    assert note.text.startswith("⏸ Больше не могу")


async def _published(store: Store, **fields: object) -> Subscription:
    """The channel as a target, and a message on its way there."""
    target = Subscription.model_validate(
        {"chat_id": CHANNEL, "keeper": ADMIN, "channel": True, **fields}
    )
    await store.subscriptions.save(target, NOON + timedelta(days=1000))
    screen = Screen(text="made up")
    parts = [Delivery(id=f"p{n}", chat_id=CHANNEL, screen=screen) for n in range(2)]
    await store.outbox.enqueue(parts)
    return target


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (400, "Bad Request: CHANNEL_PRIVATE"),
        (400, "Bad Request: group chat was deactivated"),
        (400, "Bad Request: chat_id is empty"),
        (403, "Forbidden: bot was kicked from the channel chat"),
        (403, "Forbidden: bot is not a member of the channel chat"),
        (403, "Forbidden: the group chat was deleted"),
    ],
)
async def test_a_refused_send_pauses_the_target_with_one_private_note(
    talk: Talk, store: Store, code: int, said: str
) -> None:
    talk.api.order(answers.error(code, said), times=2, chat=CHANNEL)
    await _published(store)
    note = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    assert "can no longer write" in note.text
    await talk.say("/help")
    assert await _states(store) == ["undeliverable", "undeliverable"]
    assert len(talk.api.sent(ADMIN)) == 1
    target = await store.subscriptions.get(CHANNEL)
    assert target is not None
    assert (target.active, target.keeper) == (False, ADMIN)


async def _states(store: Store) -> list[str]:
    async def closed() -> bool:
        return await store.outbox_stream.waiting() == 0

    await eventually(closed)
    return [(await store.outbox.state(f"p{n}"))["state"] for n in range(2)]


@pytest.mark.parametrize(
    "said",
    [
        "chat not found",
        "not enough rights to send text messages to the chat",
        "need administrator rights in the channel chat",
        "have no rights to send a message",
        "CHAT_WRITE_FORBIDDEN",
        "CHAT_ADMIN_REQUIRED",
        "CHAT_RESTRICTED",
        "CHAT_SEND_PLAIN_FORBIDDEN",
        "TOPIC_CLOSED",
    ],
)
async def test_a_chat_that_refuses_rests_on_the_second_day_with_one_note(
    talk: Talk, store: Store, said: str
) -> None:
    """30 October 2023: for hours all bots were told so of all groups (pyTelegramBotAPI#2068)."""
    talk.api.order(answers.error(400, f"Bad Request: {said}"), times=9, chat=CHANNEL)
    talk.api.order(answers.no_chat(), method="getChat")
    await _published(store)
    await put_off(store, most=2)
    assert (await store.subscriptions.get(CHANNEL) or Subscription(chat_id=0)).active
    yesterday = (utc_now() - timedelta(days=1)).date()
    for number in range(2):
        await store.redis.hset(keys.delivery(f"p{number}"), "missed", yesterday.isoformat())
    await bring_back(store)
    note = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    assert "“-1001" in note.text  # nobody tells its name any more
    assert await _states(store) == ["undeliverable", "undeliverable"]
    assert len(talk.api.sent(ADMIN)) == 1


async def test_what_was_lost_is_told_once_by_the_sender_and_the_update(
    talk: Talk, store: Store
) -> None:
    talk.api.order(answers.kicked("channel"), times=2, chat=CHANNEL)
    await _published(store)
    await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    talk.api.place(channel(), "left", ADMIN, before="administrator")
    await talk.say("/help")
    assert len(talk.api.sent(ADMIN)) == 1

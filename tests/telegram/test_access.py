"""Who may use the bot: with an invitation, on a list, everybody but the denied."""

import json
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.config import AccessMode
from bot.model import Subscription
from bot.store import Store
from bot.telegram.replies.deployment import Deployment
from tests.fakes.botapi import FakeBotApi
from tests.fakes.entries import NOON
from tests.telegram.talk import OWNER, Talk, talking
from tests.waiting import eventually

ANONYMOUS = 1087968824  # the account that Telegram shows in an anonymous admin's place


@pytest.fixture
def mode() -> AccessMode:
    return "invite"


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store, mode: AccessMode) -> AsyncIterator[Talk]:
    running = Deployment(access=mode, allowed=frozenset({55}))
    async with talking(api, line, store, running=running) as conversation:
        yield conversation


async def test_without_a_code_the_door_is_shut(talk: Talk) -> None:
    got = await talk.say("/digest", language="ru")
    assert got.text == "Этот бот по приглашениям. Если у вас есть код, пришлите его сюда."
    talk.api.press(got, "sub")
    await talk.api.until(lambda api: bool(api.answered))
    assert talk.toasts() == ["This bot is by invitation. If you have a code, send it here."]


async def test_an_invitation_opens_for_as_many_as_it_says(talk: Talk, store: Store) -> None:
    made = await talk.say("/invite", OWNER)
    code = made.text.rpartition("start=i_")[2]
    welcome = await talk.say(f"/start i_{code}")
    assert welcome.buttons[0]["callback_data"] == "sub"
    assert "/digest" in (await talk.say("/help")).text
    assert "not valid" in (await talk.say(code, 101)).text
    assert await store.access.redeem(code, 100)


async def test_who_is_subscribed_or_named_stays(talk: Talk, store: Store) -> None:
    await store.subscriptions.save(Subscription(chat_id=102), NOON)
    for user in (102, 55, OWNER):
        assert "/digest" in (await talk.say("/help", user)).text


@pytest.mark.parametrize("mode", ["allowlist"])
async def test_the_list_is_kept_by_the_owner(talk: Talk, store: Store) -> None:
    assert (await talk.say("/start")).text.endswith("Tell its owner your number: 100")
    assert "/allow 123456" in (await talk.say("/allow somebody", OWNER)).text
    await talk.say("/allow 100", OWNER)
    assert "/digest" in (await talk.say("/help")).text


async def test_everybody_may_ask_for_the_number_that_an_owner_needs(talk: Talk) -> None:
    assert (await talk.say("/id", language="ru")).text == "Ваш номер: 100"
    assert (await talk.say("/id", OWNER)).text == f"Your number: {OWNER}"
    assert (await talk.say("/identity")).text.startswith("This bot is by invitation.")


@pytest.mark.parametrize("mode", ["public"])
async def test_the_denied_are_out_in_every_mode(talk: Talk, store: Store) -> None:
    await store.subscriptions.save(Subscription(chat_id=100), NOON)
    got = await talk.say("/deny 100", OWNER)
    assert got.text == "⛔️ 100 may not use the bot any more."
    talk.api.say("/help")
    await talk.say("/help", 101)
    assert talk.api.sent(100) == []
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert not reader.active


async def test_a_group_of_strangers_is_not_answered(talk: Talk) -> None:
    talk.api.say("/digest", chat=-1009000000001)
    await talk.say("/help", OWNER)
    assert talk.api.sent(-1009000000001) == []


async def test_a_group_with_a_digest_is(talk: Talk, store: Store) -> None:
    await store.subscriptions.save(Subscription(chat_id=-1009000000001), NOON)
    got = await talk.say("/digest", chat=-1009000000001)
    assert got.chat_id == -1009000000001


GROUP = -1009000000001
NOBODY: list[dict[str, bool]] = [
    {},
    {"sender_chat": True},
    {"from": True, "sender_chat": True},
]
"""No sender, an anonymous admin, and one with the account that stands for such."""


@pytest.mark.parametrize("mode", ["invite", "allowlist"])
async def test_nobody_in_particular_is_heard_where_a_digest_comes_only(
    talk: Talk, store: Store
) -> None:
    await store.access.admit(ANONYMOUS)
    for speaker in NOBODY:
        shout(talk, speaker)
    await talk.say("/help", OWNER)

    async def done() -> bool:
        return await store.update_stream.waiting() == 0

    await eventually(done)
    assert talk.api.sent(GROUP) == []
    await store.subscriptions.save(Subscription(chat_id=GROUP), NOON)
    for speaker in NOBODY:
        shout(talk, speaker)
    await talk.api.until(lambda api: len(api.sent(GROUP)) == len(NOBODY))


def shout(talk: Talk, speaker: dict[str, bool]) -> None:
    """A command in a group of which nobody is the author."""
    chat = {"id": GROUP, "type": "supergroup", "title": "Chat"}
    number = talk.api.queue.take_id()
    base = {"message_id": number, "date": 1, "chat": chat, "text": "/help"}
    account = {"id": ANONYMOUS, "is_bot": True, "first_name": "Group", "username": "group_bot"}
    known = {"from": account, "sender_chat": chat}
    said = {**base, **{name: known[name] for name in speaker}}
    talk.api.queue.push_raw(number, json.dumps({"update_id": number, "message": said}))

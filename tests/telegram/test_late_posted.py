"""A channel's posted digest and one that was asked for are edited late, too."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.store import Store
from bot.store.delivery.digest_messages import ON_REQUEST
from bot.store.keys import pages as page_keys
from tests.fakes.botapi import FakeBotApi
from tests.fakes.clock import standing_at
from tests.telegram.late import (
    GROUP,
    LATER,
    NAME,
    NOW,
    READER,
    SOON,
    amend,
    carried_by,
    digest_of,
    join_late,
    judged,
    other,
    publish,
    shown,
    told,
)
from tests.telegram.outbound import settled
from tests.telegram.talk import Talk, keys_of, talking, words_on


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store) -> AsyncIterator[Talk]:
    async with talking(api, line, store, clock=standing_at(NOW + LATER)) as conversation:
        yield conversation


CHANNEL = GROUP - 1
POSTED = NAME.replace(str(READER), str(CHANNEL))


async def test_each_message_of_a_channels_digest_is_edited(talk: Talk, store: Store) -> None:
    posts = [told(n) for n in range(2)] + [other(n) for n in range(14)]
    first = await digest_of(talk, store, *posts, chat=CHANNEL, channel=True)
    await settled(store, f"{POSTED}:1")
    second = talk.api.deliveries[-1]
    assert (first.chat_id, second.chat_id) == (CHANNEL, CHANNEL)
    said = [shown(talk, each)["text"] for each in (first, second)]
    assert all("16 stories" in text for text in said)
    await join_late(store)
    assert await amend(store) == 2
    for name in (POSTED, f"{POSTED}:1"):
        await settled(store, f"{name}:late:1")
    again = [shown(talk, each) for each in (first, second)]
    assert all("15 stories" in each["text"] for each in again)
    assert not any("callback_data" in key for each in again for key in keys_of(each))
    assert len(talk.api.deliveries) == 2
    assert await amend(store, 3 * LATER) == 0


async def test_a_channels_digest_that_would_have_fewer_messages_is_left(
    talk: Talk, store: Store
) -> None:
    posts = [told(n) for n in range(2)] + [other(n) for n in range(11)]
    first = await digest_of(talk, store, *posts, chat=CHANNEL, channel=True)
    await settled(store, f"{POSTED}:1")
    assert "13 stories" in shown(talk, first)["text"]
    await join_late(store)
    assert await amend(store) == 0
    assert "13 stories" in shown(talk, first)["text"]


async def test_the_last_digest_that_was_asked_for_is_edited_on_the_page_it_shows(
    talk: Talk, store: Store
) -> None:
    posts = [told(n) for n in range(9)]
    await digest_of(talk, store, *posts)
    asked = await talk.say("/digest")
    assert "9 stories" in asked.text
    second = await talk.press(asked, carried_by(asked.message, "›"))
    hidden = [post for post in posts if post.card("en").title not in second["text"]]
    await publish(store, judged(hidden[-1], hidden[0]), at=SOON + LATER)
    assert await amend(store, 2 * LATER) == 2
    name = str(await store.redis.hget(page_keys.page(READER, ON_REQUEST), "id"))
    await settled(store, f"{name}:late:1")
    again = shown(talk, asked)
    assert "8 stories" in again["text"]
    assert "2/2" in words_on(again)
    assert len(talk.api.deliveries) == 2

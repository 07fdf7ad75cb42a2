"""A channel's posted digest and one that was asked for are edited late, too."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.model import Entry
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


def told_in(texts: list[str]) -> list[list[int]]:
    """The numbers of the stories in each of these messages."""
    lines = [[line.partition(". ")[0] for line in text.splitlines()] for text in texts]
    return [[int(number) for number in each if number.isdecimal()] for each in lines]


def long_read(entry: Entry) -> Entry:
    """The same post as a model reads it later, which has much to say."""
    said = entry.card("en").model_copy(update={"tldr": "Rather a lot is said of it. " * 16})
    analysis = entry.analysis.model_copy(update={"cards": {"en": said}})
    return entry.model_copy(update={"analysis": analysis, "engine": "llm", "prompt_id": "later"})


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


async def test_a_channels_digest_that_would_have_fewer_messages_is_spread_over_those_it_has(
    talk: Talk, store: Store
) -> None:
    posts = [told(n) for n in range(2)] + [other(n) for n in range(11)]
    first = await digest_of(talk, store, *posts, chat=CHANNEL, channel=True)
    await settled(store, f"{POSTED}:1")
    both = (first, talk.api.deliveries[-1])
    assert all("13 stories" in shown(talk, each)["text"] for each in both)
    await join_late(store)
    assert await amend(store) == 2
    for name in (POSTED, f"{POSTED}:1"):
        await settled(store, f"{name}:late:1")
    again = [shown(talk, each)["text"] for each in both]
    assert all("12 stories" in text for text in again)
    assert told_in(again) == [[*range(1, 7)], [*range(7, 13)]]
    assert len(talk.api.deliveries) == 2


async def test_what_a_channels_messages_have_no_room_for_is_among_the_others(
    talk: Talk, store: Store
) -> None:
    """The story that a model has read since is too long to stand beside all the others."""
    posts = [told(0)] + [other(n) for n in range(10)]
    first = await digest_of(talk, store, *posts, chat=CHANNEL, channel=True)
    assert told_in([shown(talk, first)["text"]]) == [[*range(1, 12)]]
    grown = [long_read(each) for each in posts[1:]]
    await publish(store, *grown, judged(told(1), told(0)), at=SOON)
    assert await amend(store) == 1
    await settled(store, f"{POSTED}:late:1")
    again = shown(talk, first)["text"]
    (numbers,) = told_in([again])
    assert 1 < len(numbers) < len(posts)
    assert f"11 stories, {len(numbers)} here" in again
    assert len(talk.api.deliveries) == 1


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


async def test_a_month_that_was_asked_for_is_edited(talk: Talk, store: Store) -> None:
    await digest_of(talk, store, *[told(n) for n in range(3)])
    asked = await talk.say("/digest month")
    assert "3 stories" in asked.text
    await publish(store, judged(told(1), told(0)), at=SOON + LATER)
    assert await amend(store, 2 * LATER) == 2
    name = str(await store.redis.hget(page_keys.page(READER, ON_REQUEST), "id"))
    await settled(store, f"{name}:late:1")
    assert "2 stories" in shown(talk, asked)["text"]
    await talk.press(asked, carried_by(shown(talk, asked), "1"))
    await publish(store, judged(told(2), told(0)), at=SOON + 3 * LATER)
    assert await amend(store, 4 * LATER) == 1

"""A digest in a chat is edited where its stories are joined later, and never sent anew."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiogram import Bot

from bot.model import story_name
from bot.publish.edition import edition
from bot.publish.schedule import run_schedule
from bot.store import Store, keys
from bot.store.delivery.digest_messages import MOST_AMENDED
from bot.store.keys import pages as page_keys
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.fakes.clock import standing_at
from tests.fakes.entries import make_entry
from tests.telegram.late import (
    DUE,
    GROUP,
    LATER,
    MIDNIGHT,
    NAME,
    NOW,
    ONE,
    READER,
    SOON,
    TWO,
    amend,
    amended,
    carried_by,
    digest_of,
    edits,
    join_late,
    joined_digest,
    judged,
    publish,
    shown,
    subscribe,
    told,
)
from tests.telegram.outbound import message, sending, settled
from tests.telegram.talk import Talk, talking, words_on
from tests.waiting import due_sent


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store) -> AsyncIterator[Talk]:
    async with talking(api, line, store, clock=standing_at(NOW + LATER)) as conversation:
        yield conversation


async def test_a_story_that_is_joined_later_edits_the_digest_once(
    talk: Talk, store: Store
) -> None:
    digest = await digest_of(talk, store, ONE, TWO)
    assert "2 stories" in digest.text
    assert await amend(store) == 0
    await join_late(store)
    assert [await amend(store, timedelta(minutes=5)), await amend(store), await amend(store)] == [
        *(0, 1, 0)
    ]  # fmt: skip
    await settled(store, f"{NAME}:late:1")
    assert edits(talk) == 1
    assert len(talk.api.deliveries) == 1
    text = shown(talk, digest)["text"]
    assert "1 story" in text
    assert "discussed in 2 channels" in text
    assert await amend(store, 3 * LATER) == 0


async def test_the_page_that_was_drawn_last_is_edited(talk: Talk, store: Store) -> None:
    posts = [told(n) for n in range(9)]
    digest = await digest_of(talk, store, *posts)
    second = await talk.press(digest, carried_by(digest.message, "›"))
    assert "2/2" in words_on(second)
    hidden = [post for post in posts if post.card("en").title not in second["text"]]
    assert len(hidden) == 6
    await publish(store, judged(hidden[-1], hidden[0]), at=SOON)
    await amended(store)
    again = shown(talk, digest)
    assert "8 stories" in again["text"]
    assert "2/2" in words_on(again)


async def test_a_card_that_is_open_in_its_place_is_left(talk: Talk, store: Store) -> None:
    digest = await digest_of(talk, store, ONE, TWO)
    card = await talk.press(digest, carried_by(digest.message, "1"))
    await join_late(store)
    assert await amend(store) == 0
    assert shown(talk, digest) == card
    back = await talk.press(digest, carried_by(card, "‹ Digest"))
    assert "1 story" in back["text"]
    assert await amend(store, 3 * LATER) == 0


async def test_a_page_that_the_reader_has_turned_to_since_is_as_it_should_be(
    talk: Talk, store: Store
) -> None:
    digest = await joined_digest(talk, store)
    card = await talk.press(digest, carried_by(digest.message, "1"))
    back = await talk.press(digest, carried_by(card, "‹ Digest"))
    assert "1 story" in back["text"]
    assert await amend(store) == 0
    assert await store.outbox_stream.waiting() == 0


async def test_a_digest_with_an_open_card_is_not_even_drawn(talk: Talk, store: Store) -> None:
    digest = await digest_of(talk, store, ONE, TWO)
    await talk.press(digest, carried_by(digest.message, "1"))
    await join_late(store)
    assert await store.digest_messages.claim(NOW + LATER, 10, 10) == []


async def test_a_card_that_is_opened_while_the_page_is_drawn_again_stays(
    talk: Talk, store: Store
) -> None:
    digest = await joined_digest(talk, store)
    [claimed] = await store.digest_messages.claim(NOW + LATER, 10, 10)
    card = await talk.press(digest, carried_by(digest.message, "1"))
    change = message("edit").model_copy(update={"edits": NAME})
    assert not await store.digest_messages.amend(claimed, change, NOW + LATER, [])
    assert await store.outbox.state("edit") == {}
    assert shown(talk, digest) == card


async def test_a_digest_that_has_not_arrived_is_not_edited(store: Store) -> None:
    await publish(store, ONE, TWO)
    await subscribe(store)
    assert await due_sent(store, standing_at(NOW)) == 1
    await join_late(store)
    assert await amend(store) == 0
    assert await store.outbox_stream.waiting() == 1


async def test_a_join_of_other_stories_does_not_draw_it_again(talk: Talk, store: Store) -> None:
    await joined_digest(talk, store)
    assert await amend(store) == 1
    others = [told(n, hours_ago=30) for n in (2, 3)]
    await publish(store, *others, at=NOW + 2 * LATER)
    await publish(store, judged(others[1], others[0]), at=NOW + 2 * LATER)
    assert await store.digest_messages.claim(NOW + 3 * LATER, 10, 10) == []


async def test_a_post_that_came_after_the_digest_changes_nothing_in_it(
    talk: Talk, store: Store
) -> None:
    one = told(0)
    digest = await digest_of(talk, store, one)
    after = told(1, hours_ago=-0.1)
    await publish(store, judged(after, one), at=NOW + timedelta(minutes=7))
    assert await store.digest_messages.claim(NOW + LATER, 10, 10) == []
    assert (edits(talk), shown(talk, digest)["text"]) == (0, digest.text)


async def test_stories_that_the_digest_does_not_show_are_not_drawn(
    talk: Talk, store: Store
) -> None:
    one, *others = told(0), *(told(n, hours_ago=30) for n in (1, 2))
    await digest_of(talk, store, one, *others)
    yesterday = int((DUE - timedelta(days=1)).timestamp())
    await store.redis.zadd(keys.seen(READER), {story_name(others[0].key): yesterday})
    await publish(store, judged(others[1], others[0]), at=SOON)
    assert await store.digest_messages.claim(NOW + LATER, 10, 10) == []


async def test_what_is_shown_under_another_story_edits_the_digest(
    talk: Talk, store: Store
) -> None:
    digest = await digest_of(talk, store, ONE, TWO)
    joined = await store.stories.join(
        TWO.key,
        new_id=story_name(TWO.key),
        decisive=[],
        group=story_name(ONE.key),
        why_group="grouped:names:x",
    )
    assert joined.moved == "post"
    await store.digest_messages.moved(joined.story, TWO.post.published_at, NOW)
    await store.read_model.refresh()
    await amended(store)
    assert "1 story" in shown(talk, digest)["text"]


async def test_nothing_is_edited_when_the_local_date_has_ended(talk: Talk, store: Store) -> None:
    await digest_of(talk, store, ONE, TWO)
    await join_late(store, NOW + MIDNIGHT - timedelta(minutes=30))
    assert await amend(store, MIDNIGHT) == 0
    assert 0 < await store.redis.ttl(page_keys.page(READER, "daily")) <= MIDNIGHT.total_seconds()


async def test_an_edit_that_is_still_on_its_way_at_midnight_is_dropped(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    async with talking(api, line, store) as talk:
        await joined_digest(talk, store)
    assert await amend(store) == 1
    edit = keys.delivery(f"{NAME}:late:1")
    assert 0 < await store.redis.ttl(edit) <= MIDNIGHT.total_seconds()
    await store.redis.delete(edit)  # as at midnight
    await store.outbox.enqueue([message("next")])
    async with sending(line, store):
        await settled(store, "next")
    assert edits(talk) == 0


async def test_many_joins_make_few_edits(talk: Talk, store: Store) -> None:
    first, *others = (told(n) for n in range(9))
    await digest_of(talk, store, first, *others)
    made, after = 0, timedelta(0)
    for number, post in enumerate(others):
        await publish(store, judged(post, first), at=NOW + after + timedelta(seconds=1))
        after += LATER
        made += await amend(store, after)
        made += await amend(store, after + timedelta(minutes=1))
        if number < MOST_AMENDED:
            await settled(store, f"{NAME}:late:{number + 1}")
    assert made == MOST_AMENDED
    assert len(talk.api.deliveries) == 1


async def test_joins_between_two_looks_make_one_edit(talk: Talk, store: Store) -> None:
    first, *others = (told(n) for n in range(5))
    digest = await digest_of(talk, store, first, *others)
    for post in others:
        await publish(store, judged(post, first), at=NOW + timedelta(minutes=1))
    assert [await amend(store), await amend(store, 2 * LATER)] == [1, 0]
    await settled(store, f"{NAME}:late:1")
    assert "1 story" in shown(talk, digest)["text"]


@pytest.mark.parametrize(
    "refusal",
    [
        answers.error(400, "Bad Request: message to edit not found"),
        answers.error(400, "Bad Request: message can't be edited"),
        answers.blocked(),
    ],
    ids=["deleted", "too old", "blocked"],
)
async def test_a_refused_edit_is_dropped(
    talk: Talk, store: Store, refusal: answers.Answer
) -> None:
    digest = await digest_of(talk, store, ONE, TWO)
    talk.api.order(refusal, method="editMessageText")
    await join_late(store)
    assert await amend(store) == 1
    await settled(store, f"{NAME}:late:1", "undeliverable")
    assert len(talk.api.deliveries) == 1
    assert shown(talk, digest)["text"] == digest.text
    assert await amend(store, 3 * LATER) == 0


async def test_what_the_edited_digest_shows_is_not_told_again(talk: Talk, store: Store) -> None:
    await joined_digest(talk, store)
    assert await amend(store) == 1
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    next_one = await edition(store, reader, "day", NOW + timedelta(hours=2), scheduled=True)
    assert next_one.digest.stories == ()


async def test_what_an_edit_has_made_room_for_counts_as_shown(talk: Talk, store: Store) -> None:
    topics = ("agents", "rl", "nlp", "robotics")
    posts = [
        make_entry(f"pane_{n}", n, title=f"Result {n}", text=f"result number {n} of all",
                   topics=[topics[n % 4]], engine="extractive", at=NOW, hours_ago=1 + n / 60)
        for n in range(1, 27)
    ]  # fmt: skip
    digest = await digest_of(talk, store, *posts)
    assert "26 stories, 24 here" in digest.text
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    made = await edition(store, reader, "day", DUE)
    one, two = (story.first for story in made.digest.stories[:2])
    await publish(store, judged(two, one), at=SOON)
    assert await amend(store) == 1
    next_one = await edition(store, reader, "day", NOW + timedelta(hours=2), scheduled=True)
    assert len(next_one.digest.stories) == 1


async def test_the_schedule_edits_what_is_out_of_date(talk: Talk, store: Store) -> None:
    await joined_digest(talk, store)
    stop = asyncio.Event()
    schedule = asyncio.create_task(run_schedule(store, stop, standing_at(NOW + LATER)))
    try:
        await settled(store, f"{NAME}:late:1")
    finally:
        stop.set()
        await schedule


async def test_a_message_that_was_asked_for_is_not_the_digest(talk: Talk, store: Store) -> None:
    digest = await digest_of(talk, store, ONE, TWO)
    asked = await talk.say("/digest")
    card = await talk.press(asked, carried_by(asked.message, "1"))
    await join_late(store)
    await amended(store)
    assert shown(talk, asked) == card
    assert "1 story" in shown(talk, digest)["text"]


async def test_a_groups_digest_is_edited(talk: Talk, store: Store) -> None:
    digest = await digest_of(talk, store, ONE, TWO, chat=GROUP)
    await join_late(store)
    assert await amend(store) == 1
    await settled(store, f"{NAME.replace(str(READER), str(GROUP))}:late:1")
    assert "1 story" in shown(talk, digest)["text"]


async def test_a_digest_that_the_version_before_had_noted_is_edited(
    talk: Talk, store: Store
) -> None:
    digest = await joined_digest(talk, store)
    await store.redis.hdel(page_keys.page(READER, "daily"), "of")
    await amended(store)
    assert "1 story" in shown(talk, digest)["text"]


async def test_edits_wait_while_digests_are_planned(talk: Talk, store: Store) -> None:
    await joined_digest(talk, store)
    server = int((await store.now()).timestamp() * 1000)
    await store.redis.set(keys.PACE, server + 600_000)
    assert await amend(store) == 0
    await store.redis.delete(keys.PACE)
    assert await amend(store) == 1


async def test_one_join_is_looked_for_in_all_digests_and_a_few_are_drawn_at_once(
    store: Store,
) -> None:
    await publish(store, ONE, TWO)
    for chat in range(1, 6):
        await subscribe(store, chat)
    assert await due_sent(store, standing_at(NOW)) == 5
    await join_late(store)
    found = [await store.digest_messages.claim(NOW + LATER, 10, 2) for _ in range(4)]
    assert [len(each) for each in found] == [2, 2, 1, 0]
    assert {each.chat_id for batch in found for each in batch} == set(range(1, 6))


async def test_a_forgotten_reader_leaves_no_page(talk: Talk, store: Store) -> None:
    await digest_of(talk, store, told(0))
    assert await store.redis.zcard(page_keys.PAGES) == 1
    await store.erasure.erase(READER)
    assert await store.redis.exists(page_keys.PAGES, page_keys.page(READER, "daily")) == 0


async def test_where_nothing_was_joined_no_story_is_noted(store: Store) -> None:
    await publish(store, told(0), told(1), told(2))
    assert not await store.digest_messages.any_moved()

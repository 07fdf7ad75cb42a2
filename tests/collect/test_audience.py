"""Views and reactions, from a page of the fake site to the reach of what a digest ranks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.collect.preview.page import parse_page
from bot.extract.worker import Analyst
from bot.store import keys
from tests.collect.test_export import one
from tests.collect.watching import HANDLE, Watching
from tests.fakes.entries import make_post
from tests.fakes.pages import NOON, Written, page, reaction, written

WEEK = timedelta(days=7)


def seen(number: int, views: str, *, hours_ago: float, reactions: str = "") -> Written:
    """A post with an audience, at noon."""
    return replace(written(number, hours_ago=hours_ago), views=views, reactions=reactions)


async def look(watching: Watching, posts: Sequence[Written], *, after: float = 0) -> None:
    """One look some hours after noon, and all that is new is read."""
    watching.watcher = watching.starting(at=NOON + timedelta(hours=after))
    await watching.look(*posts)
    await watching.store.post_stream.ready()
    for item in await watching.store.post_stream.read("t", 100):
        await Analyst(watching.store).handle(item)


async def reach(watching: Watching, until: datetime = NOON) -> dict[int, float]:
    """The reach of each post of a week by its number, once all is taken in."""
    await watching.store.read_model.refresh()
    survey = await watching.store.surveys.between(until - WEEK, until + timedelta(days=3))
    lines = (line for outline in survey.outlines for line in outline.lines)
    return {int(line.key.rpartition("/")[2]): line.reach for line in lines}


async def changed(watching: Watching, key: str) -> float:
    """The number of the last change of a post."""
    found = await watching.store.redis.zscore(keys.CHANGED, key)
    assert found is not None
    return float(found)


@pytest.mark.parametrize(
    ("reactions", "people"),
    [
        ("", 0),
        (reaction("3"), 3),
        (reaction("73", "❤") + reaction("1.2K", "🔥"), 1_273),
        (reaction("23.4K", kind="custom") + reaction("5", "3️⃣"), 23_405),
        (reaction("900", kind="paid") + reaction("7"), 7),
        (reaction("") + reaction("many") + reaction("2"), 2),
        (reaction("999999999999999B") + reaction("2"), 2),
    ],
)
def test_reactions_are_counted_in_people(reactions: str, people: int) -> None:
    (post,) = parse_page(page(HANDLE, [seen(1, "1.67K", hours_ago=1, reactions=reactions)])).posts
    assert (post.views, post.reactions) == (1_670, people)


@pytest.mark.parametrize(
    ("reactions", "people"),
    [
        ([{"type": "emoji", "count": 12, "emoji": "👍"}, {"type": "paid", "count": 500}], 12),
        ([{"type": "custom_emoji", "count": 3, "document_id": "stickers/a.webp"}], 3),
        ([{"type": "emoji"}, "👍", {"type": "emoji", "count": "9"}, {"count": -4}], 0),
        ({"count": 5}, 0),
        (None, 0),
    ],
)
def test_an_export_may_tell_of_reactions(reactions: Any, people: int) -> None:
    assert one(text="Words", reactions=reactions).reactions == people


async def test_a_post_that_twice_as_many_saw_as_usual_reached_further(watching: Watching) -> None:
    usual = [seen(n, "1K", hours_ago=100 - n) for n in range(1, 7)]
    await look(watching, [*usual, seen(7, "2K", hours_ago=60), seen(8, "100", hours_ago=50)])
    found = await reach(watching)
    assert found == {**dict.fromkeys(range(1, 7), 0.0), 7: 1.0, 8: -2.0}


async def test_four_others_are_too_few_to_compare_with(watching: Watching) -> None:
    usual = [seen(n, "1K", hours_ago=100 - n) for n in range(1, 5)]
    await look(watching, [*usual, seen(7, "2K", hours_ago=60)])
    assert set((await reach(watching)).values()) == {0.0}


@pytest.mark.slow
async def test_a_young_post_is_compared_with_others_at_its_age(watching: Watching) -> None:
    for number in range(1, 8):  # each is seen at about three hours, and again when it is old
        grown = [seen(n, "10K", hours_ago=4 * (8 - n)) for n in range(1, number)]
        young = [seen(number, "400", hours_ago=4 * (8 - number))]
        await look(watching, [*grown, *young], after=3.1 - 4 * (8 - number))
    await look(watching, [seen(n, "10K", hours_ago=4 * (8 - n)) for n in range(1, 8)], after=49)
    hot = [seen(n, "10K", hours_ago=4 * (8 - n)) for n in range(2, 8)]
    await look(watching, [*hot, seen(9, "1.6K", hours_ago=-46)], after=49.2)
    found = await reach(watching)
    assert found[9] == 2.0
    assert found[7] == 0.0


async def test_readers_who_react_more_than_usual_count_a_little(watching: Watching) -> None:
    usual = [seen(n, "1K", hours_ago=100 - n, reactions=reaction("9")) for n in range(1, 7)]
    more = seen(7, "1K", hours_ago=60, reactions=reaction("39"))
    await look(watching, [*usual, more, seen(8, "1K", hours_ago=50)])
    found = await reach(watching)
    assert (found[1], found[7]) == (0.0, 0.5)
    assert -0.9 < found[8] < 0


@pytest.mark.slow
async def test_a_changed_count_is_no_work_and_costs_a_change_only_at_another_age(
    watching: Watching,
) -> None:
    store, key = watching.store, f"@{HANDLE}/1"
    await look(watching, [seen(1, "100", hours_ago=2)], after=-0.9)
    entry = await store.redis.dump(keys.entry(key))
    changes = [await changed(watching, key)]
    for hours, views in ((-0.7, "150"), (-0.4, "300"), (1.1, "500"), (2.2, "700"), (90, "9K")):
        await look(watching, [seen(1, views, hours_ago=2)], after=hours)
        changes.append(await changed(watching, key))
    assert changes[0] == changes[1] == changes[2] < changes[3] == changes[4] < changes[5]
    assert await store.redis.dump(keys.entry(key)) == entry
    assert await store.entry_stream.waiting() == 1
    await look(watching, [seen(1, "11K", hours_ago=2)], after=190)
    assert await changed(watching, key) == changes[5]


async def test_views_are_found_again_when_the_file_is_made_anew(watching: Watching) -> None:
    usual = [seen(n, "1K", hours_ago=100 - n) for n in range(1, 7)]
    await look(watching, [*usual, seen(7, "2K", hours_ago=60)])
    before = await reach(watching)
    await watching.store.redis.zadd(keys.CHANGED, {f"@{HANDLE}/1": 5})
    assert await reach(watching) == before


async def test_views_read_before_the_entry_is_there_are_taken_in(watching: Watching) -> None:
    posts = [seen(n, "1K" if n < 7 else "4K", hours_ago=100 - n) for n in range(1, 8)]
    await watching.look(*posts)
    assert await reach(watching) == {}
    await look(watching, posts)
    assert (await reach(watching))[7] == 2.0


async def test_posts_that_are_not_here_leave_no_trace(watching: Watching) -> None:
    post = make_post("nowhere", 5, hours_ago=90, views=7)
    assert await watching.store.posts.note_audience([post], NOON) == 0
    assert await watching.store.redis.exists(keys.post(post.key)) == 0
    assert await watching.store.redis.zcard(keys.CHANGED) == 0


async def test_views_of_a_preview_beat_reactions_of_an_export(watching: Watching) -> None:
    posts = [make_post("pane_one", n, f"Post {n}.", hours_ago=90) for n in range(1, 3)]
    await watching.store.posts.ingest_all(posts)
    liked = [post.model_copy(update={"reactions": 8}) for post in posts]
    shown = [post.model_copy(update={"views": 900}) for post in liked[:1]]
    noted = [
        await watching.store.posts.note_audience(each, NOON) for each in (liked, shown, liked)
    ]
    assert noted == [2, 1, 0]


@pytest.mark.parametrize(
    "stored", ["", "many/few", "9" * 5_000 + "/1", "1K/2", "7", "-3/4", "٣/٤"]
)
async def test_what_is_no_reading_is_none(watching: Watching, stored: str) -> None:
    usual = [seen(n, "1K", hours_ago=100 - n) for n in range(1, 8)]
    await look(watching, usual)
    names = [(f"@{HANDLE}/{number}", f"seen:{age}") for number in (1, 2) for age in (20, 48)]
    for key, field in names:
        await watching.store.redis.hset(keys.post(key), field, stored)
        await watching.store.redis.zadd(keys.CHANGED, {key: 2**45 + len(field)})
    assert set((await reach(watching)).values()) == {0.0}

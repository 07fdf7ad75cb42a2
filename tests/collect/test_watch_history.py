"""The history that a watcher reads: bursts, downtimes and backfills, bounded and in turns."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.collect.preview.watch import MOST_LOOKS, PAGES
from bot.store import Store
from tests.collect.watching import HANDLE, Watching
from tests.fakes.pages import Written, history, page, written
from tests.fakes.tme import FakeTme, Reply

PAGE = 20


def show(site: FakeTme, posts: Sequence[Written]) -> None:
    site.pages.update(history(HANDLE, posts))


def series(first: int, last: int) -> list[Written]:
    """Posts with these ids, an hour apart, the last one an hour old."""
    return [written(number, hours_ago=1 + last - number) for number in range(first, last + 1)]


async def taken(store: Store) -> None:
    """What waits for the analyst is done."""
    await store.redis.delete(store.post_stream.name)


async def looks(watching: Watching, number: int) -> list[int]:
    """The ids of all posts that became work in this many looks."""
    found: list[int] = []
    for _ in range(number):
        await watching.watcher.look(f"@{HANDLE}")
        found += await watching.work()
        await taken(watching.store)
    return found


async def test_a_long_burst_is_read_in_turns_and_completely(watching: Watching) -> None:
    await watching.look(written(1, hours_ago=900))
    await taken(watching.store)
    show(watching.site, series(1, 401))
    first = await looks(watching, 1)
    assert min(first) == 401 - PAGE * (PAGES + 1) + 1
    assert "unread" in await watching.state()
    rest = await looks(watching, 4)
    assert sorted({*first, *rest}) == list(range(2, 402))
    assert len(first) + len(rest) == 400
    assert (await watching.state())["unread"] == ""


async def test_other_channels_have_their_turn_during_a_burst(watching: Watching) -> None:
    store = watching.store
    await watching.look(written(1, hours_ago=900))
    show(watching.site, series(1, 401))
    await watching.look()
    await store.channels.watch("demo_other")
    assert await store.channels.claim_due() == ["@demo_other"]


async def test_a_burst_on_top_of_a_burst_loses_nothing(watching: Watching) -> None:
    await watching.look(written(1, hours_ago=900))
    await taken(watching.store)
    show(watching.site, series(1, 301))
    found = await looks(watching, 1)
    later = series(1, 501)
    show(watching.site, later)
    for number in range(2, 502):  # older pages are asked for from where the first burst was left
        before = later[max(0, number - 1 - PAGE) : number - 1]
        watching.site.serve(HANDLE, page(HANDLE, before), before=number)
    found += await looks(watching, 8)
    assert sorted(set(found)) == list(range(2, 502))
    assert (await watching.state())["unread"] == ""


async def test_a_failure_in_the_middle_goes_on_where_it_was(watching: Watching) -> None:
    await watching.look(written(1, hours_ago=900))
    await taken(watching.store)
    show(watching.site, series(1, 121))
    newest = Reply(watching.site.pages[HANDLE, None])
    older = Reply(watching.site.pages[HANDLE, 102])
    watching.site.script(f"/s/{HANDLE}", newest, older, Reply(status=500))
    found = await looks(watching, 1)
    assert min(found) == 82
    assert watching.told[1:] == [(HANDLE, "unreachable")]
    watching.site.replies.clear()
    watching.watcher = watching.starting()
    found += await looks(watching, 1)
    assert sorted(set(found)) == list(range(2, 122))
    assert watching.told[2:] == [(HANDLE, "ok")]


@pytest.mark.slow
async def test_what_lies_too_deep_is_given_up_and_noted(watching: Watching) -> None:
    await watching.look(written(1, hours_ago=9000))
    most = PAGE * (PAGES * MOST_LOOKS + 1)
    posts = series(1, most + 1000)
    show(watching.site, posts)
    found = await looks(watching, MOST_LOOKS + 2)
    state = await watching.state()
    assert len(set(found) - {1}) == most
    assert state["unread"] == ""
    by_number = {post.number: post.at for post in posts}
    assert state["gap_until"] == by_number[min(set(found) - {1})].isoformat()
    assert state["gap_since"] < state["gap_until"]


async def test_history_waits_while_the_analyst_is_behind(watching: Watching) -> None:
    await watching.look(written(1, hours_ago=900))
    show(watching.site, series(1, 401))
    for _ in range(5):
        await watching.look()
    waiting = len(await watching.work())
    assert waiting < 400
    await taken(watching.store)
    await watching.look()
    assert await watching.work()


async def test_history_waits_for_no_post_that_waits_for_another_day(watching: Watching) -> None:
    """When the day's money is spent, hundreds are put off that have been read without a model."""
    await watching.look(written(1, hours_ago=900))
    show(watching.site, series(1, 401))
    stream = watching.store.post_stream
    await stream.ready()
    found = set[int]()
    for _ in range(7):
        found |= set(await watching.look())
        for item in await stream.read("w", 1000, timedelta(milliseconds=1)):
            await stream.postpone(item, timedelta(hours=12))
    assert found == set(range(1, 402))


async def test_the_first_look_goes_back_as_far_as_it_is_told(watching: Watching) -> None:
    show(watching.site, series(1, 200))
    watching.watcher = watching.starting(backfill=timedelta(hours=70))
    found = await looks(watching, 1)
    assert min(found) == 200 - 4 * PAGE + 1
    assert (await watching.state())["unread"] == ""
    assert await looks(watching, 1) == []


async def test_without_a_backfill_the_first_look_takes_the_newest_page(watching: Watching) -> None:
    show(watching.site, series(1, 200))
    assert await looks(watching, 1) == list(range(181, 201))


async def test_an_unread_stretch_outlives_an_unchanged_page(watching: Watching) -> None:
    await watching.look(written(1, hours_ago=900))
    await taken(watching.store)
    posts = series(1, 301)
    show(watching.site, posts)
    found = await looks(watching, 3)
    assert sorted(set(found)) == list(range(2, 302))
    marked = [request for request in watching.site.requests if "if-none-match" in request.headers]
    assert marked == []

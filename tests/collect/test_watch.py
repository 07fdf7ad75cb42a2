"""The watcher on a real store, against a fake t.me: nothing lost or doubled, changes told."""

import time
from datetime import datetime, timedelta

import pytest

from bot.collect.preview.polling_interval import LONGEST, SHORTEST, interval
from bot.extract.worker import Analyst
from bot.store import keys
from tests.collect.watching import HANDLE, Watching
from tests.fakes.pages import NOON, page, written
from tests.fakes.tme import Reply, redirect

HIDDEN_CHANNEL = (
    '<meta name="robots" content="noindex"><div class="tgme_page">'
    '<div class="tgme_page_description">you can view posts by <b>@demo_watched</b></div></div>'
)


async def test_the_first_look_takes_the_page_and_the_next_only_what_is_new(
    watching: Watching,
) -> None:
    assert await watching.look(written(1), written(2)) == [1, 2]
    assert await watching.look(written(1), written(2), written(4)) == [1, 2, 4]
    assert watching.told == []
    assert (await watching.state())["last_id"] == "4"


async def test_an_edit_is_work_again_and_a_number_of_views_is_not(watching: Watching) -> None:
    await watching.look(written(1), written(2))
    assert await watching.look(written(1), written(2, "Now it says something else.")) == [1, 2, 2]


async def test_words_that_a_page_comes_to_hide_are_kept(watching: Watching) -> None:
    hidden = '</div><div class="message_media_not_supported">Please open Telegram'
    await watching.look(written(1), written(2))
    watching.site.script(f"/{HANDLE}/2", Reply(status=404))
    assert await watching.look(written(1), written(2, hidden), written(3, hidden)) == [1, 2, 3]
    post = await watching.store.posts.get(f"@{HANDLE}/2")
    assert post is not None
    assert post.text == written(2).html


async def test_a_burst_is_paged_back_to_the_last_known_post(watching: Watching) -> None:
    await watching.look(written(10))
    numbers = list(range(11, 71))
    for start in (30, 50):
        older = [written(number) for number in range(start - 19, start + 1)]
        watching.site.serve(HANDLE, page(HANDLE, older, older=True), before=start + 1)
    newest = page(HANDLE, [written(number) for number in range(51, 71)], older=True)
    watching.site.serve(HANDLE, newest)
    assert sorted(await watching.look()) == [10, *numbers]


async def test_an_unchanged_page_is_not_read_again(watching: Watching) -> None:
    first = Reply(page(HANDLE, [written(1)]), headers={"ETag": '"v1"'})
    watching.site.script(f"/s/{HANDLE}", first, Reply(status=304))
    await watching.look()
    await watching.look()
    assert watching.site.requests[-1].headers["if-none-match"] == '"v1"'
    assert await watching.work() == [1]


async def test_a_deleted_post_leaves_the_digest(watching: Watching) -> None:
    store = watching.store
    await watching.look(written(1), written(2), written(3))
    await store.post_stream.ready()
    for item in await store.post_stream.read("t", 10):
        await Analyst(store).handle(item)
    await watching.look(written(1), written(3))
    span = (NOON - timedelta(days=1), NOON)
    left = [entry.post.message_id for entry in await store.entries.between(*span)]
    assert sorted(left) == [1, 3]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (redirect(f"/{HANDLE}"), "not_found"),
        (Reply("<html><body>hello, quite another page</body></html>" * 20), "layout_changed"),
        (Reply(HIDDEN_CHANNEL), "hidden"),
        (Reply(status=429, headers={"Retry-After": "7200"}), "blocked"),
        (Reply(status=500), "unreachable"),
    ],
)
async def test_a_failure_is_told_once_and_loses_nothing(
    watching: Watching, answer: Reply, state: str
) -> None:
    await watching.look(written(1))
    watching.site.script(f"/s/{HANDLE}", answer)
    for _ in range(3):
        await watching.look()
    assert watching.told == [(HANDLE, state)]
    known = await watching.state()
    assert (known["state"], known["last_id"]) == (state, "1")
    watching.site.replies.clear()
    assert await watching.look(written(1), written(2)) == [1, 2]
    assert watching.told[1:] == [(HANDLE, "ok")]


async def test_when_the_site_asks_to_wait_all_channels_wait(watching: Watching) -> None:
    await watching.store.channels.watch("demo_other")
    watching.site.script(f"/s/{HANDLE}", Reply(status=429, headers={"Retry-After": "7200"}))
    await watching.look()
    assert await watching.store.channels.claim_due(10) == []
    soon = int(time.time()) + 7000
    assert await watching.store.redis.zcount(keys.WATCHED, "-inf", soon) == 0


async def test_a_handle_taken_over_is_not_read(watching: Watching) -> None:
    await watching.look(written(1))
    for number in (2, 3):
        assert await watching.look(written(1, "An impostor's"), written(2), channel_id=999) == [1]
        assert watching.told == [(HANDLE, "renamed")], number
    post = await watching.store.posts.get(f"@{HANDLE}/1")
    assert post is not None
    assert "impostor" not in post.text
    assert await watching.store.channels.watched() == ()
    assert await watching.store.sources.resting(f"@{HANDLE}") == "taken"


async def test_an_owner_who_goes_on_with_it_is_told_again(watching: Watching) -> None:
    await watching.look(written(1))
    await watching.look(written(2), channel_id=999)
    await watching.store.sources.resume(f"@{HANDLE}")
    assert await watching.look() == [1]
    assert watching.told == [(HANDLE, "renamed")] * 2
    await watching.store.sources.resume(f"@{HANDLE}")
    assert await watching.look(written(1), written(2)) == [1, 2]  # it has its name back


async def test_an_id_that_an_update_told_first_is_compared(watching: Watching) -> None:
    assert await watching.store.channels.bind(f"@{HANDLE}", "555")
    assert await watching.look(written(1), channel_id=999) == []
    assert watching.told == [(HANDLE, "renamed")]


async def test_a_source_known_by_its_number_alone_is_compared(watching: Watching) -> None:
    ref = await watching.store.sources.add("demo_other", "1234567")
    await watching.store.sources.listen("7654321")
    await watching.store.channels.update("7654321", {"handle": HANDLE})
    watching.site.serve(HANDLE, page(HANDLE, [written(1)], channel_id=999))
    await watching.watcher.look("7654321")
    assert watching.told == [(HANDLE, "renamed")]
    assert await watching.work() == []
    assert ref == "@demo_other"


async def test_a_source_paused_while_it_was_due_is_not_looked_at(watching: Watching) -> None:
    await watching.store.sources.rest(f"@{HANDLE}", "owner")
    assert await watching.look(written(1)) == []


async def test_posts_without_an_id_are_the_same_posts(watching: Watching) -> None:
    await watching.look(written(1))
    assert await watching.look(written(1), written(2), channel_id=None) == [1, 2]


async def test_a_silent_channel_is_quiet(watching: Watching) -> None:
    await watching.look(written(1, hours_ago=24 * 30))
    assert watching.told == [(HANDLE, "quiet")]


async def test_a_look_is_claimed_by_one_watcher(watching: Watching) -> None:
    claimed = [await watching.store.channels.claim_due(10) for _ in range(2)]
    assert claimed == [[f"@{HANDLE}"], []]
    await watching.look(written(1))
    assert await watching.store.channels.claim_due(10) == []


async def _due_in(watching: Watching) -> float:
    due = await watching.store.redis.zscore(keys.WATCHED, f"@{HANDLE}")
    assert due is not None
    return due - (await watching.store.now()).timestamp()


async def test_whoever_dies_in_a_look_is_followed_within_seconds(watching: Watching) -> None:
    store = watching.store
    assert await store.channels.claim_due() == [f"@{HANDLE}"]  # and here its watcher dies
    assert 15 <= await _due_in(watching) + 1 <= 30


async def test_a_look_that_takes_long_stays_claimed(watching: Watching) -> None:
    channels = watching.store.channels
    await channels.claim_due()
    await watching.store.redis.zadd(keys.WATCHED, {f"@{HANDLE}": time.time() + 1})
    await channels.renew_look(f"@{HANDLE}")
    assert await _due_in(watching) > 15
    await channels.look_again(f"@{HANDLE}", timedelta(hours=1))  # all rest meanwhile, say
    await channels.renew_look(f"@{HANDLE}")
    assert await _due_in(watching) > 3500
    await watching.store.sources.rest(f"@{HANDLE}", "owner")
    await channels.renew_look(f"@{HANDLE}")
    assert await channels.watched() == ()


async def test_a_page_missed_once_is_looked_at_again_soon_and_told_of_to_nobody(
    watching: Watching,
) -> None:
    await watching.look(written(1))
    watching.site.script(f"/s/{HANDLE}", Reply(status=404))
    await watching.look()
    assert await _due_in(watching) <= 180
    assert (watching.told, (await watching.state())["state"]) == ([], "ok")
    watching.site.replies.clear()
    assert await watching.look(written(1), written(2)) == [1, 2]
    assert (await watching.state())["failures"] == "0"
    watching.site.script(f"/s/{HANDLE}", Reply(status=404))
    waits = []
    for _ in range(5):
        await watching.look()
        waits.append(round(await _due_in(watching) / 60))
    assert waits == [2, 10, 60, 360, 360]
    assert watching.told == [(HANDLE, "not_found")]


@pytest.mark.parametrize(
    ("minutes_between", "least", "most"),
    [
        (2, SHORTEST * 0.9, SHORTEST * 1.1),
        (40, timedelta(minutes=9), timedelta(minutes=11)),
        (2000, LONGEST * 0.9, LONGEST * 1.1),
    ],
)
def test_the_pace_follows_the_channel(
    minutes_between: int, least: timedelta, most: timedelta
) -> None:
    gap = timedelta(minutes=minutes_between)
    published = [NOON - gap * number for number in range(1, 20)]
    waits = [interval(published, NOON, chance) for chance in (0.0, 0.5, 0.99)]
    assert all(least <= wait <= most for wait in waits)
    assert len(set(waits)) == 3


def test_a_channel_gone_silent_is_looked_at_less_often() -> None:
    def wait(now: datetime) -> timedelta:
        return interval([NOON - timedelta(minutes=4 * n) for n in range(20)], now, 0.5)

    assert wait(NOON + timedelta(hours=5)) > wait(NOON + timedelta(minutes=4))


def test_a_channel_without_posts_is_looked_at_seldom() -> None:
    assert interval([], NOON, 0.5) == LONGEST

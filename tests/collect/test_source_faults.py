"""What sources may do to us, row by row, and the test that injects it.

S1   told to wait, for any length          test_waits_are_kept_within_a_minute_and_a_day
S2   closed, private, renamed, gone        test_a_closed_channel_is_told_of_once
S3   empty list or changed markup          test_a_failure_is_told_once_and_loses_nothing
S4   redirects into private networks       test_redirects_elsewhere_are_not_followed
S4   names that lead inside                test_a_name_that_leads_inside_is_refused_when_connecting
S5   endless, trickling, exploding bodies  test_bad_bodies_are_unreachable_and_nothing_else
S5   one byte at a time                    test_a_trickling_body_meets_the_deadline
S6   wrong charsets, broken text           test_any_bytes_reach_the_store_or_are_left_out
S7   edited after its summary, edit storm  test_a_storm_of_edits_ends_with_the_last
S7   and its price                         test_an_edit_storm_is_not_paid_for
S8   deleted before the digest             test_a_deleted_post_leaves_the_digest
S9   gaps and ids out of order             test_ids_with_gaps_and_out_of_order_are_all_taken
S9   more than a page                      test_a_long_burst_is_read_in_turns_and_completely
S10  the same post by all routes           test_edits_in_any_order_end_with_the_last
S11  a handle taken over                   test_a_handle_taken_over_is_not_read
S12  an album in parts, a crash between    test_a_part_is_work_only_with_the_rest
S13  a channel that closes later           test_a_closed_channel_is_told_of_once
S14  a long downtime                       test_a_long_downtime_is_read_back
S14  one too long                          test_what_lies_too_deep_is_given_up_and_noted
S15  huge and cut exports, killed imports  test_a_killed_import_goes_on_where_it_was
S15  cut ones                              test_a_cut_file_is_taken_in_as_far_as_it_goes
S16  ten thousand posts in a minute        test_a_flood_in_one_channel_starves_no_other
S17  polls, stickers, service, nothing     test_what_has_no_text_is_recorded
"""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from bot.collect.preview.page import parse_page
from bot.collect.preview.watch import PAGES
from bot.store import Store, keys
from tests.collect.routes import Version, by_bot, work
from tests.collect.watching import HANDLE, Watching
from tests.fakes.pages import NOON, history, page, written
from tests.fakes.tme import Reply, redirect

DAY = 86_400


def test_every_row_has_a_test_that_exists() -> None:
    table = re.findall(r"^(S\d+) .* (test_\w+)$", __doc__ or "", re.MULTILINE)
    assert {row for row, _ in table} == {f"S{number}" for number in range(1, 18)}
    tests = Path(__file__).resolve().parents[1].rglob("test_*.py")
    written = set(re.findall(r"def (test_\w+)", "\n".join(map(Path.read_text, tests))))
    assert {name for _, name in table} <= written


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("0", 60, 120),
        ("-5", 60, 120),
        ("7200", 7200, 8000),
        ("315360000", DAY, DAY * 1.2),
        ("Fri, 20 Nov 2099 00:00:00 GMT", DAY, DAY * 1.2),
        ("Fri, 20 Nov 1999 00:00:00 GMT", 60, 120),
        ("soon", 60, 120),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_waits_are_kept_within_a_minute_and_a_day(
    watching: Watching, status: int, header: str, least: float, most: float
) -> None:
    watching.site.script(f"/s/{HANDLE}", Reply(status=status, headers={"Retry-After": header}))
    began = time.time()
    await watching.look()
    due = await watching.store.redis.zscore(keys.WATCHED, f"@{HANDLE}")
    assert due is not None
    assert least - 2 <= due - began <= most
    assert watching.told == [(HANDLE, "blocked")]


async def test_a_closed_channel_is_told_of_once(watching: Watching) -> None:
    await watching.look(written(1), written(2))
    closed = (
        '<title>Telegram: View @x</title><div class="tgme_page"><div class="tgme_page_title">'
        '<span>Invented</span></div><div class="tgme_page_extra">1 000 subscribers</div></div>'
    )
    watching.site.script(f"/s/{HANDLE}", redirect(f"/{HANDLE}"))
    watching.site.script(f"/{HANDLE}", Reply(closed))
    for _ in range(3):
        await watching.look()
    assert watching.told == [(HANDLE, "no_preview")]
    assert await watching.work() == [1, 2]
    assert await watching.store.posts.get(f"@{HANDLE}/1")


@given_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-16")))
async def test_any_bytes_reach_the_store_or_are_left_out(store: Store, odd: bytes) -> None:
    await store.redis.flushdb()
    whole = page(HANDLE, [written(1, "before ODD after")]).encode().replace(b"ODD", odd)
    for post in parse_page(whole).posts:
        assert await store.posts.ingest(post) == "new"
        assert await store.posts.get(post.key) == post
        post.text.encode()


async def test_a_storm_of_edits_ends_with_the_last(store: Store) -> None:
    versions = [
        Version(f"Wording number {n}", NOON, edited=NOON + timedelta(seconds=n))
        for n in range(1, 101)
    ]
    for version in versions:
        assert await store.posts.ingest(by_bot(version)) != "same"
    assert (await work(store))[-1]["edits"] == "99"
    post = await store.posts.get(by_bot(versions[0]).key)
    assert post is not None
    assert post.text.startswith(versions[-1].words)


async def test_ids_with_gaps_and_out_of_order_are_all_taken(watching: Watching) -> None:
    await watching.look(written(10), written(14), written(90))
    assert await watching.look(written(90), written(97), written(93), written(400)) == [
        *(10, 14, 90),
        *(97, 93, 400),
    ]
    assert (await watching.state())["last_id"] == "400"


async def test_a_long_downtime_is_read_back(watching: Watching) -> None:
    await watching.look(written(1, hours_ago=24 * 5))
    posts = [written(number, hours_ago=1 + 81 - number) for number in range(2, 82)]
    first = written(1, hours_ago=24 * 5)
    watching.site.pages.update(history(HANDLE, [first, *posts]))
    watching.watcher = watching.starting()
    assert sorted(await watching.look()) == list(range(1, 82))
    assert "gap_since" not in await watching.state()


async def test_a_flood_in_one_channel_starves_no_other(watching: Watching) -> None:
    store, others = watching.store, [f"demo_other_{number}" for number in range(3)]
    await watching.look(written(1, hours_ago=99))
    flood = [written(number, hours_ago=0.01) for number in range(1, 10_001)]
    watching.site.pages.update(history(HANDLE, flood))
    for number, handle in enumerate(others, 777):
        await store.channels.watch(handle)
        watching.site.serve(handle, page(handle, [written(1)], channel_id=number))
    await store.redis.zadd(keys.WATCHED, {f"@{HANDLE}": -1})
    before = len(watching.site.requests)
    looked = [ref for _ in range(4) for ref in await store.channels.claim_due() if ref]
    for ref in looked:
        await watching.watcher.look(ref)
    assert looked[0] == f"@{HANDLE}"
    assert set(looked[1:]) == {f"@{handle}" for handle in others}
    asked = [request.path for request in watching.site.requests[before:]]
    assert asked.count(f"/s/{HANDLE}") == 1 + PAGES
    assert all(f"/s/{handle}" in asked for handle in others)
    assert len(await watching.work()) == 1 + 20 * (1 + PAGES) + len(others)


@pytest.mark.parametrize(
    "name",
    [
        "parse_poll",
        "parse_sticker_message",
        "parse_location_message",
        "parse_audio_document",
        "parse_service_message_pinned",
        "parse_service_message_channel_created",
    ],
)
async def test_what_has_no_text_is_recorded(store: Store, shared: Path, name: str) -> None:
    [post] = parse_page((shared / "html/tchan" / f"{name}.html").read_bytes()).posts
    assert [await store.posts.ingest(post) for _ in range(2)] == ["new", "same"]
    assert await store.posts.get(post.key) == post

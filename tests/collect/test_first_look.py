"""A channel looked at before it is added."""

from datetime import timedelta

import pytest

from bot.collect.preview.errors import NotFound, PageUnreachable
from bot.collect.preview.fetch import Fetcher
from bot.collect.preview.first_look import first_look, no_previews, summarize_page
from bot.collect.preview.page import parse_page
from tests.fakes.pages import NOON, page, written
from tests.fakes.tme import FakeTme


async def test_what_a_page_says_of_its_channel() -> None:
    async with FakeTme() as site, Fetcher(site.base_url) as fetcher:
        posts = [written(n, hours_ago=24 * (7 - n)) for n in range(1, 7)]
        site.serve("demo_lab", page("demo_lab", posts, title="Invented lab"))
        look = await first_look(fetcher, lambda: NOON, "Demo_Lab")
    assert (look.handle, look.title, look.number) == ("demo_lab", "Invented lab", "1234567")
    assert look.newest == NOON - timedelta(hours=24)
    assert (look.weekly, look.pace) == (6, 7.0)
    assert look.no_text == 0


async def test_why_a_channel_cannot_be_read() -> None:
    async with FakeTme() as site, Fetcher(site.base_url) as fetcher:
        with pytest.raises(NotFound):
            await first_look(fetcher, lambda: NOON, "demo_lab")
        with pytest.raises(NotFound):
            await first_look(fetcher, lambda: NOON, "x/../y")
    with pytest.raises(PageUnreachable):
        await no_previews("demo_lab")


def test_an_old_channel_has_no_pace() -> None:
    old = parse_page(page("demo_lab", [written(1, hours_ago=24 * 40)]))
    look = summarize_page("demo_lab", old, NOON)
    assert (look.weekly, look.pace) == (0, 0.0)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_few_posts_make_no_pace(count: int) -> None:
    young = [written(n, hours_ago=1 + (count - n) / 10) for n in range(1, count + 1)]
    look = summarize_page("demo_lab", parse_page(page("demo_lab", young)), NOON)
    assert (look.weekly, look.pace) == (count, None)


@pytest.mark.parametrize("older", [False, True])
def test_a_channel_of_an_hour_has_no_pace_and_an_old_busy_one_has(older: bool) -> None:
    hour = [written(n, hours_ago=1 - n / 20) for n in range(1, 20)]
    look = summarize_page("demo_lab", parse_page(page("demo_lab", hour, older=older)), NOON)
    assert (look.weekly, look.pace is None) == ((3192, False) if older else (19, True))


def test_one_post_a_week_is_one_post_a_week() -> None:
    rare = [written(n, hours_ago=24 * 7 * (9 - n) - 1) for n in range(1, 9)]
    look = summarize_page("demo_lab", parse_page(page("demo_lab", rare)), NOON)
    assert (look.weekly, look.pace) == (1, 1.0)


def test_a_page_without_posts_is_judged() -> None:
    empty = summarize_page("demo_lab", parse_page(page("demo_lab", [])), NOON)
    assert (empty.newest, empty.weekly, empty.no_text) == (None, 0, 0.0)

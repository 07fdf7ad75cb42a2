"""The charts say what was counted, inside their edges, in both languages and both lights."""

import struct
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export.charts.channels_by_topic import channels_chart
from bot.export.charts.counts import Grid, TopicCounts, grid, weekly_topic_counts
from bot.export.charts.svg import (
    THEMES,
    Mode,
    drawing,
    fitted,
    mixed,
    readable_on,
    span,
    svg_text,
    to_png,
    wrapped,
)
from bot.export.charts.topics_by_week import WIDTH, topics_chart
from bot.model import Channel, Language
from bot.taxonomy.topics import Topic, TopicInfo, taxonomy
from tests.fakes.entries import make_channel, make_entry

LAST = date(2026, 11, 20)
AGENTS, SPEECH = Topic("agents"), Topic("speech")
TRENDS = (TopicCounts(AGENTS, (1, 0, 4, 9)), TopicCounts(SPEECH, (2, 2, 3, 1)))


def said(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of the blocks, the paper left out."""
    root = ElementTree.fromstring(svg)
    found = [rect.attrib for rect in root.iter("{http://www.w3.org/2000/svg}rect")][1:]
    sides = [tuple(float(a[n]) for n in ("x", "y", "width", "height")) for a in found]
    return [(x, y, x + w, y + h) for x, y, w, h in sides]


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_topics_over_weeks_in_russian() -> None:
    svg = topics_chart(TRENDS, LAST, "ru", "light")
    assert said(svg) == [
        "Посты по темам и неделям",
        "Число постов; справа — последняя неделя и прирост",
        "20 ноября",
        "30 октября",
        "Агенты и tool use",
        "9",
        "+5",
        "Речь и аудио",
        "1",
        "−2",
    ]


def test_bars_are_on_one_scale_and_stand_on_one_line() -> None:
    bars = boxes(topics_chart(TRENDS, LAST, "en", "dark"))
    heights = [bottom - top for _, top, _, bottom in bars]
    assert len(bars) == 8
    assert heights[3] == max(heights)
    assert heights[7] == pytest.approx(heights[3] / 9)
    assert 0 < heights[1] < heights[0]
    assert len({round(bottom) for *_, bottom in bars[:4]}) == 1


def test_channels_and_topics() -> None:
    entries = [
        make_entry("pane_one", number, topics=("agents", "speech") if number < 3 else ("agents",))
        for number in range(1, 5)
    ]
    entries += [make_entry("leaf_two", 9, topics=("speech",))]
    entries += [make_entry("leaf_two", 10, topics=("speech",), kind="promo")]
    found = grid(entries)
    assert found == Grid(
        topics=(AGENTS, SPEECH),
        channels=("pane_one", "leaf_two"),
        rows=((4, 0), (2, 1)),
        totals=(4, 3),
        posts=5,
    )
    assert said(channels_chart(found, "en", "light"))[2:] == [
        *("all", "pane_one", "leaf_two"),
        *("Agents & tool use", "4", "4"),
        *("Speech & audio", "2", "1", "3"),
    ]


def test_the_topics_of_a_trend_are_those_with_most_posts() -> None:
    weeks = [{topic: number for number, topic in enumerate(Topic)} for _ in range(3)]
    weeks[-1][SPEECH] = 99
    found = weekly_topic_counts(weeks, most=4)
    assert found[0] == TopicCounts(SPEECH, (weeks[0][SPEECH], weeks[0][SPEECH], 99))
    assert len(found) == 4
    assert Topic("other") not in {trend.topic for trend in found}
    assert weekly_topic_counts([{SPEECH: 0}]) == ()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_topic_stays_inside_the_picture(language: Language, mode: Mode) -> None:
    every = tuple(TopicCounts(topic, (10_000, 3) * 4) for topic in Topic)
    far = tuple(make_channel(f"very_long_channel_name_{n:09}") for n in range(7))
    entries = [make_entry(channel, 1, topics=(topic,)) for channel in far for topic in Topic]
    wide = channels_chart(grid(entries, most_topics=40), language, mode)
    for svg in (topics_chart(every, LAST, language, mode), wide):
        width, height = size(to_png(svg))
        assert width == WIDTH
        assert all(
            0 <= left < right <= width and 0 <= top < bottom <= height
            for left, top, right, bottom in boxes(svg)
        )


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_nothing_to_draw_is_no_error(mode: Mode) -> None:
    assert size(to_png(topics_chart((), LAST, "ru", mode)))[0] == WIDTH
    assert size(to_png(channels_chart(grid([]), "ru", mode)))[0] == WIDTH
    assert len(said(topics_chart((TopicCounts(AGENTS, (3,)),), LAST, "en", mode))) == 6


def test_letters_of_both_alphabets_have_glyphs() -> None:
    pictures = {to_png(_letter(letter, weight)) for letter in " ЖЩёßWi№—" for weight in (400, 700)}
    assert len(pictures) == 2 * 9 - 1  # only the blank has one weight
    assert to_png(_letter("🙂", 400)) == to_png(_letter(" ", 400))


def _letter(letter: str, weight: int) -> str:
    black = svg_text(20, 80, letter, size=60, fill="#000000", weight=weight)
    return drawing(100, 100, "#ffffff", [black])


def test_names_from_outside_are_words_and_no_markup() -> None:
    name = '<b>&"\u202eevil\x00 имя 🙂'
    entry = make_entry(Channel(ref="1", title=name))
    svg = channels_chart(grid([entry]), "ru", "dark")
    assert any("<b>&" in text and "имя" in text for text in said(svg))
    assert size(to_png(svg))[0] == WIDTH


def test_numbers_can_be_read_on_every_shade() -> None:
    for theme in THEMES.values():
        inks = {
            readable_on(mixed(theme.faint, theme.accent, n / 10), theme.paper, theme.ink)
            for n in range(11)
        }
        assert inks == {theme.paper, theme.ink}
    assert readable_on("#000000", "#ffffff", "#333333") == "#ffffff"


@given(text=st.text(max_size=80), room=st.floats(40, 900))
def test_lines_fit_their_room(text: str, room: float) -> None:
    assert span(fitted(text, 30, room), 30) <= room
    lines = wrapped(text, 30, room)
    assert len(lines) <= 2
    assert all(span(line, 30) <= room for line in lines)


@pytest.mark.parametrize("topic", taxonomy().topics, ids=lambda topic: topic.slug)
def test_titles_keep_their_first_words(topic: TopicInfo) -> None:
    title = topic.title("ru")
    [first, *_] = wrapped(title, 31, 350)
    assert title.startswith(first.rstrip("…"))
    assert len(first.split()[0].rstrip("…")) > 1

"""Whatever the words, Telegram takes every screen exactly as it was made."""

import os
import unicodedata
from html import escape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.periods import period
from bot.model import (
    Digest,
    Entity,
    Language,
    Link,
    PeriodName,
    Screen,
    Story,
)
from bot.screens.callbacks.pages import DigestPage, parse_callback
from bot.screens.callbacks.settings import parse_panel
from bot.screens.digest_pages import digest_pages, whole
from bot.screens.rich_text import bare, inert
from bot.screens.start_screen import start_screen
from bot.screens.story_card import card
from bot.screens.topic_page import unknown_topic
from bot.taxonomy.topics import Topic
from bot.text import utf16_len
from tests.fakes.digests import compose, topic_pages
from tests.fakes.entries import NOON, make_entry
from tests.fakes.hostile import FRAGMENTS, Invented
from tests.fakes.tdlib import check_entities, found_by_telegram, parse_html

UTC = ZoneInfo("UTC")
DEEP = int(os.environ.get("FORTOCHKA_EXAMPLES", "150"))
"""Hostile digests per run, some 60 texts in each; a night run sets more."""

WORDS = st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=12))
TEXTS = st.lists(WORDS, max_size=40).map(" ".join) | st.lists(WORDS, max_size=12).map("".join)


def digest_of(stories: list[Story]) -> Digest:
    return compose(stories, period("day", NOON, UTC), "ru")


def to_html(screen: Screen) -> str:
    """The screen as HTML, to be read back by Telegram's parser."""
    tags = {"bold": "b", "italic": "i", "expandable_blockquote": "blockquote"}
    tags["date_time"] = "tg-time"
    marks: list[tuple[int, int, str]] = []
    for depth, entity in enumerate(screen.entities):
        name = tags.get(entity.type, "a")
        extra = " expandable" if name == "blockquote" else ""
        extra = f' href="{escape(entity.url)}"' if entity.url else extra
        extra = f' unix="{entity.unix_time}" format="wdt"' if name == "tg-time" else extra
        marks.append((entity.offset, 10**6 + depth, f"<{name}{extra}>"))
        marks.append((entity.offset + entity.length, 10**6 - depth - 10**5, f"</{name}>"))
    units = screen.text.encode("utf-16-le")
    parts, start = [], 0
    for offset, _, mark in sorted(marks):
        parts += [escape(units[2 * start : 2 * offset].decode("utf-16-le"), quote=False), mark]
        start = offset
    return "".join([*parts, escape(units[2 * start :].decode("utf-16-le"), quote=False)])


def shape(entity: Entity) -> tuple[str, int, int]:
    return entity.type, entity.offset, entity.length


def check(screen: Screen) -> None:
    assert 0 < utf16_len(screen.text) <= 4000
    assert len(screen.entities) <= 100
    check_entities(screen)
    text, seen = parse_html(to_html(screen))
    assert text == screen.text
    assert sorted({(kind, offset, length) for kind, offset, length, _ in seen}) == sorted(
        {shape(entity) for entity in screen.entities}
    )
    check_buttons(screen)


def check_silence(screen: Screen) -> None:
    """Nothing becomes a mention, a tag, a command or a link by itself."""
    assert found_by_telegram(screen.text) <= {"textEntityTypeMediaTimestamp"}


def check_buttons(screen: Screen) -> None:
    for row in screen.buttons:
        assert 1 <= len(row) <= 8
        for button in row:
            assert button.text.strip()
            does = (button.data, button.url, button.share, button.copies)
            assert sum(what is not None for what in does) == 1
            assert len(button.share or "") <= 64
            assert len(button.copies or "") <= 256
            if button.data is not None:
                assert 1 <= len(button.data.encode()) <= 64
                parsed = parse_callback(button.data) or parse_panel(button.data)
                assert parsed is not None
                assert parsed.data == button.data


@pytest.mark.parametrize("seed", range(DEEP))
def test_every_screen_is_taken(seed: int) -> None:
    invented = Invented(seed)
    stories = invented.stories()
    language: Language = invented.random.choice(["ru", "en"])
    name: PeriodName = invented.random.choice(["day", "week"])
    digest = compose(stories, period(name, NOON, UTC), language)
    pages = digest_pages(digest, mine=bool(seed % 2), per_page=30)
    back = DigestPage(name, NOON)
    cards = [card(story, language, UTC, back) for story in stories]
    topic = topic_pages(Topic("agents"), stories, language, NOON, [1, 2])
    for screen in (*pages, *cards, *topic):
        check(screen)
        check_silence(screen)
    check(start_screen(3, digest, language))
    check(unknown_topic(invented.text(), [Topic("agents")], language))
    buttons = [button for page in pages for row in page.buttons for button in row]
    opened = [b.data.split(":")[1] for b in buttons if b.data and b.data.startswith("s:")]
    assert sorted(opened) == sorted(story.id for story in digest.stories)


@settings(max_examples=10 * DEEP, deadline=None)
@given(text=TEXTS, limit=st.integers(10, 200))
@pytest.mark.slow
def test_words_stay_the_words(text: str, limit: int) -> None:
    safe = inert(text)
    assert found_by_telegram(safe) <= {"textEntityTypeMediaTimestamp"}
    assert inert(bare(safe)) == safe
    cut = inert(text, limit)
    assert utf16_len(cut) <= limit + 2  # the isolates come on top
    assert cut.encode().decode() == cut
    kept = bare(cut).removesuffix("…")
    assert bare(safe).startswith(kept)
    rest = bare(safe)[len(kept) :]
    assert not rest or not unicodedata.combining(rest[0])


def test_pages_move_whole_stories_when_entities_run_out() -> None:
    papers = [[f"2611.0{n:02}{m:02}" for m in range(3)] for n in range(40)]
    stories = [
        Story(id=f"{n:04x}", entries=(make_entry(f"pane{n}", n + 1, papers=found),))
        for n, found in enumerate(papers)
    ]
    pages = digest_pages(digest_of(stories), per_page=40)
    assert len(pages) > 1
    assert all(90 < len(page.entities) <= 100 for page in pages[:-1])


def test_pages_move_whole_stories_when_addresses_run_out() -> None:
    link = Link(url="https://github.com/made/up?" + "x" * 900, kind="code")
    entries = [make_entry(f"pane{n}", n + 1, links=[link]) for n in range(24)]
    stories = [Story(id=f"{n:04x}", entries=(entry,)) for n, entry in enumerate(entries)]
    pages = digest_pages(digest_of(stories), per_page=40)
    assert len(pages) == 3
    for page in pages:
        assert sum(len(entity.url or "") for entity in page.entities) <= 9_000
        check(page)


@pytest.mark.parametrize(
    "text", ["", " \n", "\u200b\u2060", "\u3164", "\u0301", "\u200d\ufe0f", "\x00"]
)
def test_a_title_that_nobody_sees_is_replaced(text: str) -> None:
    story = Story(id="1", entries=(make_entry(title=text, tldr=text, bullets=[text]),))
    page = digest_pages(digest_of([story]))[0]
    assert "1. Без названия\npane_one" in page.text
    check(page)


def test_long_words_are_taken() -> None:
    long = "ё" * 10_000
    entry = make_entry(title=long, tldr="👨‍👩‍👧‍👦" * 2_000, bullets=[long] * 9)
    story = Story(id="1", entries=(entry,))
    check(digest_pages(digest_of([story]))[0])
    check(card(story, "ru", UTC))
    assert len(whole(digest_of([story])).text) < 4_000

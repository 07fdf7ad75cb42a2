"""Whatever the words, Telegram takes every screen exactly as it was made."""

import os
import random
import unicodedata
from html import escape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import (
    Card,
    Channel,
    Digest,
    Entity,
    Entry,
    Language,
    Link,
    Paper,
    PeriodName,
    Screen,
    Story,
)
from bot.publish.buttons import DigestPage, parse_callback
from bot.publish.cluster import story_id
from bot.publish.digest import compose
from bot.publish.periods import period
from bot.publish.render import render, whole
from bot.publish.rich_text import inert, visible
from bot.publish.start_screen import start_screen
from bot.publish.story_view import card
from bot.publish.topic_page import topic_page, unknown_topic
from bot.text import utf16_len
from bot.topics import Topic
from tests.fakes.entries import NOON, make_entry
from tests.fakes.tdlib import check_entities, found_by_telegram, parse_html

UTC = ZoneInfo("UTC")
DEEP = int(os.environ.get("FORTOCHKA_EXAMPLES", "150"))
"""Hostile digests per run, some 60 texts in each; a night run sets more."""

FRAGMENTS = [
    *(
        "модель",
        "weights",
        "2611.04821",
        "80 %",
        "−0,4",
        "e\u0301",
        "a" + "\u0308" * 30,
        "å",
        "A\u030a",
    ),
    *("👨‍👩‍👧‍👦", "🇷🇺🇺🇸", "1️⃣", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "𝔘𝔫𝔦", "שלום", "مرحبا", "\u202eevil\u202c"),
    *("@durov", "#tag", "/start", "$BTC", "t.me/x", "http://evil.com/a?b=c", "tg://user?id=1"),
    *("model.py", "почта.рф", "a@b.com", "4111 1111 1111 1111", "8.8.8.8", "ton://x", "_x.com"),
    *(
        "<b>",
        "</a>",
        "&lt;",
        "**жирный**",
        "`code`",
        "[a](http://b.c)",
        "\n\n",
        "\u200b",
        "\u2066",
        "\x00",
    ),
    *("слово" * 60, "https://", "@", "#", "/", ".", "a.b.c.ru", "user@", "+79991234567"),
]
WORDS = st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=12))
TEXTS = st.lists(WORDS, max_size=40).map(" ".join) | st.lists(WORDS, max_size=12).map("".join)


class Invented:
    """Entries and stories full of hostile words, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self) -> str:
        r = self.random
        parts = [self._word() for _ in range(r.randint(0, 40))]
        return r.choice(["", " ", " "]).join(parts)

    def _word(self) -> str:
        r = self.random
        if r.random() < 0.7:
            return r.choice(FRAGMENTS)
        top = r.choice([0x7F, 0x7FF, 0xFFFF, 0x10FFFF])
        return "".join(chr(r.randint(0, top)) for _ in range(r.randint(0, 6)))

    def channel(self) -> Channel:
        name = "".join(self.random.choices("abcdefgh_", k=8)) + "x"
        title = self.text()
        if self.random.random() < 0.8:
            return Channel(ref=f"@{name}", handle=name, title=title)
        return Channel(ref=str(self.random.randint(1, 10**9)), title=title)

    def entry(self) -> Entry:
        r = self.random
        numbers = [f"2611.{r.randint(0, 99_999):05}" for _ in range(r.randint(0, 4))]
        papers = [
            Paper(id=f"arxiv:{n}", url=f"https://arxiv.org/abs/{n}", title=self.text())
            for n in numbers
        ]
        card = Card(title=self.text(), tldr=self.text(), bullets=(self.text(), self.text()))
        return make_entry(
            self.channel(),
            r.randint(1, 10**6),
            cards={"ru": card},
            topics=r.sample(list(Topic), r.randint(1, 3)),
            papers=papers,
            links=[Link(url="https://github.com/made/up", kind="code")][: r.randint(0, 1)],
            engine=r.choice(["llm", "extractive"]),
            hours_ago=r.uniform(0.1, 20),
        )

    def story(self) -> Story:
        found = [self.entry() for _ in range(self.random.randint(1, 4))]
        return Story(id=story_id(found[0]), entries=tuple(found))

    def stories(self) -> list[Story]:
        return [self.story() for _ in range(self.random.randint(0, 14))]


def digest_of(stories: list[Story]) -> Digest:
    return compose(stories, period("day", NOON, UTC), "ru")


def to_html(screen: Screen) -> str:
    """The screen as HTML, to be read back by Telegram's parser."""
    tags = {"bold": "b", "italic": "i", "expandable_blockquote": "blockquote"}
    marks: list[tuple[int, int, str]] = []
    for depth, entity in enumerate(screen.entities):
        name = tags.get(entity.type, "a")
        extra = " expandable" if name == "blockquote" else ""
        extra = f' href="{escape(entity.url)}"' if entity.url else extra
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
            assert (button.data is None) != (button.url is None)
            if button.data is not None:
                assert 1 <= len(button.data.encode()) <= 64
                parsed = parse_callback(button.data)
                assert parsed is not None
                assert parsed.data == button.data


@pytest.mark.parametrize("seed", range(DEEP))
def test_every_screen_is_taken(seed: int) -> None:
    invented = Invented(seed)
    stories = invented.stories()
    language: Language = invented.random.choice(["ru", "en"])
    name: PeriodName = invented.random.choice(["day", "week"])
    digest = compose(stories, period(name, NOON, UTC), language)
    pages = render(digest, mine=bool(seed % 2), per_page=30)
    back = DigestPage(name, NOON)
    cards = [card(story, language, UTC, back) for story in stories]
    topic = topic_page(Topic("agents"), stories, language, NOON, [1, 2])
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
def test_words_stay_the_words(text: str, limit: int) -> None:
    safe = inert(text)
    assert found_by_telegram(safe) <= {"textEntityTypeMediaTimestamp"}
    assert inert(visible(safe)) == safe
    cut = inert(text, limit)
    assert utf16_len(cut) <= limit + 2  # the isolates come on top
    assert cut.encode().decode() == cut
    kept = visible(cut).removesuffix("…")
    assert visible(safe).startswith(kept)
    rest = visible(safe)[len(kept) :]
    assert not rest or not unicodedata.combining(rest[0])


def test_pages_move_whole_stories_when_entities_run_out() -> None:
    papers = [[f"2611.0{n:02}{m:02}" for m in range(3)] for n in range(40)]
    stories = [
        Story(id=f"{n:04x}", entries=(make_entry(f"pane{n}", n + 1, papers=found),))
        for n, found in enumerate(papers)
    ]
    pages = render(digest_of(stories), per_page=40)
    assert len(pages) > 1
    assert all(90 < len(page.entities) <= 100 for page in pages[:-1])


def test_pages_move_whole_stories_when_addresses_run_out() -> None:
    link = Link(url="https://github.com/made/up?" + "x" * 900, kind="code")
    entries = [make_entry(f"pane{n}", n + 1, links=[link]) for n in range(24)]
    stories = [Story(id=f"{n:04x}", entries=(entry,)) for n, entry in enumerate(entries)]
    pages = render(digest_of(stories), per_page=40)
    assert len(pages) == 3
    for page in pages:
        assert sum(len(entity.url or "") for entity in page.entities) <= 9_000
        check(page)


def test_long_words_are_taken() -> None:
    long = "ё" * 10_000
    entry = make_entry(title=long, tldr="👨‍👩‍👧‍👦" * 2_000, bullets=[long] * 9)
    story = Story(id="1", entries=(entry,))
    check(render(digest_of([story]))[0])
    check(card(story, "ru", UTC))
    assert len(whole(digest_of([story])).text) < 4_000

"""What readers see of a search, in both languages."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.cluster import story_id
from bot.model import Entry, Language, Screen
from bot.screens.callbacks.pages import SearchPage, StoryCard, parse_callback
from bot.screens.search.page import (
    HITS_PER_PAGE,
    SearchRequest,
    first_page,
    found_page,
    nothing_found,
    search_usage,
)
from bot.store.read_model.search import Hits, Reach
from bot.taxonomy.topics import Topic
from bot.text import utf16_len
from tests.fakes.entries import NOON, make_entry
from tests.fakes.hostile import Invented
from tests.fakes.tdlib import check_entities, found_by_telegram

TOKEN = "0123456789ab"


def asked(text: str, **chosen: Any) -> SearchRequest:
    mine = (Topic("agents"),) if "mine" in chosen else ()
    return SearchRequest(text, replace(first_page(text, TOKEN), **chosen), mine)


def page(text: str, *entries: Entry, total: int = 0, language: Language = "en") -> Screen:
    hits = Hits(entries, total or len(entries))
    return found_page(asked(text), hits, {}, language, NOON)


def bold(screen: Screen) -> list[str]:
    units = screen.text.encode("utf-16-le")
    return [
        units[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le")
        for e in screen.entities
        if e.type == "bold"
    ]


def labels(screen: Screen) -> list[list[str]]:
    return [[each.text for each in row] for row in screen.buttons]


def leads_to(screen: Screen, text: str) -> object:
    [found] = [b for row in screen.buttons for b in row if b.text == text]
    return parse_callback(found.data or "")


def test_a_hit_shows_where_it_matches() -> None:
    entry = make_entry(
        title="Adapters, again",
        tldr="Nothing of it here.",
        text="A long way round. " * 10 + "Then fine tuning with an adapter is cheap.",
        engine="extractive",
    )
    screen = page("adapter fine-tuning", entry)
    assert screen.text == (
        "🔎 adapter fine-tuning · 1 post found\n\n"
        "1. Adapters, again\n"
        "… round. A long way round. A long way round. Then fine tuning with an adapter is cheap.\n"
        "pane_one · 1 h ago · without a model"
    )
    assert bold(screen) == ["🔎 adapter fine-tuning", "Adapters", "fine", "tuning", "adapter"]


def test_a_russian_page() -> None:
    entry = make_entry(title="Квантизация весов", tldr="Веса квантизованы до двух бит.")
    screen = page("квантизации", entry, total=21, language="ru")
    assert screen.text == (
        "🔎 квантизации · нашлось: 21 пост\n\n"
        "1. Квантизация весов\n"
        "Веса квантизованы до двух бит.\n"
        "pane_one · 1 ч назад"
    )
    assert labels(screen) == [
        ["1"],
        ["1/4", "›"],
        ["📄 Со статьёй", "💻 С кодом"],
        ["7 дней", "30 дней"],
        ["🔔 Следить за этим"],
        ["🎯 Темы", "‹ Меню"],
    ]


def test_filters_are_buttons_that_switch() -> None:
    screen = page("lora has:paper 14d", make_entry())
    assert labels(screen)[-4:-2] == [
        ["✓ 📄 With a paper", "💻 With code"],
        ["7 days", "✓ 14 days", "30 days"],
    ]
    assert leads_to(screen, "💻 With code") == SearchPage(TOKEN, 1, True, True, False, 14)
    assert leads_to(screen, "✓ 14 days") == SearchPage(TOKEN, 1, True, False, False, None)
    assert leads_to(screen, "✓ 📄 With a paper") == SearchPage(TOKEN, days=14)


def test_what_the_buttons_chose_outdoes_the_text() -> None:
    query = asked("lora has:paper 14d", paper=False, days=7, mine=True).query
    assert (query.paper, query.days, query.topics) == (False, 7, (Topic("agents"),))
    assert asked("topic:rlhf lora", mine=True).query.topics != (Topic("agents"),)


def test_a_hit_opens_its_story_and_leads_back() -> None:
    entries = [make_entry(message_id=number) for number in range(1, 3)]
    at = asked("lora", page=2)
    screen = found_page(at, Hits(tuple(entries), 8), {entries[0].key: "ab12"}, "en", NOON)
    assert leads_to(screen, "7") == StoryCard("ab12", at.page)
    assert leads_to(screen, "8") == StoryCard(story_id(entries[1]), at.page)
    assert leads_to(screen, "‹") == replace(at.page, page=1)
    assert "›" not in [text for row in labels(screen) for text in row]


def test_nothing_found_says_among_how_much_and_what_is_near() -> None:
    reach = Reach(12_418, datetime(2026, 5, 3, 9, tzinfo=UTC))
    screen = nothing_found(asked("квантизацыя"), reach, "ru")
    assert screen.text == (
        "По запросу «квантизацыя» ничего нет.\n"
        "Искал по 12\u00a0418 постам с 3 мая.\n"
        "Близкие темы:\n"
        "• Квантизация"
    )
    assert labels(screen)[0] == ["Квантизация"]
    english = nothing_found(asked("zzz has:code"), reach, "en")
    assert "I looked through 12,418 posts since 3 May." in english.text
    assert leads_to(english, "✓ 💻 With code") == SearchPage(TOKEN)


def test_an_empty_store_and_an_empty_question_have_an_answer() -> None:
    assert "no posts" in nothing_found(asked("lora"), Reach(0, None), "en").text
    assert asked(" 🙂 ").query.empty
    assert "/search lora" in search_usage("ru").text
    assert "/search lora" in search_usage("en").text


@pytest.mark.parametrize("data", ["q:0123456789ab:0:", "q:0123:1:", "q:0123456789ab:1:x", "q:::"])
def test_a_forged_button_is_none(data: str) -> None:
    assert parse_callback(data) is None


@given(seed=st.integers(0, 10**9), text=st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_telegram_takes_every_page_as_it_was_made(seed: int, text: str) -> None:
    invented, chance = Invented(seed), random.Random(seed)
    entries = tuple(make_hostile(invented, number) for number in range(1, HITS_PER_PAGE + 1))
    words = " ".join(chance.sample(" ".join(e.post.text for e in entries).split() or ["a"], 1))
    question = asked(f"{text} {words} the model слово", page=99, days=3650, mine=True)
    screen = found_page(question, Hits(entries, 999), {}, "ru", NOON)
    check_entities(screen)
    assert found_by_telegram(screen.text) <= {"textEntityTypeMediaTimestamp"}
    assert utf16_len(screen.text) <= 4_096
    assert len(screen.entities) <= 100
    assert all(len((b.data or "").encode()) <= 64 for row in screen.buttons for b in row)


def make_hostile(invented: Invented, number: int) -> Entry:
    return make_entry(
        invented.channel(),
        number,
        text=invented.text(),
        title=invented.text(),
        tldr=invented.text(),
        engine="extractive",
    )

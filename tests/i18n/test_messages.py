"""The catalogue is complete in both languages and speaks them correctly."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from string import Formatter

import pytest

from bot.i18n import (
    Messages,
    PanelMessages,
    WebMessages,
    messages,
    panel_messages,
    web_messages,
)
from bot.languages import Language, language_of
from bot.taxonomy.topics import Kind

RU, EN = messages("ru"), messages("en")
TEXTS = [f.name for f in fields(Messages) if isinstance(getattr(EN, f.name), str)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_fill_in_the_same(name: str) -> None:
    ru, en = getattr(RU, name), getattr(EN, name)
    assert ru.strip() and en.strip()
    assert placeholders(ru) == placeholders(en)


def is_russian(text: str) -> bool:
    return any("а" <= char <= "я" for char in text.casefold())


def test_english_has_no_russian() -> None:
    assert not {n for n in TEXTS if is_russian(getattr(EN, n))}


def test_russian_texts_are_russian() -> None:
    signs = {"alert_title", "of_field", "topic_story"}
    foreign = {name for name in TEXTS if not is_russian(getattr(RU, name))}
    assert foreign == signs


def test_the_same_kinds_have_names() -> None:
    assert RU.skipped_forms.keys() == EN.skipped_forms.keys() <= {str(kind) for kind in Kind}


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 постов"),
        (1, "1 пост"),
        (2, "2 поста"),
        (5, "5 постов"),
        (11, "11 постов"),
        (12, "12 постов"),
        (21, "21 пост"),
        (104, "104 поста"),
        (111, "111 постов"),
        (12418, "12\u00a0418 постов"),
    ],
)
def test_russian_plurals(count: int, text: str) -> None:
    assert RU.posts(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 stories"), (1, "1 story"), (21, "21 stories"), (10000, "10,000 stories")],
)
def test_english_plurals(count: int, text: str) -> None:
    assert EN.stories(count) == text


def test_russian_nouns_follow_their_preposition() -> None:
    assert (RU.of_channels(1), RU.of_channels(3)) == ("1 канала", "3 каналов")


def test_dates_are_localised() -> None:
    day = date(2026, 11, 20)
    assert (RU.words.day(day), EN.words.day(day)) == ("пт, 20 ноября", "Fri, 20 November")
    moment = datetime(2026, 1, 5, 9, 5, tzinfo=UTC)
    assert RU.words.moment(moment) == "пн, 5 января, 09:05"


def test_spans_name_a_month_once() -> None:
    assert RU.words.span(date(2026, 11, 17), date(2026, 11, 23)) == "17–23 ноября"
    assert EN.words.span(date(2026, 11, 28), date(2026, 12, 4)) == "28 November – 4 December"
    assert EN.words.span(date(2026, 11, 28), date(2026, 11, 28)) == "28 November"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=-5), "только что"),
        (timedelta(minutes=59), "59 мин назад"),
        (timedelta(hours=23), "23 ч назад"),
        (timedelta(hours=30), "вчера"),
        (timedelta(days=3), "3 дн. назад"),
    ],
)
def test_how_long_ago(passed: timedelta, text: str) -> None:
    assert RU.ago(passed) == text


PANELS = [(panel_messages, f.name) for f in fields(PanelMessages)]
PAGES = [(web_messages, f.name) for f in fields(WebMessages)]


@pytest.mark.parametrize(("texts", "name"), [*PANELS, *PAGES])
def test_own_screens_and_pages_say_the_same_in_both_languages(
    texts: Callable[[Language], object], name: str
) -> None:
    ru, en = getattr(texts("ru"), name), getattr(texts("en"), name)
    if isinstance(ru, str):
        assert placeholders(ru) == placeholders(en)
        assert not is_russian(en)
        assert is_russian(ru)
    elif name.endswith("_forms"):
        assert (len(ru), len(en)) == (3, 2)
    else:
        assert len(ru) == len(en)
        assert not isinstance(ru, dict) or ru.keys() == en.keys()


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("RU_ru.UTF-8", "ru"),
        ("en-GB", "en"),
        ("de", "en"),
        (None, "en"),
    ],
)
def test_who_has_no_language_of_ours_reads_english(code: str | None, language: str) -> None:
    assert language_of(code) == language

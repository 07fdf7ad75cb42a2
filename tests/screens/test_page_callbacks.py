"""Callback data: short, and nothing forged is understood."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.callbacks.codec import MAX_DATA_BYTES
from bot.screens.callbacks.pages import (
    AnswerPage,
    Callback,
    DigestPage,
    DigestRest,
    FollowedPage,
    FollowSearch,
    FollowWords,
    KindPage,
    SearchPage,
    SetLanguage,
    StoryCard,
    Subscribe,
    TopicList,
    TopicPage,
    Unsubscribe,
    parse_callback,
)
from bot.taxonomy.topics import Kind, Topic

UNTIL = datetime(2026, 11, 20, 6, tzinfo=UTC)
LONGEST_SEARCH = SearchPage("f" * 12, 999, paper=True, code=True, mine=True, days=3650)
PAGE = DigestPage("month", UNTIL, 12, mine=False)


@pytest.mark.parametrize(
    ("callback", "data"),
    [
        (DigestPage("day", UNTIL, 2), "d:day:1795154400:2"),
        (DigestPage("week", None, 1, mine=False), "D:week:0:1"),
        (DigestRest("day", UNTIL, 2), "r:day:1795154400:2"),
        (StoryCard("ab", DigestRest("week", None, mine=False)), "s:ab:R:week:0:1"),
        (TopicPage(Topic("quantization"), 3), "t:quantization:3"),
        (KindPage(Kind("paper_review"), 3, 30), "k:paper_review:3:30"),
        (StoryCard("ab", KindPage(Kind("job"))), "s:ab:k:job:1"),
        (TopicList(2), "T:2"),
        (StoryCard("0123456789ab", PAGE), "s:0123456789ab:D:month:1795154400:12"),
        (StoryCard("ab", TopicPage(Topic("rl"))), "s:ab:t:rl:1"),
        (StoryCard("ab"), "s:ab"),
        (AnswerPage("0123456789ab"), "a:0123456789ab"),
        (StoryCard("ab", AnswerPage("0123456789ab")), "s:ab:a:0123456789ab"),
        (Subscribe(), "sub"),
        (Unsubscribe(), "unsub"),
        (FollowWords("0123456789ab"), "fw:0123456789ab"),
        (FollowWords("0123456789ab", on=False), "Fw:0123456789ab"),
        (FollowedPage("0123456789ab"), "w:0123456789ab"),
        (FollowSearch(LONGEST_SEARCH, on=False), "Fs:q:ffffffffffff:999:pcm3650"),
        (SetLanguage("ru"), "lang:ru"),
    ],
)
def test_a_button_comes_back_as_it_went(callback: Callback, data: str) -> None:
    assert callback.data == data
    assert len(data.encode()) <= MAX_DATA_BYTES
    assert parse_callback(data) == callback


@pytest.mark.parametrize(
    "data",
    [
        *("", "d", "d:day:1:0", "d:year:1:1", "d:day:-1:1", "d:day:99999999999:1", "d:day:1:1000"),
        *("t:unknown:1", "t:rl:0", "t:RL:1", "T:0", "T:", "s:", "s:xyz", "s:ab:sub", "s:ab:s:ab"),
        *("lang:de", "lang:", "SUB", "sub ", "d:day:1:1\n", "d:day:١:1", "s:ab:d:day:1:0"),
    ],
)
def test_old_and_forged_data_means_nothing(data: str) -> None:
    assert parse_callback(data) is None


@given(st.text(max_size=64))
def test_any_data_is_read_without_an_error(data: str) -> None:
    found = parse_callback(data)
    assert found is None or parse_callback(found.data) == found

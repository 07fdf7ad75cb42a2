"""An answer as a message: its numbers lead to posts; whatever the words, Telegram takes it."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.cluster import story_id
from bot.model import Answer, AnswerSentence, Entry, Screen, Unanswered
from bot.screens.callbacks.pages import AnswerPage, StoryCard, parse_callback
from bot.screens.search.answer import AnswerFrame, answer_screen
from bot.text import utf16_len
from tests.fakes.entries import NOON, make_entry
from tests.fakes.hostile import Invented
from tests.fakes.tdlib import check_entities, found_by_telegram
from tests.screens.test_search_page import make_hostile

PAGE = AnswerPage("0123456789ab")
FRAME = AnswerFrame("Why?", PAGE, "en", NOON, notes=("One note.", "Another."))


def shown(
    entries: Sequence[Entry],
    *sentences: tuple[str, Sequence[int]],
    missing: Unanswered | None = None,
    frame: AnswerFrame = FRAME,
) -> Screen:
    answer = Answer(
        sentences=tuple(AnswerSentence(text=t, sources=tuple(n)) for t, n in sentences),
        stories=tuple(map(story_id, entries)),
        posts=tuple(entry.key for entry in entries),
        words=("weights",),
        language="en",
        missing=missing,
    )
    return answer_screen(frame, answer, {entry.key: entry for entry in entries}, "No answer.")


def made(count: int) -> list[Entry]:
    return [
        make_entry(f"pane_{n}", n, title=f"Title {n}", text=f"words {n}") for n in range(count)
    ]


def test_what_is_cited_is_numbered_anew_in_the_order_of_the_text() -> None:
    entries = made(5)
    screen = shown(entries, ("First.", [4, 2]), ("Second.", [2]))
    assert (
        "First. [1][2] Second. [2]\n\n1. Title 3 — pane_3, 20 November\n2. Title 1" in screen.text
    )
    opens = [parse_callback(key.data or "") for key in screen.buttons[0]]
    assert opens == [StoryCard(story_id(entries[n]), PAGE) for n in (3, 1)]


def test_a_sentence_without_its_post_is_left_out() -> None:
    entries = made(2)
    gone = make_entry("pane_9", 9)
    answer = shown([*entries, gone], ("Kept.", [1, 3]), ("Lost.", [99]))
    assert "Kept. [1][2]" in answer.text
    assert "Lost" not in answer.text
    none = shown(entries, ("Lost.", [99]))
    assert "No answer. What comes nearest:" in none.text


def test_a_post_of_another_year_says_so() -> None:
    screen = shown([make_entry(hours_ago=24 * 400)], ("Old.", [1]))
    assert "16 October 2025" in screen.text


@pytest.mark.parametrize("missing", ["away", None])
@given(seed=st.integers(0, 10**9), question=st.text(max_size=300))
@settings(max_examples=40, deadline=None)
def test_telegram_takes_every_answer_as_it_was_made(
    missing: Unanswered | None, seed: int, question: str
) -> None:
    invented = Invented(seed)
    entries = [make_hostile(invented, number) for number in range(1, 13)]
    told = [] if missing else [(invented.text(), range(1, 13)) for _ in range(6)]
    frame = AnswerFrame(question, PAGE, "ru", NOON, notes=("Заметка.", "Другая."))
    screen = shown(entries, *told, missing=missing, frame=frame)
    check_entities(screen)
    assert found_by_telegram(screen.text) <= {"textEntityTypeMediaTimestamp"}
    assert utf16_len(screen.text) <= 4_096
    assert len(screen.entities) <= 100
    assert all(len(row) <= 8 for row in screen.buttons)
    assert all(len((key.data or "").encode()) <= 64 for row in screen.buttons for key in row)

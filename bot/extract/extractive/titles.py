"""The headline of a post, as it stands there."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.extract.extractive.body import BodyLine
from bot.extract.extractive.sentences import clauses, split_sentences
from bot.extract.extractive.summary import TITLE, Coverage, Sentence, summary_pieces
from bot.text import shorten, utf16_len

_HEADING = 140
_EARLY = 6  # lines that may give the headline
_LEAD = 2.5  # news leads with what happened; numbers follow
_GREETING = re.compile(
    r"^(?:всем )?(?:привет|здравствуй|добр(?:ый|ое|ого) (?:день|утро|вечер)|друзья|коллеги|"
    r"hi|hello|hey|короче|итак|кстати|upd|breaking|молния|срочно|новость|сегодня|анонс)\b\W*\w*\W*$",
    re.IGNORECASE,
)


def extract_headline(lines: Sequence[BodyLine], said: Sequence[Sentence], english: bool) -> str:
    """At most 70 units: the post's own heading, else the piece that says most of it early."""
    for line in lines[:2]:
        if _is_heading(line):
            return fit_title(line.text)
        if not _GREETING.match(line.text):
            break
    coverage = Coverage(lines, lines[0].text, english)
    early = [
        replace(piece, prior=piece.prior * _LEAD) if piece.place == (0, 0) else piece
        for piece in summary_pieces((each for each in said if each.place[0] < _EARLY), TITLE)
    ]
    opening = [piece for piece in early if not piece.text[0].islower()]
    chosen = coverage.choose(opening or early, TITLE, most=1)
    return fit_title(chosen[0].text if chosen else lines[0].text)


def _is_heading(line: BodyLine) -> bool:
    return (
        utf16_len(line.text) <= _HEADING
        and not _GREETING.match(line.text)
        and len(line.text) > 3
        and len(split_sentences(line.text)) <= 2
    )


def fit_title(text: str) -> str:
    """The text within a headline: its first sentence or clauses, else cut between words."""
    text = text.strip(" .,;:–—-") if not text.endswith("…") else text
    if utf16_len(text) <= TITLE:
        return text
    first = split_sentences(text)[0].rstrip(" .,;:")
    if utf16_len(first) <= TITLE:
        return first
    opening = [
        run for run, _ in clauses(text, TITLE) if text.startswith(run) and utf16_len(run) >= 25
    ]
    return opening[-1] if opening else shorten(text, TITLE)

"""The headline of a post and the titles of works in it, as they stand there."""

import re
from collections.abc import Sequence

from bot.extract.body import Line
from bot.extract.sentences import clauses, split_sentences
from bot.extract.summary import TITLE, Coverage, pieces
from bot.text import cyrillic_share, shorten, utf16_len

_HEADING = 140
_GREETING = re.compile(
    r"^(?:всем )?(?:привет|здравствуй|добр(?:ый|ое|ого) (?:день|утро|вечер)|друзья|коллеги|hi|hello|"
    r"hey|короче|итак|кстати|upd|breaking|молния|срочно|новость|сегодня|анонс)\b\W*\w*\W*$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-zÀ-ž0-9][\w’'+./&-]*")
_PERSON = r"[A-ZÀ-Ž][\w.’'-]*(?: [a-zà-ž]{2,3})*(?: [A-ZÀ-Ž][\w.’'-]*){1,3}"
_PEOPLE = re.compile(rf"{_PERSON}(?:(?:, and|,| and| &) {_PERSON})+(?:,? et al\.?| and others)?")
_SMALL = frozenset(
    "a an the of for in on to with and or via from by is are do does as at into we all you vs "
    "through using can how be than not it its that beyond under over without between".split()
)
_NOT_WORKS = re.compile(
    r"^(?:code|github|paper|blog|demo|model|models|weights|dataset|project|tl;?dr|abstract|read|"
    r"watch|source|technical report|hugging ?face|modelscope|website|video|slides|docs|part|"
    r"thread|link|links|pdf|arxiv|subscribe|join|update|upd)\b|^[\w.-]+/[\w.-]+",
    re.IGNORECASE,
)


def headline(lines: Sequence[Line], english: bool) -> str:
    """At most 70 units: the post's own heading, else the piece that says most of it early."""
    for line in lines[:2]:
        if _is_heading(line):
            return fit(line.text)
        if not _GREETING.match(line.text):
            break
    coverage = Coverage(lines, lines[0].text, english)
    early = [piece for piece in pieces(lines[:6], TITLE) if piece.place[0] < 6]
    chosen = coverage.choose(early, TITLE, most=1)
    return fit(chosen[0].text if chosen else lines[0].text)


def _is_heading(line: Line) -> bool:
    return (
        utf16_len(line.text) <= _HEADING
        and not _GREETING.match(line.text)
        and len(line.text) > 3
        and len(split_sentences(line.text)) <= 2
    )


def fit(text: str) -> str:
    """The text within a headline: its first sentence or clauses, else cut between words."""
    text = text.strip(" .,;:–—-") if not text.endswith("…") else text
    if utf16_len(text) <= TITLE:
        return text
    first = split_sentences(text)[0].rstrip(" .,;:")
    if utf16_len(first) <= TITLE:
        return first
    opening = [run for run, opens in clauses(text, TITLE) if opens and utf16_len(run) >= 25]
    return opening[-1] if opening else shorten(text, TITLE)


def is_work(text: str, linked: bool = False) -> bool:
    """True for a line that is nothing but the title of a work in English.

    At least three words, all Latin, capitals as in titles unless a paper is ``linked`` right
    there; neither a list of people nor a label of a link.
    """
    words = _WORDS.findall(text)
    if not 3 <= len(words) <= 30 or cyrillic_share(text) > 0 or text[-1] in ".;,:":
        return False
    if text[0] in '([«"' or _NOT_WORKS.match(text) or _PEOPLE.fullmatch(text):
        return False
    if linked or text.endswith("?"):
        return text[0].isupper() or ":" in text
    long = [word for word in words if word.casefold() not in _SMALL]
    return bool(long) and sum(not word[0].islower() for word in long) >= 0.6 * len(long)

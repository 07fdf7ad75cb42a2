"""The headline of a post, as it stands there."""

import re
from collections.abc import Sequence

from bot.extract.extractive.body import BodyLine
from bot.extract.extractive.quotable import Sentence, stands_alone
from bot.extract.extractive.sentences import balanced, capital, openings
from bot.extract.extractive.summary import TITLE
from bot.taxonomy import evidence, signs
from bot.text import shorten, split_sentences, utf16_len

_HEADING = 140
_EARLY = 6  # lines that may give the headline
_LEAST = 25  # units of a clause that says something
_LATIN = re.compile(r"(?<![\w.])[A-Z][A-Za-z0-9]+")
_OWN = re.compile(rf"{_LATIN.pattern}|«[^»]{{2,}}»")  # no capital that opens a sentence
_SAYS, _DIGIT = 4, re.compile(r"\d")  # spaces in an opening that tells a number of something
_SOON = 200  # characters after a title in which its matter is named
_LONG_NAME = 32  # units of a name that leaves no room for what is said of it
_SMALL = 2  # letters of a word that no title ends with
_POINT = re.compile(r"(?<=\w)(?:: | [–—-] )(?=\w)")
_GREETING = re.compile(
    r"^(?:всем )?(?:привет|здравствуй|добр(?:ый|ое|ого) (?:день|утро|вечер)|друзья|коллеги|"
    r"hi|hello|hey|короче|итак|кстати|upd|breaking|молния|срочно|новость|новини|сегодня|анонс)\b"
    r"\W*\w*\W*$",
    re.IGNORECASE,
)
_SOURCE = re.compile(  # who says so, or the same once more in brackets
    r"(?:об этом )?(?:сообщ(?:ает|ают|или|ил[аи]?)|пиш[еу]т|переда[её]т|повідомля(?:є|ють)|пише"
    r"|says|reports)\b.{0,60}$|\([^()]*\)[.!]?$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:ЧТО|ПОЧЕМУ|КАК|ЗАЧЕМ|ИТОГ|ВЫВОД|ВАЖНО|ЩО|ЧОМУ|ЯК|WHAT|WHY|HOW)\b[^:]{0,24}: (?=\w)"
)
_NAME = re.compile(r"(?<![\w.])[A-Za-z][A-Za-z0-9]+|«[^»]{3,}»|(?<=[\w,] )[А-ЯЁІЇЄ][а-яёіїє]{2,}")


def extract_headline(lines: Sequence[BodyLine], said: Sequence[Sentence]) -> str:
    """At most 70 units: the post's own heading, else its first sentence that names something."""
    if _heads_roundup(lines[0].text):
        return fit_title(lines[0].text)
    for number, line in enumerate(lines[:2]):
        if _is_heading(line, said, number):
            return fit_title(line.text)
        if not (_GREETING.match(line.text) or _SOURCE.match(line.text)):
            break
    early = [each for each in said if each.place[0] < _EARLY]
    found = next(filter(_leads, early), None) or next(filter(_greets_not, early), None)
    title = fit_title(found.text if found else lines[0].text) or lines[0].text[:TITLE]
    return capital(title)


def name_title(title: str, text: str, names: Sequence[str]) -> str:
    """A title that names nothing with a name before it; as it is where there is none to give.

    The name is the first of ``names`` that stands soon after the title, in the same line of text.
    """
    if names_something(title):
        return title
    said = title.removesuffix("…").casefold()
    found = text.casefold().find(said)
    near = text[found + len(said) :].partition("\n")[0][:_SOON] if found >= 0 else ""
    name = min((name for name in names if name in near), key=near.find, default="")
    if not name or utf16_len(name) > _LONG_NAME:
        return title
    room = TITLE - utf16_len(name) - 2
    return f"{name}: {title if utf16_len(title) <= room else _tidy(shorten(title, room))}"


def _heads_roundup(text: str) -> bool:
    return utf16_len(text) <= TITLE and text[-1] != ":" and "roundup" in signs(text).wordings


def _is_heading(line: BodyLine, said: Sequence[Sentence], number: int) -> bool:
    return (
        utf16_len(line.text) <= _HEADING
        and len(split_sentences(line.text)) <= 2
        and any(each.place == (number, 0) and _leads(each) for each in said)
    )


def _leads(sentence: Sentence) -> bool:
    """True for one that stands by itself, neither asks nor greets, and names something."""
    text = sentence.text
    counted = sentence.place == (0, 0) and text.count(" ") >= _SAYS and _DIGIT.search(text)
    named = not text.endswith("?") and (counted or _is_named(text))
    return bool(named) and _greets_not(sentence) and stands_alone(sentence)


def _greets_not(sentence: Sentence) -> bool:
    """True for one that is more than a greeting, or the name of who says so."""
    return not (_GREETING.match(sentence.text) or _SOURCE.match(sentence.text))


def names_something(title: str) -> bool:
    """True for a title with a name, a number, or a matter of our field."""
    return _DIGIT.search(title) is not None or _is_named(title)


def _is_named(text: str) -> bool:
    """True for a text with a name, or with a matter of our field."""
    return _NAME.search(text) is not None or any(hit.strong for hit in evidence(text))


def fit_title(text: str) -> str:
    """The text within a headline: its first sentence or clauses, else cut between words.

    Of clauses the first that names something is taken; «…» stands where a sentence goes on.
    """
    text = text.strip(" .,;:–—-") if not text.endswith("…") else text
    if label := _LABELLED.match(text):
        text = capital(text[label.end() :])
    if utf16_len(text) <= TITLE:
        return text
    first = split_sentences(text)[0].rstrip(" .,;:")
    if utf16_len(first) <= TITLE:
        return first
    runs = [run for run in openings(first, TITLE - 1) if utf16_len(run) >= _LEAST]
    opening = max(runs, key=len, default="")
    said = _statement(first)
    if said and _LATIN.search(said) and not _OWN.search(opening):
        return said
    if opening and _NAME.search(opening):
        return f"{opening}…"
    if said and _NAME.search(said):
        return said
    cut = _tidy(shorten(first, TITLE))
    return f"{opening}…" if opening and (evidence(opening) or not _NAME.search(cut)) else cut


def _statement(sentence: str) -> str:
    """What follows the first dash or colon of a sentence, or its first clauses; else nothing."""
    found = _POINT.search(sentence)
    rest = sentence[found.end() :] if found and balanced(sentence[: found.end()]) else ""
    if utf16_len(rest) > TITLE:
        cut = max(openings(rest, TITLE - 1), key=len, default="") or _tidy(shorten(rest, TITLE))
        rest = f"{cut.removesuffix('…')}…"
    return rest[0].upper() + rest[1:] if utf16_len(rest) >= _LEAST else ""


def _tidy(cut: str) -> str:
    """A cut text without the small words it ends with: they lead on to what is not there."""
    words = cut.removesuffix("…").split()
    while len(words) > 1 and len(words[-1].strip(",:;–—-")) <= _SMALL:
        words.pop()
    return f"{' '.join(words).rstrip(' ,:;–—-')}…"

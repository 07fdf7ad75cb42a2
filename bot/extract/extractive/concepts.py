"""Concepts that a summary of a post must cover: its numbers, names and repeated words."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.text import words

_NUMBER = re.compile(  # begins with a set: the engine skips to one of its characters
    r"[$€₽\d](?<![\w.,].)(?:(?<=\d)|(?=\d))\d*(?:[.,\u00a0 ]\d{3})*(?:[.,]\d+)?"
    r"(?:\s?[-–—→]\s?[$€₽]?\d+(?:[.,]\d+)?)?"
    r"(?P<unit>\s?(?:%|[xх×](?!\w)|млрд|млн|трлн|тыс|миллион|миллиард|триллион|процент|бит|раз|"
    r"токен|параметр|язык|баллов|час|минут|секунд|мс|ms|гб|gb|тб|tb|bit|million|billion|times|"
    r"[BМMKКkТT](?!\w)|[$€₽])\w*)?"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-+.'’/][A-Za-z0-9]+)*\+*")
_STEMS = re.compile(r"([а-я]{4,5})[а-я]*")  # as good as a stemmer for repeated words, and free
_MEASURED, _COUNTED = 4.0, 2.2
_NAME, _WORD, _ONCE = 0.85, 0.5, 0.15
_TITLED = 2.0
_STEM = 5  # letters
_STOP = frozenset(word for code in LANGUAGES for word in words(language_texts(code).stop_words))
_STOPS = frozenset(word[:_STEM] for word in _STOP)

Concepts = frozenset[str]


@lru_cache(maxsize=1024)
def concepts(text: str) -> Concepts:
    """Keys of what a text speaks of: ``#`` numbers, ``@`` names, ``^`` Latin, bare Russian."""
    found = {f"#{_number(match)}" for match in _NUMBER.finditer(text)}
    found.update(_latin(name) for name in _LATIN.findall(text))
    found.update(set(_STEMS.findall(text.casefold().replace("ё", "е"))) - _STOPS)
    found.discard("")
    return frozenset(found)


def _number(match: re.Match[str]) -> str:
    return re.sub(r"\s", "", match[0]).replace(",", ".") if match["unit"] else match[0].strip()


@lru_cache(maxsize=16_384)
def _latin(name: str) -> str:
    """``@`` for what is a name even in English, ``^`` for what may be a word there, or nothing."""
    if not _telling(name):
        return ""
    marked = any(char.isupper() or char.isdigit() for char in name[1:])
    return ("@" if marked else "^") + name.casefold()


def _telling(name: str) -> bool:
    return len(name) > 1 and name.casefold() not in _STOP


def weigh(pieces: Iterable[str], title: str, english: bool) -> defaultdict[str, float]:
    """Weight of each concept of a post, by kind, by how often it comes back, by the title.

    In an English post a Latin word is a name only with a capital inside or a digit.
    """
    counts = Counter(concept for piece in pieces for concept in concepts(piece))
    in_title = concepts(title)
    weights: defaultdict[str, float] = defaultdict(float)
    for concept, count in counts.items():
        weight = _weight(concept, count, english)
        weights[concept] = weight * (_TITLED if concept in in_title else 1.0)
    return weights


def _weight(concept: str, count: int, english: bool) -> float:
    if concept[0] == "#":
        measured = re.search(r"[^\d\s]", concept[1:])
        return _MEASURED if measured else _COUNTED
    if concept[0] == "@" or (concept[0] == "^" and not english):
        return _NAME * (1.0 + math.log(count))
    return _WORD * math.log(count) if count > 1 else _ONCE

"""Words of our own instructions in a card: a small model copies what a field is to hold. Pure.

What is copied is known from the form itself, its descriptions, and from the prompt. A card is
compared by runs of words, so a post about prompts or schemas may share words with ours; what the
post says itself is never an echo.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from bot.extract.checks.quotes import PostText, content
from bot.extract.forms.forms import POST_SCHEMA, SHORT_SCHEMA, CardForm
from bot.extract.forms.json_schema import descriptions
from bot.text import words

_LONG = 6  # words in one run: nobody says these by chance
_SHORT = 3  # words of a piece, of which a whole field may be made
_LEAST = 2  # words: a single one is nobody's
_MOSTLY = 0.8  # share of a field's words
_OF_POST = 0.5  # share of the copied words that the post has, too
_FIELD = re.compile(rf"\b(?:{'|'.join(CardForm.model_fields)}): ")

WordRun = tuple[str, ...]


class Instructions(NamedTuple):
    """Runs of words in what a model is told: short ones about a card, long ones about anything."""

    of_cards: frozenset[WordRun]
    of_all: frozenset[WordRun]


@cache
def instructions(*templates: str) -> Instructions:
    """The instructions of the forms and of these prompts."""
    fields = [field.description or "" for field in CardForm.model_fields.values()]
    lines = [line for template in templates for line in template.splitlines()]
    cards = [*fields, *(line for line in lines if _FIELD.search(line))]
    told = [*descriptions(POST_SCHEMA), *descriptions(SHORT_SCHEMA), *lines]
    sizes = range(_LEAST, _SHORT + 1)
    short = (run for line in cards for size in sizes for run in _runs(words(line), size))
    return Instructions(frozenset(short), frozenset(_long_runs(told)))


def echoes(text: str, told: Instructions, source: PostText) -> bool:
    """True for a text that is mostly our own instructions, or has a long run of them."""
    said = words(text)
    size = min(_SHORT, len(said))
    pieces = _covered(said, told.of_cards, size) if size >= _LEAST else []
    if len(pieces) < _MOSTLY * len(said):
        pieces = _covered(said, told.of_all, _LONG)
    return bool(pieces) and not _of_post(pieces, source)


def _runs(said: Sequence[str], size: int) -> Iterable[WordRun]:
    return (tuple(said[at : at + size]) for at in range(len(said) - size + 1))


def _long_runs(lines: Iterable[str]) -> Iterable[WordRun]:
    return (run for line in lines for run in _runs(words(line), _LONG))


def _covered(said: Sequence[str], runs: frozenset[WordRun], size: int) -> list[str]:
    """The words of a text that stand in one of the runs."""
    starts = (at for at, run in enumerate(_runs(said, size)) if run in runs)
    return [said[at] for at in sorted({at + n for at in starts for n in range(size)})]


def _of_post(pieces: Sequence[str], source: PostText) -> bool:
    """True where the post says these words itself."""
    own = content(pieces)
    return len(own & source.content) > _OF_POST * len(own)

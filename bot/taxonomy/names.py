"""What readers call topics and kinds: all names, and each in other forms of writing. Pure."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from bot.taxonomy.spelling import sound
from bot.taxonomy.topics import Kind, Topic, taxonomy
from bot.text import normalise

LETTERS = 5
"""A shorter name has too many neighbours to be guessed from a misspelling."""

_LEAST = 4  # letters

Meaning = Topic | Kind
"""What a name stands for."""


def said(query: str) -> str:
    """What a reader typed, in the form in which texts are compared; bounded."""
    return normalise(query[:200])


def words_in(query: str) -> str:
    """The words of a query without the signs round them."""
    return " ".join(re.sub(r"[#/\\_\"«»“”„,;:!?()\[\]]+", " ", said(query)).split())


@cache
def plain_names() -> dict[str, Meaning]:
    """Slugs, titles and aliases without wildcards; kinds first, then topics in their order."""
    names: dict[str, Meaning] = {}
    for name, meaning in all_names():
        if "*" not in name:
            names.setdefault(words_in(name), meaning)
    return names


def all_names() -> Iterator[tuple[str, Meaning]]:
    """Every name with what it stands for, wildcards and all; the first of a name counts."""
    yield from given_names()
    for info in taxonomy().topics:
        for title in info.titles.values():
            yield from ((part, Topic(info.slug)) for part in _parts(title))


def given_names() -> Iterator[tuple[str, Meaning]]:
    """The same without parts of titles, which name a topic only where nothing else is said."""
    for slug, kind in taxonomy().kinds.items():
        for name in (slug, *kind.titles.values(), *kind.aliases):
            yield name, Kind(slug)
    for info in taxonomy().topics:
        yield from ((name, Topic(info.slug)) for name in (info.slug, *info.titles.values()))
    for info in taxonomy().topics:
        for name in (*info.aliases, *info.case_sensitive, *info.query_only):
            yield name, Topic(info.slug)


def _parts(title: str) -> list[str]:
    """``Файнтюнинг и PEFT`` is also called by each half."""
    return [part for part in re.split(r" и |, | & | and |[()]", title) if len(part) > 2]


@cache
def in_form(form: Callable[[str], str]) -> dict[str, Meaning]:
    """Names by another form of them, where that has four letters; an open end counts as none."""
    named: dict[str, Meaning] = {}
    ended = ((name.removesuffix("*"), meaning) for name, meaning in all_names())
    for name, meaning in (*plain_names().items(), *ended):
        if "*" not in name and len(form(words_in(name))) >= _LEAST:
            named.setdefault(form(words_in(name)), meaning)
    return named


def letters(words: str) -> str:
    """``gpt5`` for GPT-5, ``kvcache`` for KV cache."""
    return re.sub(r"[\W_]+", "", words)


@cache
def spellings() -> dict[str, Meaning]:
    """How names sound, wildcards left out, from five letters on."""
    found: dict[str, Meaning] = {}
    for name, meaning in all_names():
        spelling = sound(words_in(name.replace("*", "")))
        if len(spelling) >= LETTERS:
            found.setdefault(spelling, meaning)
    return found

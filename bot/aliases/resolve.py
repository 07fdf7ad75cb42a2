"""What a reader means by ``/topic <words>``: a topic, a kind of posts, or the nearest topics."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from bot.aliases.automaton import Automaton, key, longest, split, symbols
from bot.aliases.spelling import sound, swap_layout, transliterate
from bot.text import normalise, stem
from bot.text import words as words_of
from bot.topics import Kind, Topic, taxonomy

FUZZY = 84.0
"""Similarity in percent from which a misspelt word is taken for an alias."""

_FUZZY_LENGTH = 5
_GENERIC = frozenset(
    words_of(
        "ai ml dl ии мл нейросети нейросетей нейронки llm llms ллм модель модели моделей "
        "model models про о об обо по для в на с и the a an of in for about on with тема тему "
        "темы topic покажи посты пост все что нового новое"
    )
)

Meaning = Topic | Kind


@dataclass(frozen=True, slots=True)
class Resolved:
    """A topic or a kind; where neither was meant, the three nearest topics, best first."""

    topic: Topic | None = None
    kind: Kind | None = None
    nearest: tuple[Topic, ...] = ()


@lru_cache(maxsize=1024)
def resolve(query: str) -> Resolved:
    """Read a reader's words, in Russian or English, inflected, transliterated or misspelt."""
    words = _words(query)
    meaning = next((found for attempt in _ATTEMPTS if (found := attempt(words))), None)
    if isinstance(meaning, Topic):
        return Resolved(topic=meaning)
    if isinstance(meaning, Kind):
        return Resolved(kind=meaning)
    return Resolved(nearest=_nearest(words))


def _words(query: str) -> str:
    return " ".join(re.sub(r"[#/\\_\"«»“”„,;:!?()\[\]]+", " ", normalise(query[:200])).split())


@cache
def _names() -> dict[str, Meaning]:
    """Slugs, titles and aliases without wildcards; kinds first, then topics in their order."""
    names: dict[str, Meaning] = {}
    for name, meaning in _all_names():
        if "*" not in name:
            names.setdefault(_words(name), meaning)
    return names


def _all_names() -> Iterator[tuple[str, Meaning]]:
    for slug, kind in taxonomy().kinds.items():
        for name in (slug, kind.title_ru, kind.title_en, *kind.aliases):
            yield name, Kind(slug)
    for info in taxonomy().topics:
        yield from ((name, Topic(info.slug)) for name in (info.slug, info.title_ru, info.title_en))
    for info in taxonomy().topics:
        for name in (*info.aliases, *info.case_sensitive):
            yield name, Topic(info.slug)
    for info in taxonomy().topics:
        for title in (info.title_ru, info.title_en):
            yield from ((part, Topic(info.slug)) for part in _parts(title))


def _parts(title: str) -> list[str]:
    """``Файнтюнинг и PEFT`` is also called by each half."""
    return [part for part in re.split(r" и |, | & | and |[()]", title) if len(part) > 2]


class _Name(NamedTuple):
    meaning: Meaning
    exact: int  # letters that a wildcard leaves no choice for


@cache
def _automaton(strong: bool) -> Automaton[_Name]:
    cues = ((cue, Topic(info.slug)) for info in taxonomy().topics for cue in info.cues)
    return Automaton(
        (symbols(name), _Name(meaning, len(name.replace("*", ""))))
        for name, meaning in (_all_names() if strong else cues)
    )


def _exact(words: str) -> Meaning | None:
    return _names().get(words)


def _whole(words: str) -> Meaning | None:
    """The most exact alias that covers all words, with its wildcards and Russian cases."""
    automaton = _automaton(strong=True)
    names = [
        automaton.names[span.pattern]
        for span in automaton.find(words)
        if (span.start, span.end) == (0, len(words))
    ]
    return max(names, key=lambda name: name.exact).meaning if names else None


@cache
def _stems() -> dict[tuple[str, ...], Meaning]:
    stems: dict[tuple[str, ...], Meaning] = {}
    for name, meaning in _names().items():
        stems.setdefault(_stem_all(name), meaning)
    return stems


def _stem_all(words: str) -> tuple[str, ...]:
    return tuple(stem(key(word)) for word in split(words))


def _by_stems(words: str) -> Meaning | None:
    return _stems().get(_stem_all(words))


def _inside(words: str, strong: bool = True) -> Meaning | None:
    """The longest alias among the words; a topic beats a kind («статьи про квантизацию»)."""
    automaton = _automaton(strong)
    best: dict[tuple[int, int], _Name] = {}
    for span in longest(automaton.find(words)):
        name, place = automaton.names[span.pattern], (span.start, span.end)
        best[place] = max(best.get(place, name), name, key=lambda known: known.exact)
    ranked = sorted(
        best,
        key=lambda place: (isinstance(best[place].meaning, Kind), place[0] - place[1], place[0]),
    )
    return best[ranked[0]].meaning if ranked else None


def _by_cues(words: str) -> Meaning | None:
    return _inside(words, strong=False)


def _direct(words: str) -> Meaning | None:
    ways: tuple[Callable[[str], Meaning | None], ...] = (_exact, _whole, _by_stems)
    return next((found for way in ways if (found := way(words))), None)


def _told(words: str) -> Meaning | None:
    """Aliases among the words, then cues; words that say nothing in this field come last."""
    left = " ".join(word for word in words.split() if word not in _GENERIC)
    ways = (_direct, _inside, _by_cues)
    return next((found for said in (left, words) for way in ways if (found := way(said))), None)


def _known(words: str) -> Meaning | None:
    return _direct(words) or _told(words)


def _respelt(words: str) -> Meaning | None:
    """The other alphabet for the same sounds: ``рлхф`` for RLHF, ``kvantizaciya``."""
    return _known(transliterate(words)) if words else None


def _other_layout(words: str) -> Meaning | None:
    """The same keys on the other keyboard: ``rdfynbpfwbz`` for «квантизация»."""
    return _known(swap_layout(words)) if words else None


def _misspelt(words: str) -> Meaning | None:
    best = next(iter(_similar(words, FUZZY)), None)
    return best[1] if best else None


@cache
def _spellings() -> dict[str, Meaning]:
    """How names sound, wildcards left out, from five letters on."""
    found: dict[str, Meaning] = {}
    for name, meaning in _all_names():
        spelling = sound(_words(name.replace("*", "")))
        if len(spelling) >= _FUZZY_LENGTH:
            found.setdefault(spelling, meaning)
    return found


def _similar(words: str, cutoff: float) -> list[tuple[float, Meaning]]:
    from rapidfuzz import fuzz, process  # loaded only for a misspelt query

    spellings = _spellings()
    found: list[tuple[float, Meaning]] = []
    for form in _forms(words):
        matches = process.extract(
            form, list(spellings), scorer=fuzz.ratio, score_cutoff=cutoff, limit=12
        )
        found += ((score, spellings[spelling]) for spelling, score, _ in matches)
    return sorted(found, key=lambda item: -item[0])


def _forms(words: str) -> Iterable[str]:
    """The words and their beginnings as they sound: endings vary more than stems."""
    left = [word for word in words.split() if word not in _GENERIC]
    spelt = [sound(words), sound(" ".join(left))]
    spelt += [sound(stem(word)) for word in left]
    spelt += [sound(word) for word in left]
    return dict.fromkeys(form for form in spelt if len(form) >= _FUZZY_LENGTH)


def _nearest(words: str) -> tuple[Topic, ...]:
    topics = [meaning for _, meaning in _similar(words, 0.0) if isinstance(meaning, Topic)]
    every = [*topics, *(Topic(slug) for slug in ("models", "agents", "industry"))]
    return tuple(dict.fromkeys(topic for topic in every if topic != "other"))[:3]


_ATTEMPTS: tuple[Callable[[str], Meaning | None], ...] = (
    _direct,
    _told,
    _respelt,
    _other_layout,
    _misspelt,
)

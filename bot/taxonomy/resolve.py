"""What a reader means by ``/topic <words>``: a topic, a kind of posts, or the nearest topics."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from bot.taxonomy.matcher import Automaton, key, longest, split, symbols
from bot.taxonomy.names import (
    LETTERS,
    Meaning,
    given_names,
    in_form,
    letters,
    plain_names,
    said,
    spellings,
    words_in,
)
from bot.taxonomy.spelling import sound, swap_layout, transliterate
from bot.taxonomy.topics import OTHER, Kind, Topic, taxonomy
from bot.taxonomy.translated import gathered, phrases
from bot.text import stem
from bot.text import words as words_of

FUZZY = 84.0
"""Similarity in percent from which a misspelt word is taken for an alias."""

_NEARLY, _LONG = 90.0, 8  # percent, letters
_NEAR, _HEAD = 80.0, 4  # percent, letters
_GENERIC = frozenset(
    words_of(
        "про о об обо по для в на с и the a an of in for about on with тема тему "
        "темы topic покажи посты пост все что нового новое новые новый новая свежие свежее "
        "последние new latest"
    )
) | frozenset(word for filler in taxonomy().field.filler for word in words_of(filler))


@dataclass(frozen=True, slots=True)
class Resolved:
    """A topic or a kind; where neither was meant, at most three topics that sound alike.

    ``alike`` are those of them that a whole word sounds like, not the beginning of one only.
    """

    topic: Topic | None = None
    kind: Kind | None = None
    nearest: tuple[Topic, ...] = ()
    alike: tuple[Topic, ...] = ()


@lru_cache(maxsize=1024)
def resolve(query: str) -> Resolved:
    """Read a reader's words, in Russian or English, inflected, transliterated or misspelt."""
    words = words_in(query)
    swapped = words_in(swap_layout(said(query)))
    spelt = (words, words, words, transliterate(words), swapped, words, words)
    tries = zip(_ATTEMPTS, spelt, strict=True)
    meaning = next((found for attempt, form in tries if form and (found := attempt(form))), None)
    if isinstance(meaning, Topic):
        return Resolved(topic=meaning)
    if isinstance(meaning, Kind):
        return Resolved(kind=meaning)
    alike = _alike_topics(words)
    return Resolved(nearest=_nearest(words, alike), alike=alike)


class _Name(NamedTuple):
    meaning: Meaning
    exact: int  # letters that a wildcard leaves no choice for
    common: bool  # a word of many meanings


@cache
def _automaton(strong: bool) -> Automaton[_Name]:
    common = {(Topic(info.slug), name) for info in taxonomy().topics for name in info.query_only}
    cues = ((cue, Topic(info.slug)) for info in taxonomy().topics for cue in info.cues)
    return Automaton(
        (symbols(name), _Name(meaning, len(name.replace("*", "")), (meaning, name) in common))
        for name, meaning in (given_names() if strong else cues)
    )


def _exact(words: str) -> Meaning | None:
    return plain_names().get(words)


def _joined(words: str) -> Meaning | None:
    return in_form(letters).get(letters(words))


def _alike(words: str) -> Meaning | None:
    """A name that sounds the same, in whatever alphabet."""
    return in_form(sound).get(sound(words))


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
    for name, meaning in plain_names().items():
        stems.setdefault(_stem_all(name), meaning)
    return stems


def _stem_all(words: str) -> tuple[str, ...]:
    return tuple(stem(key(word)) for word in split(words))


def _by_stems(words: str) -> Meaning | None:
    return _stems().get(_stem_all(words))


def _inside(words: str, strong: bool = True) -> Meaning | None:
    """The longest alias among the words; a topic beats a kind («статьи про квантизацию»).

    A name that is a common word gives way to any other («mcp серверы»).
    """
    automaton = _automaton(strong)
    best: dict[tuple[int, int], _Name] = {}
    for span in longest(automaton.find(words)):
        name, place = automaton.names[span.pattern], (span.start, span.end)
        best[place] = max(best.get(place, name), name, key=lambda known: known.exact)
    ranked = sorted(
        best,
        key=lambda place: (
            isinstance(best[place].meaning, Kind),
            best[place].common,
            place[0] - place[1],
            place[0],
        ),
    )
    return best[ranked[0]].meaning if ranked else None


def _by_cues(words: str) -> Meaning | None:
    return _inside(words, strong=False)


def _direct(words: str) -> Meaning | None:
    ways: tuple[Callable[[str], Meaning | None], ...] = (
        _exact,
        _joined,
        _alike,
        _whole,
        _by_stems,
    )
    return next((found for way in ways if (found := way(words))), None)


def _told(words: str) -> Meaning | None:
    """Aliases among the words, then cues; of words that say nothing here only a whole name."""
    left = " ".join(word for word in words.split() if word not in _GENERIC)
    ways = (_direct, gathered, _translated, _inside, _by_cues) if left else (_inside, _by_cues)
    return next((found for way in ways if (found := way(left or words))), None)


def _translated(words: str) -> Meaning | None:
    """The name that several words are in English."""
    ways = (_direct, gathered)
    told = list(phrases(words)) if " " in words else []
    return next((found for way in ways for said in told if (found := way(said))), None)


def _heard(words: str) -> Meaning | None:
    """The same of a single word, for which a name or a cue will do."""
    told = list(phrases(words))
    ways = (_direct, _by_cues)
    return next((found for way in ways for said in told if (found := way(said))), None)


def _known(words: str) -> Meaning | None:
    return _direct(words) or _nearly(words) or _told(words)


def _nearly(words: str) -> Meaning | None:
    """A name of several letters that nearly is the query: better than any word inside it."""
    best = next(iter(_similar([sound(words)], _NEARLY)), None)
    return best[1] if best and len(sound(words)) >= _LONG else None


def _misspelt(words: str) -> Meaning | None:
    best = next(iter(_similar(_forms(words), FUZZY)), None) or next(_slips(words), None)
    return best[1] if best else None


def _slips(words: str) -> Iterator[tuple[float, Meaning]]:
    """Names one slip of the finger away: a letter lost, added, changed, or two exchanged."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    known = spellings()
    for form in _forms(words):
        for spelling, slips, _ in process.extract(
            form, list(known), scorer=OSA.distance, score_cutoff=1, limit=3
        ):
            yield float(slips), known[spelling]


def _similar(forms: Iterable[str], cutoff: float) -> list[tuple[float, Meaning]]:
    from rapidfuzz import fuzz, process  # loaded only for a misspelt query

    known = spellings()
    found: list[tuple[float, Meaning]] = []
    for form in forms:
        matches = process.extract(
            form, list(known), scorer=fuzz.ratio, score_cutoff=cutoff, limit=12
        )
        found += ((score, known[spelling]) for spelling, score, _ in matches)
    return sorted(found, key=lambda item: -item[0])


def _forms(words: str) -> Iterable[str]:
    """The words and their beginnings as they sound: endings vary more than stems."""
    left = [word for word in words.split() if word not in _GENERIC]
    spelt = [sound(words), sound(" ".join(left))]
    spelt += [sound(stem(word)) for word in left]
    spelt += [sound(word) for word in left]
    return dict.fromkeys(form for form in spelt if len(form) >= LETTERS)


def _alike_topics(words: str) -> tuple[Topic, ...]:
    """At most three topics that sound like one of the words."""
    return _topics(meaning for _, meaning in _similar(_forms(words), _NEAR))


def _nearest(words: str, alike: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """At most three topics that sound like one of the words, or begin as half of it does."""
    heads = tuple(form[: max(_HEAD, -(-len(form) // 2))] for form in _forms(words))
    begun = (meaning for name, meaning in spellings().items() if heads and name.startswith(heads))
    return _topics((*alike, *begun))


def _topics(found: Iterable[Meaning]) -> tuple[Topic, ...]:
    topics = (each for each in found if isinstance(each, Topic) and each != OTHER)
    return tuple(dict.fromkeys(topics))[:3]


_ATTEMPTS: tuple[Callable[[str], Meaning | None], ...] = (
    _direct,
    _nearly,
    _told,
    _known,
    _known,
    _heard,
    _misspelt,
)
"""As it is, but for the other alphabet for the same sounds (``рлхф``, ``kvantizaciya``) and the
same keys on the other layout (``rdfynbpfwbz``)."""

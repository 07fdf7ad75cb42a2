"""A reader's words put into the English of the names: by the glossary, or by how they sound. Pure.

Names of a field are mostly English. Who asks in Russian translates a part of them («графовые
сети») and spells the rest as it is heard («паджед аттеншн», «хакинг награды»).
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice, product

from bot.taxonomy.matcher import fold, key, split
from bot.taxonomy.names import Meaning, all_names
from bot.taxonomy.spelling import consonants, sound
from bot.taxonomy.topics import Topic, taxonomy
from bot.text import stem

_PHRASES = 24  # readings of a query that are tried
_SHORTEST, _SURE = 4, 4  # letters of a word, consonants that may differ in one
_ALIKE, _ALIKE_ALONE = 55.0, 65.0  # percent of a word among others, of a word alone
_FEW = 10.0  # percent more where fewer consonants are sure


def phrases(words: str) -> Iterator[str]:
    """English readings of words of which at least one is written in Russian letters."""
    parts = words.split()
    alike = _ALIKE if len(parts) > 1 else _ALIKE_ALONE  # consonants alone are too few
    said = [_readings(word, alike) for word in parts]
    if any(word > "z" for word in parts) and all(said):
        for each in islice(product(*said), _PHRASES):
            yield " ".join(each)


def _readings(word: str, alike: float) -> tuple[str, ...]:
    if word < "а":
        return (word,)
    meant = tuple(dict.fromkeys(_meant(word)))
    return meant or tuple(_heard(word, alike))


def _meant(word: str) -> Iterator[str]:
    own = key(fold(word))
    for english, patterns in taxonomy().glossary.items():
        for pattern in patterns:
            head = fold(pattern.removesuffix("*"))
            if fold(word).startswith(head) if pattern.endswith("*") else key(head) == own:
                yield english


def _heard(word: str, alike: float) -> Iterator[str]:
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    for form in dict.fromkeys((word, stem(word))):
        skeleton, sounds = consonants(form), sound(form.replace("дж", "g"))
        slips = 1 if len(skeleton) >= _SURE else 0
        least = alike if slips else alike + _FEW
        for english, (own, how) in _vocabulary().items():
            near = abs(len(own) - len(skeleton)) <= slips and own[:1] == skeleton[:1]
            if (
                near
                and Levenshtein.distance(own, skeleton, score_cutoff=slips) <= slips
                and fuzz.ratio(sounds, how) >= least
            ):
                yield english


@cache
def _vocabulary() -> dict[str, tuple[str, str]]:
    """English words of the names, with their consonants and how they sound."""
    cues = (cue for info in taxonomy().topics for cue in info.cues)
    told = (*(name for name, _ in all_names()), *cues, *taxonomy().glossary)
    words = {word for name in told for word in split(fold(name.replace("*", "")))}
    return {
        word: (consonants(word), sound(word))
        for word in sorted(words)
        if len(word) >= _SHORTEST and word.isascii() and word.isalpha()
    }


@cache
def _bags() -> tuple[tuple[frozenset[str], Meaning], ...]:
    """Names of several words, in no order, by the keys of these."""
    named = ((frozenset(_keys(name)), meaning) for name, meaning in all_names())
    return tuple((bag, meaning) for bag, meaning in named if len(bag) > 1)


def _keys(words: str) -> tuple[str, ...]:
    """Stems in either language: an open end of an alias is as good as a stem."""
    return tuple(
        key(word) if word > "z" else stem(key(word))
        for word in split(fold(words.replace("*", "")))
    )


def gathered(words: str) -> Meaning | None:
    """The name that is made of these words in another order, or has them among one or two more.

    None where names of different meanings would do equally well.
    """
    asked = frozenset(_keys(words))
    if len(asked) < 2:
        return None
    more: dict[int, set[Meaning]] = {}
    for bag, meaning in _bags():
        if asked <= bag:
            more.setdefault(len(bag - asked), set()).add(meaning)
    best = more[min(more)] if more else set()
    topics = {meaning for meaning in best if isinstance(meaning, Topic)} or best
    return next(iter(topics)) if len(topics) == 1 and min(more) <= 2 else None

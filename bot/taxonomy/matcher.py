"""Many word patterns found in one pass: a trie over words with stems, wildcards and exact case.

A pattern is a sequence of symbols: ``=key`` (a word by its key), ``^head`` (a word that begins
so), ``!Form`` (a word exactly as written) and ``*`` (any one word).
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

from bot.text import stem

Name = TypeVar("Name")

_WORD = re.compile(r"[^\W_]+(?:\.[a-zA-Z0-9]+|['’][^\W_]+)*\+*|\$")
_BREAK = re.compile(r"[.!?…;,\n]")
_INFLECTED = re.compile(
    r"(?=[0-9.+]*[a-z])([a-z0-9.+]*[a-z0-9+])['’]?[а-я]{1,3}"
)  # «3д» is no 3 with an ending
_LATIN_HEAD = re.compile(r"[A-Za-z0-9]+")
_NO_ENDING = re.compile("[бджзкпрфцчъэ]")
_STAR = "*"


class Span(NamedTuple):
    """Where a pattern stands: offsets ``[start, end)`` in the text and the pattern's number."""

    start: int
    end: int
    pattern: int


def fold(word: str) -> str:
    """A word without case and without ё."""
    return word.casefold().replace("ё", "е")


@lru_cache(maxsize=65_536)
def key(word: str) -> str:
    """What makes two folded words one: Russian by stem, Latin by form without a plural s.

    English stems would take *reasoning* for *reason*; a Russian ending on a Latin word is cut.
    """
    if word[:1] < "а" <= word[-1:] and (inflected := _INFLECTED.fullmatch(word)):
        word = inflected[1]
    if "а" <= word[:1] <= "я":
        return stem(word)
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


def split(text: str) -> list[str]:
    """The words of a text as patterns see them; hyphens part words."""
    return _WORD.findall(text)


def symbols(pattern: str, exact_case: bool = False) -> tuple[str, ...]:
    """The symbols of a pattern as people write it: ``закон* масштабирования``."""
    parts = re.findall(rf"(?:{_WORD.pattern})\*?|\*", pattern)
    found = [_STAR if part == _STAR else _symbol(part, exact_case) for part in parts]
    while found and found[-1] == _STAR:
        found.pop()
    return tuple(found)


def _symbol(part: str, exact_case: bool) -> str:
    if exact_case:
        return "!" + part
    return "^" + fold(part[:-1]) if part.endswith(_STAR) else "=" + key(fold(part))


class Automaton(Generic[Name]):
    """Finds which of its patterns stand in a text; several may share one spelling."""

    def __init__(self, patterns: Iterable[tuple[tuple[str, ...], Name]]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._final: dict[int, list[int]] = {}
        self.names: list[Name] = []
        for sequence, name in patterns:
            if sequence:
                self._add(sequence, name)
        self._alphabet = frozenset(symbol for step in self._next for symbol in step)
        self._heads = frozenset(symbol[1:] for symbol in self._alphabet if symbol[0] == "^")
        self._keys = frozenset(symbol[1:] for symbol in self._alphabet if symbol[0] == "=")
        self._lengths = _lengths(self._heads | self._keys)
        self._symbols = lru_cache(maxsize=65_536)(self._symbols_of)

    def _add(self, sequence: tuple[str, ...], name: Name) -> None:
        state = 0
        for symbol in sequence:
            if symbol not in self._next[state]:
                self._next.append({})
                self._next[state][symbol] = len(self._next) - 1
            state = self._next[state][symbol]
        self._final.setdefault(state, []).append(len(self.names))
        self.names.append(name)

    def _symbols_of(self, word: str) -> tuple[str, ...]:
        folded = fold(word)
        found, stemmed = [], False
        for length in self._lengths.get(folded[:2]) or self._lengths.get(folded[:1], ()):
            if length > len(folded):
                break
            head = folded[:length]
            if head in self._heads:
                found.append(f"^{head}")
            # A stemmer is slow, and a key is always the head of its word: most words need none.
            if not stemmed and head in self._keys and _may_be_key(head, folded):
                stemmed = True
        if stemmed and (word_key := key(folded)) in self._keys:
            found.append(f"={word_key}")
        if latin := _LATIN_HEAD.match(word):
            forms = sorted({word, word.removesuffix("s"), latin[0]})
            found += (f"!{form}" for form in forms if f"!{form}" in self._alphabet)
        return tuple(found)

    def find(self, text: str) -> list[Span]:
        """All occurrences, by their end; a phrase does not cross a comma, a stop or a line."""
        found: list[Span] = []
        active: list[tuple[int, int]] = []
        end, symbols_of, final = 0, self._symbols, self._final
        for word in _WORD.finditer(text):
            read = symbols_of(word[0])
            if not active and not read:
                continue
            if active and (word.start() - end > 3 or _BREAK.search(text, end, word.start())):
                active = []
            end = word.end()
            active = self._step(active, read, word.start())
            for state, start in active:
                if state in final:
                    found += (Span(start, end, number) for number in final[state])
        return found

    def _step(
        self, active: list[tuple[int, int]], read: tuple[str, ...], start: int
    ) -> list[tuple[int, int]]:
        reached = []
        for state, since in active:
            step = self._next[state]
            if step:
                reached += [(step[symbol], since) for symbol in read if symbol in step]
                if _STAR in step:
                    reached.append((step[_STAR], since))
        root = self._next[0]
        return reached + [(root[symbol], start) for symbol in read if symbol in root]


def _may_be_key(head: str, word: str) -> bool:
    """False where a Russian word goes on with a letter that no ending of the stemmer has."""
    return word[0] < "а" or _NO_ENDING.search(word, len(head)) is None


def _lengths(heads: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long the heads of words are that patterns know, by the first two letters of a word."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    known = frozenset(heads)
    pairs = {head[:2] for head in known}
    for head in known:
        # A head of one letter opens every word that begins with it.
        for pair in pairs if len(head) == 1 else (head[:2],):
            if pair.startswith(head[:1]):
                lengths[pair].add(len(head))
    return {pair: tuple(sorted(found)) for pair, found in lengths.items()}


def longest(spans: Iterable[Span]) -> list[Span]:
    """Spans that do not lie strictly inside a longer one, in the order of the text."""
    kept: list[Span] = []
    reach, owner = -1, (-1, -1)
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        place = (span.start, span.end)
        if span.end > reach or place == owner:
            kept.append(span)
            reach, owner = span.end, place
    return kept


def outside(spans: Iterable[Span], covers: Iterable[Span]) -> list[Span]:
    """Spans that lie in none of the covers."""
    ordered = sorted(covers)
    starts = [cover.start for cover in ordered]
    reach = list(accumulate((cover.end for cover in ordered), max))
    return [
        span
        for span in spans
        if not (before := bisect_right(starts, span.start)) or reach[before - 1] < span.end
    ]

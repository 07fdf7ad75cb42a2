"""The card of a post in its own words: budgeted concept coverage over whole sentences.

Greedy after Gillick and Favre (2009), "A scalable global model for summarization": the piece
with the most uncovered concepts per length comes next until the budget is full.
"""

import math
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from itertools import pairwise, takewhile

from bot.extract.extractive.body import BodyLine
from bot.extract.extractive.concepts import Concepts, concepts, weigh
from bot.extract.extractive.quotable import (
    PROSE,
    Sentence,
    at_home,
    dangles,
    is_item,
    stands_alone,
    without_join,
)
from bot.extract.extractive.sentences import capital, closed, openings
from bot.extract.extractive.works import is_work
from bot.model import Card
from bot.text import shorten, split_sentences, utf16_len

TITLE, TLDR, BULLET = 70, 350, 240
"""Limits of a card: UTF-16 units of title, tldr and one bullet, which is a whole sentence."""

BULLETS, BULLETS_OF_ROUNDUP = 4, 8
"""How many bullets a card has at most; a round-up's tell one of its works each."""

_LENGTH_POWERS = (0.4, 0.7, 1.0)
"""How much a long piece has to tell: the choice that tells most in all is taken."""

_BULLET_ROOM = 200  # units that a bullet takes on average
_HEADING, _LISTED = 110, 2  # characters of a heading in a round-up; as many of them make a list
_LEAD = 240  # units of a sentence that the title only begins
_SEEN = 0.05
_SHORTEST, _WORDS = 15, 3
_CUT = 0.6
_MOST_JOINED = 2  # sentences that a dangling one may need before it
_POOR = 0.15  # beforehand: a sentence below this is quoted only where there is no other


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is quoted together: its text, the places of its sentences, how good it is beforehand.

    ``parts`` are what it speaks of: read once for all pieces that share them.
    """

    text: str
    places: tuple[tuple[int, int], ...]
    prior: float
    parts: tuple[str, ...]

    @property
    def room(self) -> int:
        """Units it takes with its stop and the space after it."""
        return utf16_len(closed(self.text)) + 1

    @property
    def concepts(self) -> Concepts:
        """What the piece speaks of."""
        first, *rest = map(concepts, self.parts)
        return first.union(*rest) if rest else first


class Coverage:
    """Weighs the concepts of one post and remembers which of them are told already."""

    def __init__(self, lines: Sequence[BodyLine], title: str, english: bool) -> None:
        self._weights = weigh((line.text for line in lines), title, english)
        self._told: set[str] = set()

    def tell(self, text: str) -> None:
        """What this text says needs no second telling."""
        self._told |= concepts(text)

    def choose(
        self, offered: Sequence[_Piece], room: int, most: int, first: _Piece | None = None
    ) -> list[_Piece]:
        """At most ``most`` pieces of different sentences that fit ``room``, in post order.

        ``first`` is among them in any case.
        """
        spoken = [piece.concepts for piece in offered]
        begun = [first] if first else []
        tried = [
            self._greedy(offered, spoken, room, most, power, begun) for power in _LENGTH_POWERS
        ]
        _, chosen = max(tried, key=lambda each: each[0])
        for piece in chosen:
            self.tell(piece.text)
        return sorted(chosen, key=lambda piece: piece.places)

    def _greedy(
        self,
        offered: Sequence[_Piece],
        spoken: Sequence[Concepts],
        room: int,
        most: int,
        power: float,
        begun: Sequence[_Piece],
    ) -> tuple[float, list[_Piece]]:
        """What the chosen pieces tell in all, and these."""
        told, chosen, total = set(self._told), list(begun), 0.0
        quoted = {place for piece in begun for place in piece.places}
        for piece in begun:
            told |= piece.concepts
            room -= piece.room
        costs = [math.pow(len(piece.text), power) for piece in offered]
        # Telling more only lowers a gain, so that only the best of the old gains is read anew.
        heap = [
            (-self._gain(piece, spoken[n], told) / costs[n], n) for n, piece in enumerate(offered)
        ]
        heapify(heap)
        while heap and len(chosen) < most:
            _, order = heappop(heap)
            piece = offered[order]
            if not quoted.isdisjoint(piece.places) or piece.room > room + 1:
                continue
            gain = self._gain(piece, spoken[order], told)
            if heap and gain / costs[order] < -heap[0][0]:
                heappush(heap, (-gain / costs[order], order))
                continue
            if gain <= 0.0:
                break
            chosen.append(piece)
            quoted.update(piece.places)
            room -= piece.room
            total += gain
            told |= spoken[order]
        return total, chosen

    def _gain(self, piece: _Piece, spoken: Concepts, told: set[str]) -> float:
        weight = self._weights.__getitem__
        gain = sum(map(weight, spoken)) - (1 - _SEEN) * sum(map(weight, spoken & told))
        return piece.prior * gain


def extract_card(
    lines: Sequence[BodyLine],
    said: Sequence[Sentence],
    title: str,
    english: bool,
    most: int = BULLETS,
) -> Card:
    """Title, tldr and ``most`` bullets of a post that has at least one line of text."""
    coverage = Coverage(lines, title, english)
    coverage.tell(title)
    said = said if english else [at_home(sentence) for sentence in said]
    good = [each for each in said if each.prior >= _POOR and each.text[-1] != ":"] or said
    sections = list(_sections(lines, good)) if most == BULLETS_OF_ROUNDUP else []
    if len(sections) >= _LISTED:
        return _roundup(coverage, sections[:most], good, title)
    lists = list(_list_pieces(lines, good, TLDR))
    listed = {place for piece in lists for place in piece.places}
    alone = [sentence for sentence in good if sentence.place not in listed]
    offered = [*_summary_pieces(alone, title), *lists]
    chosen = coverage.choose(offered, TLDR, 5, _lead(lines, said, title))
    told = " ".join(closed(piece.text) for piece in chosen)
    quoted = {place for piece in chosen for place in piece.places}
    left = [sentence for sentence in good if sentence.place not in quoted]
    points = [*_bullet_pieces(good, quoted, title), *_list_pieces(lines, left, BULLET)]
    bullets = coverage.choose(points, _BULLET_ROOM * most, most)
    tldr = shorten(told, TLDR) or title
    return Card(title=title, tldr=tldr, bullets=tuple(capital(piece.text) for piece in bullets))


def _roundup(
    coverage: Coverage, sections: Sequence[_Piece], said: Sequence[Sentence], title: str
) -> Card:
    """What is said before the works of a round-up, else their names; then each of them."""
    first, *_ = sections[0].places
    before = [sentence for sentence in said if sentence.place < (first[0] - 1, 0)]
    chosen = coverage.choose(list(_summary_pieces(before, title)), TLDR, 5)
    told = " ".join(closed(piece.text) for piece in chosen)
    named = "; ".join(piece.parts[0] for piece in sections)
    tldr = shorten(told if len(told) > PROSE else named, TLDR)
    return Card(title=title, tldr=tldr, bullets=tuple(capital(piece.text) for piece in sections))


def _sections(lines: Sequence[BodyLine], said: Sequence[Sentence]) -> Iterator[_Piece]:
    """What a round-up lists: each short heading with the first that is said under it."""
    first = {sentence.place[0]: sentence for sentence in reversed(said)}
    for number, (line, under) in enumerate(pairwise(lines)):
        heads = len(line.text) <= _HEADING and line.text[-1] not in ".,;" and number > 0
        opens = line.apart or line.emoji_led or line.marked
        sentence = first.get(number + 1)
        if heads and opens and sentence and not (under.apart or is_item(under)):
            text = f"{line.text.rstrip(': ')}: {sentence.text}"
            for piece in _whole(sentence, text, BULLET):
                yield replace(piece, parts=(line.text, sentence.text))


def _lead(lines: Sequence[BodyLine], said: Sequence[Sentence], title: str) -> _Piece | None:
    """The sentence that the title only begins, unless that is the heading of a work."""
    if not title.endswith("…"):
        return None
    for sentence in said:
        if sentence.text.startswith(title[:-1]) and utf16_len(sentence.text) <= _LEAD:
            return (
                None if is_work(lines[sentence.place[0]].text) else _piece(sentence, sentence.text)
            )
    return None


def _summary_pieces(said: Sequence[Sentence], title: str) -> Iterator[_Piece]:
    """Whole sentences within ``TLDR``, each with those before it that it cannot do without."""
    for number, sentence in enumerate(said):
        if _fragment(sentence) or _repeats(sentence.text, title):
            continue
        after_title = number == 1 and _repeats(said[0].text, title)
        if stands_alone(sentence) or after_title:
            yield from _whole(sentence, sentence.text, TLDR)
        elif before := _before(said, number):
            yield from _joined((*before, sentence), title, TLDR)
        elif (rest := without_join(sentence.text)) != sentence.text and not dangles(rest):
            yield from _whole(sentence, rest, TLDR)


def _list_pieces(
    lines: Sequence[BodyLine], said: Sequence[Sentence], limit: int
) -> Iterator[_Piece]:
    """Each list with the label above it, in one sentence: «Results: gold at A; 118 of 120.»"""
    by_line: dict[int, list[Sentence]] = {}
    for sentence in said:
        by_line.setdefault(sentence.place[0], []).append(sentence)
    for number, line in enumerate(lines):
        if line.text.endswith(":") and not line.marked:
            items: list[Sentence] = []
            for item in takewhile(lambda at: is_item(lines[at]), range(number + 1, len(lines))):
                if len(split_sentences(lines[item].text)) == 1:
                    items += by_line.get(item, ())
            yield from _listed(split_sentences(line.text)[-1], items, limit)


def _listed(label: str, items: Sequence[Sentence], limit: int) -> Iterator[_Piece]:
    texts = [item.text.rstrip(" ,;.") for item in items]
    while len(texts) > 1:
        told = f"{label} {'; '.join(texts)}."
        if utf16_len(told) <= limit:
            prior = sum(item.prior for item in items) / len(items)
            places = tuple(item.place for item in items[: len(texts)])
            yield _Piece(told, places, prior, tuple(texts))
            return
        texts.pop()


def _bullet_pieces(
    said: Sequence[Sentence], quoted: Set[tuple[int, int]], title: str
) -> Iterator[_Piece]:
    """Whole sentences within ``BULLET`` that are not ``quoted`` yet, with what they lean on."""
    for number, sentence in enumerate(said):
        rest = without_join(sentence.text)
        if _fragment(sentence) or sentence.place in quoted or _repeats(sentence.text, title):
            continue
        if not dangles(rest):
            yield from _whole(sentence, rest, BULLET)
        elif (before := _before(said, number)) and quoted.isdisjoint(
            each.place for each in before
        ):
            yield from _joined((*before, sentence), title, BULLET)


def _fragment(sentence: Sentence) -> bool:
    """True for an item that goes on from its label, an aside, some words that state nothing."""
    text = sentence.text
    goes_on = sentence.item and text[0].islower() and not text[0].isascii()
    aside = text[0] == "(" and text.rstrip(".!")[-1:] == ")"
    return goes_on or aside or utf16_len(text) < _SHORTEST or text.count(" ") < _WORDS - 1


def _whole(sentence: Sentence, text: str, limit: int) -> Iterator[_Piece]:
    """The text of a sentence; one that is too long up to the end of a clause."""
    if utf16_len(text) <= limit:
        yield _piece(sentence, text)
    elif opening := _opening(text, limit):
        yield _piece(sentence, opening, _CUT)


def _piece(sentence: Sentence, text: str, share: float = 1.0) -> _Piece:
    return _Piece(text, (sentence.place,), sentence.prior * share, (text,))


def _joined(said: Sequence[Sentence], title: str, limit: int) -> Iterator[_Piece]:
    first = said[0]
    headed = first.place == (0, 0) and _repeats(first.text, title)  # a reader has just read it
    texts = tuple(sentence.text for sentence in said[1 if headed else 0 :])
    text = " ".join(map(closed, texts))
    if utf16_len(text) <= limit:
        prior = min(sentence.prior for sentence in said)
        yield _Piece(text, tuple(sentence.place for sentence in said), prior, texts)


def _before(said: Sequence[Sentence], number: int) -> Sequence[Sentence]:
    """The sentences before one that it goes on from; none where they lead nowhere either."""
    for first in range(number - 1, max(number - 1 - _MOST_JOINED, -1), -1):
        if stands_alone(said[first]):
            return said[first:number]
    return ()


def _repeats(text: str, title: str) -> bool:
    """True for what the title says already, and for a work that it names in short."""
    bare = text.rstrip(".!?…: ")
    if bare.casefold() in title.casefold():
        return True
    return title.endswith("…") and bare.startswith(title[:-1]) and is_work(bare)


def _opening(sentence: str, limit: int) -> str:
    """The first clauses of a sentence within ``limit`` units, with «…»; empty where none fit."""
    longest = max(openings(sentence, limit - 1), key=len, default="")
    return f"{longest}…" if len(longest) >= 2 * _SHORTEST else ""

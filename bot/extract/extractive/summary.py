"""The card of a post in its own words: budgeted concept coverage over sentences and clauses.

Greedy after Gillick and Favre (2009), "A scalable global model for summarization": the piece
with the most uncovered concepts per length comes next until the budget is full.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from bot.extract.extractive.body import BodyLine
from bot.extract.extractive.concepts import Concepts, concepts, weigh
from bot.extract.extractive.sentences import balanced, clauses, closed, split_sentences
from bot.extract.extractive.works import is_people
from bot.model import Card
from bot.text import shorten, utf16_len

TITLE, TLDR, BULLET, BULLETS = 70, 350, 110, 4
"""Limits of a card: UTF-16 units of title, tldr and one bullet; how many bullets."""

_LENGTH_POWER = 0.75
_SEEN = 0.05
_SHORTEST, _LONG = 20, 160
_CUT, _MIDDLE = 0.95, 0.65
_FIRST = 1.15
_CUE = re.compile(
    r"оказал|показ[аы]|превос|обход|обгон|достиг|удал[ао]с|позволя|предлага|главн|итог|вывод|"
    r"результат|лучш|быстре|дешевл|впервые|вышл|выпуст|представ|суть|иде[яи]|ключев|"
    r"outperform|achiev|show|propos|introduc|result|best|faster|cheaper|key|releas|state-of",
)
_FILLER = re.compile(
    r"разбор подготов|обзор подготов|интересным поделил|нашёл минутк|пост подготов|ставьте|"
    r"делитесь|подпис|подробн\w+ (?:по ссылк|в|тут|здесь)|ссылк|читайте|смотрите|stay tuned|"
    r"продолж\w+ (?:в|следует)|в комментари|всем привет|^привет|друзья|коллеги|"
    r"сегодня (?:раз|рас)|"
    r"на картинк|на скрин|на график|наверху|см\.|дисклеймер|приятного|напомин|как всегда|"
    r"^(?:статья|код|ревью|модел[ьи]|датасеты?|блог|демо|веса|github|paper|code|demo)\b.{0,30}$|"
    r"read more|subscribe|link in|follow us|промокод|лайк",
)
_PERSONAL = re.compile(r"(?:^|\s)(?:я|мне|меня|мой|моя|мои|мы|нам|i|my)\s")
_SIGN = re.compile(r"[^\w\s]|\d")
_QUESTION = re.compile(r"\?$")
_DANGLING = re.compile(
    r"^(?:он|она|оно|они|это|этот|эта|эти|такой|такая|такие|там|тут|его|её|их|it|this|these|they)\b",
)

_SHARES = (
    (_CUE, 1.2),
    (_FILLER, 0.2),
    (_PERSONAL, 0.85),
    (_QUESTION, 0.6),
    (_DANGLING, 0.85),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a post: its line and order there, how good it is before its content."""

    text: str
    place: tuple[int, int]
    prior: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """A quotable piece: its text, its line and sentence, how good it is before its content.

    ``parts`` are its clauses: what they speak of is read once for all pieces that share them.
    """

    text: str
    place: tuple[int, int]
    prior: float
    parts: tuple[str, ...]

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

    def choose(self, offered: Sequence[_Piece], room: int, most: int) -> list[_Piece]:
        """At most ``most`` pieces from different sentences that fit ``room``, in post order."""
        chosen: list[_Piece] = []
        spoken = [piece.concepts for piece in offered]
        # Telling more only lowers a gain, so that only the best of the old gains is read anew.
        heap = [(-self._gain(piece, spoken[n]), n) for n, piece in enumerate(offered)]
        heapify(heap)
        while heap and len(chosen) < most:
            _, order = heappop(heap)
            piece = offered[order]
            taken = any(other.place == piece.place for other in chosen)
            if taken or utf16_len(piece.text) > room:
                continue
            gain = self._gain(piece, spoken[order])
            if heap and gain < -heap[0][0]:
                heappush(heap, (-gain, order))
                continue
            if gain <= 0.0:
                break
            chosen.append(piece)
            room -= utf16_len(piece.text) + 1
            self.tell(piece.text)
        return sorted(chosen, key=lambda piece: piece.place)

    def _gain(self, piece: _Piece, spoken: Concepts) -> float:
        weight = self._weights.__getitem__
        gain = sum(map(weight, spoken)) - (1 - _SEEN) * sum(map(weight, spoken & self._told))
        return piece.prior * gain / math.pow(len(piece.text), _LENGTH_POWER)


def extract_card(
    lines: Sequence[BodyLine], said: Sequence[Sentence], title: str, english: bool
) -> Card:
    """Title, tldr and bullets of a post that has at least one line of text."""
    coverage = Coverage(lines, title, english)
    coverage.tell(title)
    chosen = coverage.choose(list(summary_pieces(said, TLDR, title)), TLDR, most=5)
    told = " ".join(closed(piece.text) for piece in chosen)
    left = [piece for piece in summary_pieces(said, BULLET, title) if piece.text not in told]
    bullets = coverage.choose(left, (BULLET + 1) * BULLETS, most=BULLETS)
    tldr = shorten(told, TLDR) or title
    return Card(title=title, tldr=tldr, bullets=tuple(piece.text for piece in bullets))


def sentences(lines: Sequence[BodyLine]) -> list[Sentence]:
    """Sentences of a post, its lists of people left out."""
    return [
        Sentence(text, (number, order), _prior(text, line, number))
        for number, line in enumerate(lines)
        if not is_people(line.text)
        for order, text in enumerate(split_sentences(line.text))
    ]


def summary_pieces(said: Iterable[Sentence], limit: int, title: str = "") -> Iterator[_Piece]:
    """Sentences and, from long ones, their clauses, each within ``limit`` units."""
    bare = title.rstrip(".!?…")
    for sentence in said:
        if sentence.text.rstrip(".!?…") != bare:
            yield from (
                _Piece(text, sentence.place, sentence.prior * share, parts)
                for text, share, parts in _within(sentence.text, limit)
            )


def _within(sentence: str, limit: int) -> Iterator[tuple[str, float, tuple[str, ...]]]:
    """The sentence if it fits, and runs of its clauses; a run from the middle counts less."""
    length = utf16_len(sentence)
    if _SHORTEST <= length <= limit:
        yield sentence, 1.0, (sentence,)
    if length > min(limit, _LONG):
        for text, parts in clauses(sentence, limit):
            opens = sentence.startswith(text)
            if len(text) >= (_SHORTEST if opens else 2 * _SHORTEST):
                yield text, _CUT if opens else _MIDDLE, parts


def _prior(sentence: str, line: BodyLine, number: int) -> float:
    prior = _FIRST if number < 3 else 1.0
    small = sentence.casefold()
    for pattern, share in _SHARES:
        if pattern.search(small):
            prior *= share
    if not balanced(sentence):
        prior *= 0.4
    label = line.text.endswith(":") and sentence == line.text
    if label or sentence[0] == "(":
        prior *= 0.3
    return prior * (1.0 if _readable(sentence) else 0.2)


def _readable(sentence: str) -> bool:
    """False for formulas and tables."""
    return len(_SIGN.findall(sentence)) <= 0.3 * len(sentence)

"""The card of a post in its own words: budgeted concept coverage over sentences and clauses.

Greedy after Gillick and Favre (2009), "A scalable global model for summarization": the piece
with the most uncovered concepts per length comes next until the budget is full.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.extract.body import Line
from bot.extract.concepts import concepts, weigh
from bot.extract.sentences import balanced, clauses, closed, split_sentences
from bot.model import Card
from bot.text import shorten, utf16_len

TITLE, TLDR, BULLET, BULLETS = 70, 350, 110, 4
"""Limits of a card: UTF-16 units of title, tldr and one bullet; how many bullets."""

_LENGTH_POWER = 0.55
_SEEN = 0.25
_SHORTEST = 20
_CUE = re.compile(
    r"оказал|показ[аы]|превос|обход|обгон|достиг|удал[ао]с|позволя|предлага|главн|итог|вывод|"
    r"результат|лучш|быстре|дешевл|впервые|вышл|выпуст|представ|суть|иде[яи]|ключев|"
    r"outperform|achiev|show|propos|introduc|result|best|faster|cheaper|key|releas|state-of",
)
_FILLER = re.compile(
    r"разбор подготов|обзор подготов|интересным поделил|нашёл минутк|пост подготов|ставьте|"
    r"делитесь|подпис|подробн\w+ (?:по ссылк|в|тут|здесь)|ссылк|читайте|смотрите|stay tuned|"
    r"продолж\w+ (?:в|следует)|в комментари|всем привет|^привет|друзья|коллеги|сегодня (?:раз|рас)|"
    r"на картинк|на скрин|на график|наверху|см\.|дисклеймер|приятного|напомин|как всегда|"
    r"^(?:статья|код|ревью|модел[ьи]|датасеты?|блог|демо|веса|github|paper|code|demo)\b.{0,30}$|"
    r"read more|subscribe|link in|follow us|промокод|лайк",
)
_PERSONAL = re.compile(r"(?:^|\s)(?:я|мне|меня|мой|моя|мои|мы|нам|i|my)\s")
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
class Piece:
    """A quotable piece: its text, its line and sentence, how good it is before its content."""

    text: str
    place: tuple[int, int]
    prior: float


class Coverage:
    """Weighs the concepts of one post and remembers which of them are told already."""

    def __init__(self, lines: Sequence[Line], title: str, english: bool) -> None:
        self._lines = lines
        self._weights = weigh((line.text for line in lines), title, english)
        self._told: set[str] = set()

    def tell(self, text: str) -> None:
        """What this text says needs no second telling."""
        self._told |= concepts(text)

    def choose(self, pieces: Sequence[Piece], room: int, most: int) -> list[Piece]:
        """At most ``most`` pieces from different sentences that fit ``room``, in post order."""
        chosen: list[Piece] = []
        left = list(pieces)
        while left and len(chosen) < most:
            fitting = [piece for piece in left if utf16_len(piece.text) <= room]
            best = max(fitting, key=self._gain, default=None)
            if best is None or self._gain(best) <= 0:
                break
            chosen.append(best)
            room -= utf16_len(best.text) + 1
            self.tell(best.text)
            left = [piece for piece in fitting if piece.place != best.place]
        return sorted(chosen, key=lambda piece: piece.place)

    def _gain(self, piece: Piece) -> float:
        gain = sum(
            self._weights.get(concept, 0.0) * (_SEEN if concept in self._told else 1.0)
            for concept in concepts(piece.text)
        )
        return piece.prior * gain / len(piece.text) ** _LENGTH_POWER


def card(lines: Sequence[Line], title: str, english: bool) -> Card:
    """Title, tldr and bullets of a post that has at least one line of text."""
    coverage = Coverage(lines, title, english)
    coverage.tell(title)
    chosen = coverage.choose(list(pieces(lines, TLDR, title)), TLDR, most=5)
    told = " ".join(closed(piece.text) for piece in chosen)
    bullets = coverage.choose(list(pieces(lines, BULLET, title)), BULLET * BULLETS, most=BULLETS)
    kept = tuple(piece.text for piece in bullets if piece.text not in told)
    return Card(title=title, tldr=shorten(told, TLDR) or title, bullets=kept)


def pieces(lines: Sequence[Line], limit: int, title: str = "") -> Iterator[Piece]:
    """Sentences of a post and, from long ones, their clauses, each within ``limit`` units."""
    for number, line in enumerate(lines):
        for order, sentence in enumerate(split_sentences(line.text)):
            if sentence != title:
                prior = _prior(sentence, line, number)
                yield from (
                    Piece(text, (number, order), prior * share)
                    for text, share in _within(sentence, limit)
                )


def _within(sentence: str, limit: int) -> Iterator[tuple[str, float]]:
    """The sentence if it fits, and runs of its clauses; a run from the middle counts less."""
    if _SHORTEST <= utf16_len(sentence) <= limit:
        yield sentence, 1.0
    if utf16_len(sentence) > min(limit, 160):
        for text, opens in clauses(sentence, limit):
            if utf16_len(text) >= _SHORTEST:
                yield text, 0.9 if opens else 0.7


def _prior(sentence: str, line: Line, number: int) -> float:
    prior = 1.15 if number < 3 else 1.0
    small = sentence.casefold()
    for pattern, share in _SHARES:
        if pattern.search(small):
            prior *= share
    if not balanced(sentence):
        prior *= 0.4
    if line.text.endswith(":") and sentence == line.text:
        prior *= 0.3
    return prior

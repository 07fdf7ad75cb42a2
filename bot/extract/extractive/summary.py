"""The card of a post in its own words: budgeted concept coverage over whole sentences.

Greedy after Gillick and Favre (2009), "A scalable global model for summarization": the piece
with the most uncovered concepts per length comes next until the budget is full.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import takewhile

from bot.extract.extractive.body import BodyLine
from bot.extract.extractive.concepts import Concepts, concepts, weigh
from bot.extract.extractive.sentences import balanced, closed, openings, split_sentences
from bot.extract.extractive.works import is_people
from bot.model import Card
from bot.text import shorten, utf16_len

TITLE, TLDR, BULLET = 70, 350, 110
"""Limits of a card: UTF-16 units of title, tldr and one bullet."""

BULLETS, BULLETS_OF_ROUNDUP = 4, 8
"""How many bullets a card has at most; a round-up's tell one of its works each."""

_LENGTH_POWER = 0.75
_SEEN = 0.05
_SHORTEST = 20
_CUT, _STATED = 0.6, 0.9
_POINTS = re.compile(
    r"(?<=\w[»”\")])(?:[:;] | [–—-]{1,2} )(?=\w)|(?<=\w)(?:[:;] | [–—-]{1,2} )(?=\w)"
)
_FIRST = 1.15
_MOST_JOINED = 2  # sentences that a dangling one may need before it
_POOR = 0.25  # beforehand: a sentence below this is quoted only where there is no other
_CUE = re.compile(
    r"оказал|показ[аы]|превос|обход|обгон|достиг|удал[ао]с|позволя|предлага|главн|итог|вывод|"
    r"результат|лучш|быстре|дешевл|впервые|вышл|выпуст|представ|суть|иде[яи]|ключев|"
    r"випуст|вийшл|дозволя|перевершу|"
    r"outperform|achiev|show|propos|introduc|result|best|faster|cheaper|key|releas|state-of",
)
_FILLER = re.compile(
    r"разбор подготов|обзор подготов|интересным поделил|нашёл минутк|пост подготов|ставьте|"
    r"делитесь|подпи(?:шись|шитесь|саться|сывай)|подробн\w+ (?:по ссылк|в|тут|здесь)|читайте|"
    r"ссылк[аи] (?:в|на|ниже|выше|тут|здесь)|по ссылк|смотрите|stay tuned|"
    r"продолж\w+ (?:в|следует)|в комментари|всем привет|^привет|друзья|коллеги|"
    r"сегодня (?:раз|рас)|"
    r"на картинк|на скрин|на график|наверху|см\.|дисклеймер|приятного|напомин|как всегда|"
    r"^(?:статья|код|ревью|модел[ьи]|датасеты?|блог|демо|веса|github|paper|code|demo)\b.{0,30}$|"
    r"read more|subscribe|link in|follow us|промокод|лайк|\bдонат|підпис|посиланн|"
    r"попробовать можно|спробувати можна|потестить|(?:тут|здесь|отсюда|туточки|звідси)\W*$|"
    r"сладких снов|p\.\s?s\b",
)
_PERSONAL = re.compile(r"(?:^|\s)(?:я|мне|меня|мой|моя|мои|мы|нам|мені|мене|i|my)\s")
_SIGN = re.compile(r"[^\w\s]|\d")
_QUESTION = re.compile(r"\?$")
_DANGLING = re.compile(
    r"^(?:он|она|оно|они|это|этот|эта|эти|этим|этого|такой|такая|такие|такое|там|тут|его|её|их|"
    r"им|ему|ей|них|нём|нем|первый|второй|вторая|оба|обе|в том числе|наоборот|напротив|то есть|"
    r"потому|значит|хотя|тогда|затем|потом|дальше|далее|"
    r"він|вона|воно|вони|це|цей|ця|ці|його|її|їх|їхн\w+|отже|тому|потім|"
    r"it|its|this|these|they|their|them|he|she|his|her|that|those|such|then|therefore|thus|both|"
    r"instead|otherwise)\b(?!-)",
)
_JOINS = re.compile(  # what a sentence can do without
    r"(?:(?:но|а|и|да|или|зато|однако|причём|причем|притом|тем не менее|ещё|еще|например|также|"
    r"тоже|поэтому|так что|в общем|в итоге|впрочем|к тому же|при этом|кроме того|более того|але|"
    r"та|тож|також|проте|однак|ще|наприклад|до того ж|при цьому|крім того|but|and|or|so|also|"
    r"however|moreover|still|besides)\b[,:]? )+(?=\w)",
    re.IGNORECASE,
)

_UNFINISHED = re.compile(  # a label of a list; or cut off after a word that leads on
    r":$|(?:^|\s)(?:а|без|в|во|для|до|за|и|из|к|как|ко|на|не|но|о|об|от|по|под|при|про|с|со|у|что"
    r"|і|й|з|із|що|та|від|the|a|an|of|to|in|on|for|and|or|with|by|is|that)$",
    re.IGNORECASE,
)
_SHARES = (
    (_CUE, 1.2),
    (_FILLER, 0.1),
    (_PERSONAL, 0.85),
    (_QUESTION, 0.1),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a post: its line and order there, how good it is before its content.

    ``item`` for one of a list.
    """

    text: str
    place: tuple[int, int]
    prior: float
    item: bool = False


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
        """At most ``most`` pieces of different sentences that fit ``room``, in post order."""
        chosen: list[_Piece] = []
        quoted: set[tuple[int, int]] = set()
        spoken = [piece.concepts for piece in offered]
        # Telling more only lowers a gain, so that only the best of the old gains is read anew.
        heap = [(-self._gain(piece, spoken[n]), n) for n, piece in enumerate(offered)]
        heapify(heap)
        while heap and len(chosen) < most:
            _, order = heappop(heap)
            piece = offered[order]
            if not quoted.isdisjoint(piece.places) or utf16_len(piece.text) > room:
                continue
            gain = self._gain(piece, spoken[order])
            if heap and gain < -heap[0][0]:
                heappush(heap, (-gain, order))
                continue
            if gain <= 0.0:
                break
            chosen.append(piece)
            quoted.update(piece.places)
            room -= utf16_len(piece.text) + 1
            self.tell(piece.text)
        return sorted(chosen, key=lambda piece: piece.places)

    def _gain(self, piece: _Piece, spoken: Concepts) -> float:
        weight = self._weights.__getitem__
        gain = sum(map(weight, spoken)) - (1 - _SEEN) * sum(map(weight, spoken & self._told))
        return piece.prior * gain / math.pow(len(piece.text), _LENGTH_POWER)


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
    good = [sentence for sentence in said if sentence.prior >= _POOR] or said
    lists = list(_list_pieces(lines, good))
    listed = {place for piece in lists for place in piece.places}
    alone = [sentence for sentence in good if sentence.place not in listed]
    chosen = coverage.choose([*_summary_pieces(alone, title), *lists], TLDR, most=5)
    told = " ".join(closed(piece.text) for piece in chosen)
    quoted = {place for piece in chosen for place in piece.places}
    left = (sentence for sentence in good if sentence.place not in quoted)
    bullets = coverage.choose(list(_bullet_pieces(left, title)), (BULLET + 1) * most, most)
    tldr = shorten(told, TLDR) or title
    return Card(title=title, tldr=tldr, bullets=tuple(piece.text for piece in bullets))


def sentences(lines: Sequence[BodyLine]) -> list[Sentence]:
    """Sentences of a post; lists of people and the labels of lists are left out."""
    return [
        Sentence(text, (number, order), _prior(text, line, number), line.marked)
        for number, line in enumerate(lines)
        if not is_people(line.text)
        for order, text in enumerate(split_sentences(line.text))
        if not _UNFINISHED.search(text) or not number
    ]


def _summary_pieces(said: Sequence[Sentence], title: str) -> Iterator[_Piece]:
    """Whole sentences within ``TLDR``, each with those before it that it cannot do without."""
    for number, sentence in enumerate(said):
        fragment = sentence.item and sentence.text[0].islower()
        if fragment or _repeats(sentence.text, title) or utf16_len(sentence.text) < _SHORTEST:
            continue
        if stands_alone(sentence):
            yield from _whole(sentence, sentence.text, TLDR)
        elif before := _before(said, number):
            yield from _joined((*before, sentence))
        elif (rest := _without_join(sentence.text)) != sentence.text:
            yield from _whole(sentence, rest, TLDR)


def _list_pieces(lines: Sequence[BodyLine], said: Sequence[Sentence]) -> Iterator[_Piece]:
    """Each list with the label above it, in one sentence: «Results: gold at A; 118 of 120.»"""
    by_line: dict[int, list[Sentence]] = {}
    for sentence in said:
        by_line.setdefault(sentence.place[0], []).append(sentence)
    for number, line in enumerate(lines):
        if line.text.endswith(":") and not line.marked:
            items = []
            for item in takewhile(lambda at: lines[at].marked, range(number + 1, len(lines))):
                if len(by_line.get(item, ())) == 1:
                    items += by_line[item]
            yield from _listed(line.text, items)


def _listed(label: str, items: Sequence[Sentence]) -> Iterator[_Piece]:
    texts = [item.text.rstrip(" ,;.") for item in items]
    while len(texts) > 1:
        told = f"{label} {'; '.join(texts)}."
        if utf16_len(told) <= TLDR:
            prior = sum(item.prior for item in items) / len(items)
            places = tuple(item.place for item in items[: len(texts)])
            yield _Piece(told, places, prior, tuple(texts))
            return
        texts.pop()


def _bullet_pieces(said: Iterable[Sentence], title: str) -> Iterator[_Piece]:
    """Whole sentences within ``BULLET`` that stand by themselves; of long ones what they state."""
    for sentence in said:
        rest = _without_join(sentence.text)
        offered = [] if _dangles(rest) else [*_whole(sentence, rest, BULLET)]
        if utf16_len(rest) > BULLET:
            stated = (text for text in _statements(rest) if not _dangles(text))
            offered += [_piece(sentence, text, _STATED) for text in stated]
        for piece in offered:
            if utf16_len(piece.text) >= _SHORTEST and not _repeats(piece.text, title):
                yield piece


def _whole(sentence: Sentence, text: str, limit: int) -> Iterator[_Piece]:
    """The text of a sentence; one that is too long up to the end of a clause."""
    if utf16_len(text) <= limit:
        yield _piece(sentence, text)
    elif opening := _opening(text, limit):
        yield _piece(sentence, opening, _CUT)


def _piece(sentence: Sentence, text: str, share: float = 1.0) -> _Piece:
    return _Piece(text, (sentence.place,), sentence.prior * share, (text,))


def _joined(said: Sequence[Sentence]) -> Iterator[_Piece]:
    texts = tuple(sentence.text for sentence in said)
    text = " ".join(map(closed, texts))
    if utf16_len(text) <= TLDR:
        prior = min(sentence.prior for sentence in said)
        yield _Piece(text, tuple(sentence.place for sentence in said), prior, texts)


def _before(said: Sequence[Sentence], number: int) -> Sequence[Sentence]:
    """The sentences before one that it goes on from; none where they lead nowhere either."""
    for first in range(number - 1, max(number - 1 - _MOST_JOINED, -1), -1):
        if stands_alone(said[first]):
            return said[first:number]
    return ()


def _repeats(text: str, title: str) -> bool:
    """True for what the title says already."""
    return text.rstrip(".!?…: ").casefold() in title.casefold()


def stands_alone(sentence: Sentence) -> bool:
    """True for a sentence that neither goes on from the one before nor speaks of what it names."""
    if sentence.place == (0, 0):
        return True  # whatever it begins with, nothing was before it
    return not _dangles(sentence.text) and _JOINS.match(sentence.text) is None


def _dangles(text: str) -> bool:
    return _DANGLING.match(text.casefold().lstrip('«"(')) is not None


def _without_join(text: str) -> str:
    """A sentence without the words that join it to the one before."""
    rest = _JOINS.sub("", text, count=1) if _JOINS.match(text) else text
    return rest[0].upper() + rest[1:] if rest != text else text


def _statements(sentence: str) -> Iterator[str]:
    """Parts of a long sentence that state something by themselves, with a capital.

    What stands between dashes, colons and semicolons; a long one up to the end of a clause.
    """
    for part in _POINTS.split(sentence)[1:]:
        fits = utf16_len(part) <= BULLET
        said = part if fits else _opening(part, BULLET)
        if utf16_len(said) >= 2 * _SHORTEST and balanced(said):
            yield said[0].upper() + said[1:]


def _opening(sentence: str, limit: int) -> str:
    """The first clauses of a sentence within ``limit`` units, with «…»; empty where none fit."""
    longest = max(openings(sentence, limit - 1), key=len, default="")
    return f"{longest}…" if len(longest) >= 2 * _SHORTEST else ""


def _prior(sentence: str, line: BodyLine, number: int) -> float:
    prior = _FIRST if number < 3 else 1.0
    small = sentence.casefold()
    for pattern, share in _SHARES:
        if pattern.search(small):
            prior *= share
    if not balanced(sentence):
        prior *= 0.4
    if sentence[0] == "(":
        prior *= 0.2
    return prior * (1.0 if _readable(sentence) else 0.2)


def _readable(sentence: str) -> bool:
    """False for formulas and tables."""
    return len(_SIGN.findall(sentence)) <= 0.4 * len(sentence)

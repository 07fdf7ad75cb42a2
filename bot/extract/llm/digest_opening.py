"""The opening of a digest, written by a model over checked cards and checked like a post. Pure.

The second of two steps: a post that got an order into its card must not get it any further, so
the model sees cards as data, names them by number, and code takes out what they do not say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from razdel import sentenize

from bot.extract.checks.numbers import foreign, numbers
from bot.extract.checks.quantities import in_digits, mistold, quantities
from bot.extract.checks.quotes import speaks
from bot.extract.checks.sanitize import sanitize
from bot.extract.forms import forms
from bot.model import Claim, Entry, Language, Theme
from bot.text import shorten

INTRO_LIMIT, TEXT_LIMIT, HEADLINE_LIMIT, WHY_LIMIT = 400, 300, 60, 120
THEMES, HIGHLIGHTS, CARDS = 4, 5, 25

_MOST_CITED = 6
_NUMBERS = re.compile(r"(\d{1,3})(?:\s?[-–—]\s?(\d{1,3}))?")
_CARD = r"(?:(?:№|#|n|карточк[аиуе]|пост[ыау]?|cards?|posts?)\s?)?\d{1,3}"
_CITED = re.compile(
    rf"[\[【(]\s?{_CARD}(?:\s?(?:[,;–—-]|и|and|&)\s?{_CARD})*\s?(?:[\]】]|\)(?=\s*(?:[.!?…]|$)))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Overview:
    """Plain text over entries of a digest; ``highlights`` are keys with a reason each."""

    intro: str
    themes: tuple[Theme, ...] = ()
    highlights: tuple[tuple[str, str], ...] = ()


def card_data(number: int, entry: Entry, language: Language) -> dict[str, str | int]:
    """What the model sees of an entry: its card and verdicts, no link."""
    card, analysis = entry.card(language), entry.analysis
    return {
        "n": number,
        "title": card.title,
        "tldr": card.tldr,
        "topic": analysis.topics[0].value,
        "kind": analysis.kind.value,
        "importance": analysis.importance,
        "channel": sanitize(entry.post.channel.title, ""),
    }


def check_overview(
    form: forms.OverviewForm, entries: Sequence[Entry], language: Language
) -> Overview:
    """Only what the cards say: references in range, numbers of the cited ones, plain text."""
    cards = _Cards(entries, language)
    themes = (_theme(each, cards) for each in form.themes)
    picked = {
        entries[each.post - 1].key: shorten(cards.true(each.why, [each.post]), WHY_LIMIT)
        for each in form.highlights
        if 1 <= each.post <= len(entries) and not entries[each.post - 1].skipped
    }
    intro = cards.true(form.intro, range(1, len(entries) + 1))
    return Overview(
        intro=_fitting(intro, INTRO_LIMIT),
        themes=tuple(theme for theme in themes if theme)[:THEMES],
        highlights=tuple(picked.items())[:HIGHLIGHTS],
    )


class _Cards:
    """The cards of an opening by their numbers from 1: what each says, and whether it bears."""

    def __init__(self, entries: Sequence[Entry], language: Language) -> None:
        cards = [entry.card(language) for entry in entries]
        self._told = [f"{card.title}. {card.tldr}" for card in cards]
        self._language = language
        self.keys = [entry.key for entry in entries]

    def true(self, text: str, cited: Sequence[int]) -> str:
        """Plain sentences in the language of the opening whose numbers the cited cards have."""
        told = " ".join(self._told[number - 1] for number in cited)
        known, counted = numbers(told), frozenset({Decimal(len(cited))})
        measured = quantities(in_digits(told))

        def holds(sentence: str) -> bool:
            if foreign(sentence, known, counted) or not speaks(sentence, self._language):
                return False
            return not any(mistold(each, measured) for each in quantities(in_digits(sentence)))

        plain = sanitize(_CITED.sub("", text), told, dotted=True)
        return " ".join(each.text for each in sentenize(plain) if holds(each.text))


def _theme(form: forms.ThemeForm, cards: _Cards) -> Theme | None:
    known = range(1, len(cards.keys) + 1)
    posts = list(dict.fromkeys(number for number in form.posts if number in known))
    claims = _claims(form.text, cards)
    headline = shorten(cards.true(form.headline, posts), HEADLINE_LIMIT)
    if len(posts) < 2 or not claims or not headline:
        return None
    keys = tuple(cards.keys[number - 1] for number in posts)
    return Theme(headline=headline, claims=claims, entries=keys)


def _claims(text: str, cards: _Cards) -> tuple[Claim, ...]:
    """Sentences that name their cards, without those that name none or one that is not there."""
    claims: list[Claim] = []
    room, known = TEXT_LIMIT, range(1, len(cards.keys) + 1)
    for sentence in sentenize(_cited_inside(text)):
        cited = list(dict.fromkeys(_numbers_of(sentence.text)))
        if not cited or not all(number in known for number in cited):
            continue
        told = cards.true(sentence.text, cited)
        if not told:
            continue
        if len(told) > room and claims:
            break
        bearers = tuple(cards.keys[number - 1] for number in cited)
        claims.append(Claim(text=shorten(told, TEXT_LIMIT), entries=bearers))
        room -= len(told) + 1
    return tuple(claims)


def _cited_inside(text: str) -> str:
    """The text with each citation before the stop of the sentence that it belongs to.

    “… 6×. [6] NABLA … [7]” cites after its stops; a text that begins with one cites before.
    """
    text = _CITED.sub(lambda found: "".join(f"[{n}]" for n in _numbers_of(found[0])), text)
    runs = r"(?:\[\d+\]\s*)+"
    if re.match(rf"\s*(?:[•*–-]\s*)?{runs}\w", text):
        parts = re.split(rf"(?:^|(?<=[.!?…])|\n)\s*(?:[•*–-]\s*)?({runs})(?=\w|[«\"“])", text)
        pairs = zip(parts[1::2], parts[2::2], strict=True)
        return " ".join(f"{said.rstrip(' .')} {cited.strip()}." for cited, said in pairs)
    return re.sub(rf"([.!?…]+)\s*({runs})(?=\s|$|\w|[«\"“])", r" \2\1 ", text)


def _numbers_of(text: str) -> Iterator[int]:
    """Numbers of all cards that a text cites; “[2-4]” are three."""
    for match in _CITED.finditer(text):
        for first, last in _NUMBERS.findall(match[0]):
            yield from range(int(first), min(int(last or first), int(first) + _MOST_CITED) + 1)


def _fitting(text: str, limit: int) -> str:
    kept = ""
    for sentence in sentenize(text):
        if len(kept) + len(sentence.text) + 1 > limit:
            return kept or shorten(sentence.text, limit)
        kept = f"{kept} {sentence.text}".strip()
    return kept

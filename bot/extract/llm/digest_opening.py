"""The opening of a digest, written by a model over checked cards and checked like a post. Pure.

The second of two steps: a post that got an order into its card must not get it any further, so
the model sees cards as data, names them by number, and code takes out what they do not say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from razdel import sentenize

from bot.extract.checks.numbers import NumberReading, foreign, numbers
from bot.extract.checks.sanitize import sanitize
from bot.extract.forms import forms
from bot.model import Claim, Entry, Language, Theme
from bot.text import shorten

INTRO_LIMIT, TEXT_LIMIT, HEADLINE_LIMIT, WHY_LIMIT = 400, 300, 60, 120
THEMES, HIGHLIGHTS, CARDS = 4, 5, 25

_NUMBERS = re.compile(r"\[(\d{1,3})\]")


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
    """Only what the cards say: references in range, numbers of the cards, plain text."""
    told = [f"{entry.card(language).title} {entry.card(language).tldr}" for entry in entries]
    words, known = " ".join(told), numbers(" ".join(told))
    themes = (_theme(each, entries, words, known) for each in form.themes)
    picked = {
        entries[each.post - 1].key: shorten(_true(each.why, words, known), WHY_LIMIT)
        for each in form.highlights
        if 1 <= each.post <= len(entries) and not entries[each.post - 1].skipped
    }
    return Overview(
        intro=_fitting(_true(form.intro, words, known), INTRO_LIMIT),
        themes=tuple(theme for theme in themes if theme)[:THEMES],
        highlights=tuple(picked.items())[:HIGHLIGHTS],
    )


def _theme(
    form: forms.ThemeForm, entries: Sequence[Entry], words: str, known: frozenset[NumberReading]
) -> Theme | None:
    keys = {entries[n - 1].key: None for n in form.posts if 1 <= n <= len(entries)}
    claims = _claims(form.text, entries, words, known)
    headline = shorten(_true(form.headline, words, known), HEADLINE_LIMIT)
    if len(keys) < 2 or not claims or not headline:
        return None
    return Theme(headline=headline, claims=claims, entries=tuple(keys))


def _claims(
    text: str, entries: Sequence[Entry], words: str, known: frozenset[NumberReading]
) -> tuple[Claim, ...]:
    """Sentences that name their cards, without those that name none or one that is not there."""
    claims: list[Claim] = []
    room = TEXT_LIMIT
    for sentence in sentenize(text):
        named = dict.fromkeys(int(n) for n in _NUMBERS.findall(sentence.text))
        told = _true(sentence.text, words, known)
        if not told or not named or not all(1 <= n <= len(entries) for n in named):
            continue
        if len(told) > room and claims:
            break
        bearers = tuple(entries[n - 1].key for n in named)
        claims.append(Claim(text=shorten(told, TEXT_LIMIT), entries=bearers))
        room -= len(told) + 1
    return tuple(claims)


def _true(text: str, words: str, known: frozenset[NumberReading]) -> str:
    """Plain text without sentences whose numbers no card has."""
    sentences = (sentence.text for sentence in sentenize(sanitize(text, words)))
    return " ".join(sentence for sentence in sentences if not foreign(sentence, known))


def _fitting(text: str, limit: int) -> str:
    kept = ""
    for sentence in sentenize(text):
        if len(kept) + len(sentence.text) + 1 > limit:
            return kept or shorten(sentence.text, limit)
        kept = f"{kept} {sentence.text}".strip()
    return kept

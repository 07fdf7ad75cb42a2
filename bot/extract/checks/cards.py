"""One card of a form against its post: plain, in its language, about what the post says. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from razdel import sentenize

from bot.extract.checks.copied_form import Instructions, echoes
from bot.extract.checks.numbers import foreign
from bot.extract.checks.owners import misowned, name_words, owned
from bot.extract.checks.quantities import (
    DIRECTION,
    in_digits,
    mistold,
    quantities,
    reversed_steps,
    steps,
)
from bot.extract.checks.quotes import PostText, speaks
from bot.extract.checks.swapped_numbers import find_swapped, mentions_any
from bot.extract.forms.forms import CardForm
from bot.i18n import language_texts
from bot.model import Card, Language
from bot.text import cyrillic_share, shorten

FOREIGN_NUMBER, FOREIGN_NAME, LANGUAGE = "foreign_number", "foreign_name", "language"
WORDLESS, ECHO, UNRELATED = "wordless_card", "echoed_form", "unrelated_card"
SWAPPED, OWNER, EMPTY, LONG = "swapped_numbers", "owner", "empty_card", "too_long"

TLDR_LIMIT, TITLE_LIMIT, BULLET_LIMIT, GIST_LIMIT = 350, 70, 160, 200
BULLETS, BULLETS_OF_ROUNDUP = 4, 8

_LETTERS_ENOUGH = 20
_LEAST_WORDS = 3  # of title and summary together
_ENOUGH = 8  # words of a post that says something: of fewer none need be in its card
_WORD = re.compile(r"[^\W\d_]{2,}")
_CLAUSE = re.compile(r"\s*(?:[,;:]|\s[–—-]|\.|\()\s")
_SHORTEST_TITLE = 25


def check_card(
    form: CardForm,
    language: Language,
    source: PostText,
    told: Instructions,
    counts: Counter[str],
    faults: list[str],
    most: int = BULLETS,
) -> Card | None:
    """The card as it may be shown, None where nothing is left; faults are for the repair turn."""
    given = [source.plain(text, counts) for text in (form.title, form.tldr, *form.bullets)]
    texts = [text if any(map(str.isalnum, text)) else "" for text in given]
    title, tldr, *bullets = texts
    if refused := _refusal(texts, language, source, told):
        rule, says = refused
        _refuse(rule, f"the card {language!r} {says}", counts, faults)
        return None
    counts[FOREIGN_NAME] += len(source.unknown_names(" ".join(texts)))
    mixed = _swapped(texts, source)

    def holds(text: str) -> bool:
        spoken = _spoken(text, language, source, counts, faults)
        return spoken and _honest(text, source, counts, faults, mixed)

    own = [text for text in bullets if not _echoed(text, told, source, counts, faults)]
    bullets = [text for text in own if text and holds(text)]
    borne = [text for text in _sentences(tldr) if holds(text)]
    tldr = _fitting(borne or bullets[:1], counts)
    if not tldr:
        _refuse(EMPTY, f"nothing in the card {language!r} is borne out", counts, faults)
        return None
    if not title or not holds(title):
        title = tldr
    if not _related(" ".join((title, tldr, *bullets)), language, source):
        nothing = f"the card {language!r} has no word, name or number of the post"
        _refuse(UNRELATED, nothing, counts, faults)
        return None
    shown = tuple(shorten(text, BULLET_LIMIT) for text in bullets if text != tldr)
    return Card(title=_headline(title, counts), tldr=tldr, bullets=shown[:most])


def check_gists(
    gists: Mapping[int, str],
    language: Language,
    source: PostText,
    told: Instructions,
    counts: Counter[str],
    faults: list[str],
) -> dict[int, str]:
    """What is said of each work, by its place, as it may be shown; what does not hold is left out.

    Held to all that a card is held to.
    """
    plain = {place: source.plain(text, counts) for place, text in gists.items()}
    said = {place: text for place, text in plain.items() if any(map(str.isalpha, text))}
    mixed = _swapped([*said.values()], source)
    return {
        place: shorten(text, GIST_LIMIT).rstrip(" .")
        for place, text in said.items()
        if not _echoed(text, told, source, counts, faults)
        and _spoken(text, language, source, counts, faults)
        and _honest(text, source, counts, faults, mixed)
    }


def is_borne_out(text: str, language: Language, source: PostText, told: Instructions) -> bool:
    """True for a plain sentence that may be shown: in the language, with nothing but the source's.

    Held to all that a sentence of a card is held to; what names or says nothing of it is not.
    """
    counts, faults = Counter[str](), list[str]()
    return (
        source.shares(text)
        and not source.unknown_names(text)
        and not _echoed(text, told, source, counts, faults)
        and _spoken(text, language, source, counts, faults)
        and _honest(text, source, counts, faults, _swapped([text], source))
    )


def _refusal(
    texts: Sequence[str], language: Language, source: PostText, told: Instructions
) -> tuple[str, str] | None:
    """Under which rule no card can be made of these texts, and why."""
    title, tldr, *bullets = texts
    if not tldr and not any(bullets):
        return EMPTY, "is empty"
    if not _in_words(f"{title} {tldr}", source):
        return WORDLESS, "says nothing about the post"
    if echoes(title, told, source) or echoes(tldr, told, source):
        return ECHO, "repeats what the form asks for instead of what the post says"
    if not _in_language(f"{title} {tldr}", language):
        return LANGUAGE, "is in another language"
    return None


def _related(text: str, language: Language, source: PostText) -> bool:
    """False for a text in the language of a post of some length that has nothing of the post."""
    comparable = language == source.language and len(source.content) >= _ENOUGH
    return not comparable or source.shares(text)


def _echoed(
    text: str, told: Instructions, source: PostText, counts: Counter[str], faults: list[str]
) -> bool:
    """True for a point that is the form's own words; a fault."""
    found = echoes(text, told, source)
    if found:
        _refuse(
            ECHO, f"what the form asks for, not the post: {shorten(text, 100)}", counts, faults
        )
    return found


def _swapped(texts: Sequence[str], source: PostText) -> frozenset[str]:
    """Numbers in each other's place within a text, or over the whole card."""
    digits = [in_digits(text) for text in texts]
    each = (find_swapped(text, source.word_contexts) for text in (*digits, "\n".join(digits)))
    return frozenset().union(*each)


def _refuse(rule: str, fault: str, counts: Counter[str], faults: list[str]) -> None:
    counts[rule] += 1
    faults.append(fault)


def _in_words(text: str, source: PostText) -> bool:
    """True for a card made of words, as many as a post so short can give; ``2`` is none."""
    said = _WORD.findall(text)
    return len(said) >= min(_LEAST_WORDS, len(_WORD.findall(source.text)))


def _spoken(
    text: str, language: Language, source: PostText, counts: Counter[str], faults: list[str]
) -> bool:
    """True for a field or a sentence in the language of its card; names may be in any."""
    if speaks(text, language) and not source.neighbours(text):
        return True
    told = f"in another language than {language!r}: {shorten(text, 100)}"
    _refuse(LANGUAGE, told, counts, faults)
    return False


def _in_language(text: str, language: Language) -> bool:
    if sum(char.isalpha() for char in text) < _LETTERS_ENOUGH:
        return True
    least, most = language_texts(language).cyrillic
    return least <= cyrillic_share(text) <= most


def _honest(
    text: str,
    source: PostText,
    counts: Counter[str],
    faults: list[str],
    mixed: frozenset[str],
) -> bool:
    """True for text whose every number stands in the post, told as there and of whom it is told.

    ``mixed`` are numbers of the whole card known to be in each other's place.
    """
    wrong: list[tuple[str, str]] = []
    if strange := foreign(text, source.numbers, source.counts):
        counts[FOREIGN_NUMBER] += len(strange)
        wrong.append(("not in the post", ", ".join(strange[:5])))
    digits = in_digits(text)
    told = quantities(digits)
    if mentions_any(digits, mixed):
        counts[SWAPPED] += 1
        wrong.append(("belong to each other's facts", ", ".join(sorted(mixed)[:5])))
    for each in told:
        if rule := mistold(each, source.quantities):
            counts[rule] += 1
            wrong.append((f"another {rule} than in the post", each.text))
    for step in reversed_steps(steps(digits, told), source.steps):
        counts[DIRECTION] += 1
        wrong.append(("the other way round in the post", step))
    names = source.names_in | name_words(digits)
    for number in misowned(owned(digits, told, names), source.owned(names)):
        counts[OWNER] += 1
        wrong.append(("of another in the post", number))
    faults += [f"{says}: {which} (in: {shorten(text, 100)})" for says, which in wrong]
    return not wrong


def _sentences(text: str) -> list[str]:
    return [sentence.text for sentence in sentenize(text)]


def _fitting(sentences: list[str], counts: Counter[str]) -> str:
    """As many first sentences as fit, at least a shortened one."""
    kept = ""
    for sentence in sentences:
        if len(kept) + len(sentence) + 1 > TLDR_LIMIT:
            counts[LONG] += 1
            return kept or shorten(sentence, TLDR_LIMIT)
        kept = f"{kept} {sentence}".strip()
    return kept


def _headline(text: str, counts: Counter[str]) -> str:
    """A title cut at the end of a clause where there is one."""
    text = text.rstrip(" .")
    if len(text) <= TITLE_LIMIT:
        return text
    counts[LONG] += 1
    ends = [found.start() for found in _CLAUSE.finditer(text[: TITLE_LIMIT + 1])]
    best = max((end for end in ends if end >= _SHORTEST_TITLE), default=0)
    return text[:best] if best else shorten(text, TITLE_LIMIT)

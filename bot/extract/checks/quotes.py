"""Whether words stand in a post: quotes, titles, names. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, cached_property

from rapidfuzz.fuzz import partial_ratio

from bot.extract.checks.numbers import NumberReading, foreign, numbers, things_listed
from bot.extract.checks.owners import Owned, name_words, owned
from bot.extract.checks.prompt_injection import ORDER, suspicion
from bot.extract.checks.quantities import (
    NumberStep,
    Quantity,
    conversions,
    in_digits,
    quantities,
    steps,
)
from bot.extract.checks.sanitize import sanitize
from bot.extract.checks.swapped_numbers import WordContexts, word_contexts
from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.model import Language, Post
from bot.store.read_model.terms import STOP, forms
from bot.taxonomy.spelling import sound
from bot.text import clean, cyrillic_share, normalise, stem, visible, words

LIKENESS = 95
"""Least ``partial_ratio`` of a quote to its post: forgives quotation marks, not words."""

_FUZZY_FROM = 16  # shorter fragments are matched by words: one wrong letter is another name
_EDGES = " .,;:!?…'()[]-–—*"
_LATIN = re.compile(r"[A-Za-z][\w.+-]*\w")
_QUOTES = str.maketrans("’‘ʼ`", "''''", '«»“”„"')
_FLEETING = re.compile("[ео](?=[бвгджзклмнпрстфхцчшщ]$)")
_LETTERS_ENOUGH = 20
_SHORT_STEM, _ENDING = 3, 3
_STEM = 5  # letters: квантизация and квантованный are about one thing
_RUSSIAN_FROM, _ENGLISH_TO = 0.5, 0.1  # shares of Cyrillic: clearer than for a card
_NEIGHBOURS = re.compile("[іїєґўәғқңөұүһђјљњћџѓќ]")  # letters of other languages in Cyrillic
_COMMON = 3  # different little words of a language that a post in it has


class PostText:
    """All that the author of a post wrote: text, words of links, the attached preview.

    ``raw`` keeps what no reader sees, ``text`` does not.
    """

    def __init__(self, post: Post) -> None:
        preview = post.preview
        attached = [preview.title, preview.description] if preview else []
        parts = [post.text, *(link.anchor for link in post.links), *attached]
        self.raw = "\n".join(parts)
        self.text = visible(clean(self.raw))
        self._plain = _bare(self.text)
        self._links = len(post.links)
        self._owned: dict[frozenset[str], tuple[Owned, ...]] = {}

    @cached_property
    def numbers(self) -> frozenset[NumberReading]:
        """All numbers of the post in all their readings, spans of time in other units too."""
        return numbers(self.text) | frozenset(conversions(self.quantities))

    @cached_property
    def counts(self) -> frozenset[NumberReading]:
        """How many things the post lists, each way of counting them."""
        return things_listed(self.text, self._links)

    @cached_property
    def _digits(self) -> str:
        return in_digits(self.text)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """How the post tells its numbers."""
        return quantities(self._digits)

    @cached_property
    def steps(self) -> tuple[NumberStep, ...]:
        """What changed in the post from one number to another."""
        return steps(self._digits, self.quantities)

    def owned(self, names: frozenset[str]) -> tuple[Owned, ...]:
        """Whose the numbers of the post are, where these words are names, too."""
        known = names & self._capitals | self.names_in
        if known not in self._owned:
            self._owned[known] = owned(self._digits, self.quantities, known)
        return self._owned[known]

    @cached_property
    def _capitals(self) -> frozenset[str]:
        words_of_post = re.findall(r"[^\W\d_]+", self._digits)
        return frozenset(word.casefold() for word in words_of_post if word[0].isupper())

    @cached_property
    def names_in(self) -> frozenset[str]:
        """Words of the post that are names wherever they stand."""
        return name_words(self._digits)

    @cached_property
    def word_contexts(self) -> WordContexts:
        """What stands round each number of the post."""
        return word_contexts(self._digits)

    @cached_property
    def _stems(self) -> str:
        return f" {_stemmed(self.text)} "

    @cached_property
    def content(self) -> frozenset[str]:
        """Beginnings of all words that say something."""
        return content(words(self.text))

    @cached_property
    def language(self) -> Language | None:
        """The language that the post is surely written in, by its little words."""
        little = {word for word in words(self.text) if word in STOP}
        russian = sum(word >= "а" for word in little)
        share = cyrillic_share(self.text)
        if share >= _RUSSIAN_FROM and russian >= _COMMON and not _NEIGHBOURS.search(self._plain):
            return "ru"
        return "en" if share <= _ENGLISH_TO and len(little) - russian >= _COMMON else None

    def shares(self, text: str) -> bool:
        """True for a text with a telling word, a name or a number of the post."""
        if not self.content.isdisjoint(content(words(text)) - _everywhere()):
            return True
        return any(len(str(number)) > 1 for number in numbers(text) & self.numbers)

    def has_term(self, term: str) -> bool:
        """True for a search term of which the post has at least half of the words, in any form.

        A term in the other alphabet is found by how it sounds: «прунинг», “pruning”.
        """
        said = words(term)
        own = content(said)
        if not own:
            return self.quotes(term)
        if len(own & self.content) * 2 >= len(own):
            return True
        sounds = [sound(word)[:_STEM] for word in said]
        return all(len(each) > _SHORT_STEM and each in self._sounds for each in sounds)

    @cached_property
    def _sounds(self) -> frozenset[str]:
        return frozenset(sound(word)[:_STEM] for word in words(self.text))

    def quotes(self, fragment: str) -> bool:
        """True for a fragment that stands in the post, up to punctuation; numbers must agree."""
        wanted = _bare(visible(clean(fragment))).strip(_EDGES)
        if not wanted or len(wanted) > len(self._plain):
            return False
        if re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", self._plain):
            return True
        if len(wanted) < _FUZZY_FROM or foreign(wanted, self.numbers):
            return False
        return partial_ratio(wanted, self._plain, score_cutoff=LIKENESS) >= LIKENESS

    def names(self, name: str) -> bool:
        """True for a name that the post uses, in any case of its words."""
        stems = _stemmed(name)
        if not stems:
            return False
        return f" {stems} " in self._stems or self.quotes(name) or self._declines(name)

    def _declines(self, name: str) -> bool:
        """True for Russian words that stand in the post in a row but for their endings."""
        wanted, said = words(name), self._words
        if not wanted or len(name) < _STEM or cyrillic_share(name) < 1:
            return False
        starts = range(len(said) - len(wanted) + 1)
        rows = (said[at : at + len(wanted)] for at in starts if said[at][:2] == wanted[0][:2])
        return any(all(map(_declined, row, wanted)) for row in rows)

    @cached_property
    def _words(self) -> list[str]:
        return words(self.text)

    def unknown_names(self, text: str) -> list[str]:
        """Latin words with two capitals or digits that the post does not have."""
        tokens = (token for token in _LATIN.findall(text) if _is_name(token))
        return [token for token in tokens if normalise(token) not in self._plain]

    def neighbours(self, text: str) -> bool:
        """True for a text with words of another language in Cyrillic than Russian.

        A name that the post itself writes so is none of it, three such words are.
        """
        near = [word for word in words(text) if _NEIGHBOURS.search(word)]
        return len(near) >= _COMMON or any(word not in self._plain for word in near)

    @cached_property
    def suspicion(self) -> int:
        """How much the post looks like orders to a model."""
        return suspicion(self.raw)

    def plain(self, text: str, counts: Counter[str] | None = None) -> str:
        """A text about the post without what may not be shown; its dotted names as they are."""
        return sanitize(text, self.text, counts, dotted=self.suspicion < ORDER)


def speaks(text: str, language: Language) -> bool:
    """True for a text in that language, or for a name in any; of a few letters none can tell."""
    if sum(char.isalpha() for char in text) < _LETTERS_ENOUGH:
        return True
    least, most = language_texts(language).cyrillic
    named = most == 1 and not is_prose(text)
    return named or least <= cyrillic_share(text) <= most


def _declined(one: str, two: str) -> bool:
    """True for two forms of a word: the same but for up to three letters at the end."""
    pairs = enumerate(zip(one, two, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(one), len(two)))
    least = min(len(one), len(two))
    return same >= max(_SHORT_STEM, least - 2) and max(len(one), len(two)) - same <= _ENDING


def is_prose(text: str) -> bool:
    """True for a text with little words of English, as sentences have and most names do not."""
    little = sum(word in STOP and word.isascii() for word in words(text))
    heads: list[str] = re.findall(r"[A-Za-z]{4,}", text)
    lower = sum(word[0].islower() for word in heads)
    return little > 1 and lower * 2 >= len(heads)


def _bare(text: str) -> str:
    """A normalised text without quotation marks, its apostrophes straight."""
    return " ".join(normalise(text.translate(_QUOTES)).split())


def _stemmed(text: str) -> str:
    """The stems of all words, as far as a name is the same in all its cases: «Павел», «Павла»."""
    stems = (stem(word) for word in words(text.translate(_QUOTES)))
    return " ".join(_FLEETING.sub("", each) if len(each) > _SHORT_STEM else each for each in stems)


@cache
def _everywhere() -> frozenset[str]:
    """Beginnings of words that say nothing of what a text is about."""
    return content(" ".join(language_texts(code).stop_words for code in LANGUAGES).split())


def content(said: Iterable[str]) -> frozenset[str]:
    """Beginnings of the normalised words that say something, also of those inside of words."""
    stems = (form for word in said if word not in STOP for form in forms(word))
    return frozenset(stem[:_STEM] for stem in stems if len(stem) > 1)


def _is_name(token: str) -> bool:
    return sum(char.isupper() or char.isdigit() for char in token) >= 2

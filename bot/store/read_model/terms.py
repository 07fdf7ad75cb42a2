"""What is looked for, and the terms under which an entry is found. Pure.

A search asks the file of all posts by an ``expression``; what is followed is compared with one
entry by ``Findable.matches``. Both say the same of an entry, as both are made of ``_needed``.

A term is the stem of a word, or a mark: ``^paper`` ``^code`` ``^public`` ``@channel`` ``#topic``
``=kind``.
``!stem`` is in the entry too when the word is prominent there, which stands in for its frequency.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.model import Entry
from bot.taxonomy.topics import Kind, Topic
from bot.text import stem, words

STOP = frozenset(
    word for code in LANGUAGES for word in language_texts(code).function_words.split()
)
"""Words that stand in most posts: not indexed and, beside others, not looked for."""

ANY = "^any"
"""The mark that every entry has."""

_TERM_LENGTH = 32  # characters; longer words are keys and codes, told apart by their beginning
_OFTEN = 3  # as often a word is what the post is about
_JOINTS = re.compile("[.'’]")
_PARTS = re.compile(r"-|\+(?=[^+])")
_MARKS = "^@#="
_PLAIN_PART = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Query:
    """What a reader looks for; channels, topics and kinds are alternatives, all else must hold.

    ``words``, ``without`` and the words of ``phrases`` are normalised; ``channels`` are handles
    without ``@``, caseless; ``days`` counts back from now; ``public`` leaves
    out channels without a handle.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    kinds: tuple[Kind, ...] = ()
    paper: bool = False
    code: bool = False
    public: bool = False
    days: int | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """All words that must be there, each once."""
        inside = (word for phrase in self.phrases for word in phrase)
        return tuple(dict.fromkeys(word for word in (*self.words, *inside) if word not in STOP))

    @property
    def empty(self) -> bool:
        """True when nothing is asked for."""
        return self == Query()


@dataclass(frozen=True)
class LooseQuery:
    """What a question names: nothing of it must hold, the more of it the better.

    ``words`` are normalised, ``channels`` handles without ``@``, caseless; ``span`` is half-open.
    ``topics`` and ``kinds`` weigh less than a rare word: they are guessed.
    """

    words: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    kinds: tuple[Kind, ...] = ()
    span: tuple[datetime, datetime] | None = None


def forms(word: str) -> tuple[str, ...]:
    """Stems of a normalised word written together and of its parts: ``fine-tuning`` has three."""
    parts = [part for part in (_JOINTS.sub("", p) for p in _PARTS.split(word)) if part]
    return tuple(dict.fromkeys(stem(part)[:_TERM_LENGTH] for part in ("".join(parts), *parts)))


def expression(query: Query) -> str:
    """The query as an FTS5 expression of quoted terms; valid whatever the words are."""
    found = " AND ".join(map(_said, _needed(query))) or _quoted(ANY)
    unwanted = " OR ".join(map(_said, _unwanted(query)))
    return f"({found}) NOT ({unwanted})" if unwanted else found


def lookup_terms(query: Query) -> tuple[str, ...]:
    """Terms of which any entry that the query finds has one; none where it finds nearly all.

    As few entries as possible: the longest word, else a channel, else another mark.
    """
    best = max(_needed(query), key=_telling, default=())
    return tuple(max(terms, key=len) for terms in best)


def certain_terms(query: Query) -> tuple[str, ...]:
    """Terms all of which every entry has that the query finds."""
    return tuple(term for (terms, *others) in _needed(query) if not others for term in terms)


def prominent(word: str) -> str:
    """The expression for entries in which a word is prominent."""
    return _quoted(f"!{forms(word)[0]}")


def terms(entry: Entry) -> set[str]:
    """Everything under which an entry is found."""
    return {ANY, *_marks(entry), *_body(entry)}


class Findable:
    """An entry as a search sees it: the terms and the texts of it, which are made when asked for.

    What else is to be found of an entry is added to ``_texts``: it is then searched and followed.
    """

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    @cached_property
    def terms(self) -> frozenset[str]:
        """Everything under which it is found."""
        return frozenset(terms(self._entry))

    @cached_property
    def _sayings(self) -> tuple[str, ...]:
        return tuple(f" {' '.join(words(text))} " for text in _texts(self._entry))

    def says(self, phrase: tuple[str, ...]) -> bool:
        """True when the words of the phrase stand in a row in it, in the same form."""
        looked_for = f" {' '.join(phrase)} "
        return any(looked_for in said for said in self._sayings)

    def matches(self, query: Query) -> bool:
        """True when a search for the query finds it, whenever it was published."""
        return (
            all(self._has(condition) for condition in _needed(query))
            and not any(self._has(condition) for condition in _unwanted(query))
            and all(self.says(phrase) for phrase in query.phrases)
        )

    def _has(self, condition: "_Condition") -> bool:
        return any(self.terms.issuperset(terms) for terms in condition)


_Condition = tuple[tuple[str, ...], ...]
"""Alternatives; of each all terms must be there."""


def _needed(query: Query) -> Sequence[_Condition]:
    """What must hold of an entry, but for phrases, of which it must have the words at least."""
    alternatives = (
        [f"@{name}" for name in query.channels],
        [f"#{topic}" for topic in query.topics],
        [f"={kind}" for kind in query.kinds],
        ["^paper"] if query.paper else [],
        ["^code"] if query.code else [],
        ["^public"] if query.public else [],
    )
    marks = (tuple((mark,) for mark in found) for found in alternatives if found)
    return (*map(_word, query.wanted), *marks)


def _unwanted(query: Query) -> Sequence[_Condition]:
    return [_word(word) for word in query.without if word not in STOP]


def _telling(condition: _Condition) -> tuple[bool, bool, int]:
    """Orders conditions by how few entries meet them, as far as that can be told."""
    longest = [max(terms, key=len) for terms in condition]
    return min((term[0] not in _MARKS, term[0] == "@", len(term)) for term in longest)


def _word(word: str) -> _Condition:
    """Written together, or as separate words: ``fine-tuning`` finds ``fine tuning``."""
    whole, *parts = forms(word)
    pieces = [part for part in _PARTS.split(word) if part]
    if len(parts) < 2 or not all(_PLAIN_PART.fullmatch(piece) for piece in pieces):
        return ((whole,),)
    return (whole,), tuple(parts)


def _said(condition: _Condition) -> str:
    """The condition as a part of an expression."""
    parts = [" AND ".join(map(_quoted, terms)) for terms in condition]
    if len(parts) == 1:
        return parts[0]
    return f"({' OR '.join(f'({part})' for part in parts)})"


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _marks(entry: Entry) -> Iterable[str]:
    analysis, channel = entry.analysis, entry.post.channel
    kinds = {link.kind for link in entry.post.links}
    if "paper" in kinds or any(paper.role == "main" for paper in analysis.papers):
        yield "^paper"
    if "code" in kinds:
        yield "^code"
    if entry.post.public:
        yield "^public"
    yield f"@{(channel.handle or channel.ref).removeprefix('@').casefold()}"
    yield f"={analysis.kind}"
    yield from (f"#{topic}" for topic in analysis.topics)


def _body(entry: Entry) -> Iterable[str]:
    counted = Counter(_forms(_texts(entry)))
    often = {form for form, times in counted.items() if times >= _OFTEN}
    yield from counted
    yield from (f"!{form}" for form in often.union(_forms(_titles(entry))))


def _forms(texts: Iterable[str]) -> Iterable[str]:
    found = (word for text in texts for word in words(text) if word not in STOP)
    return (form for word in found for form in forms(word))


def _texts(entry: Entry) -> Iterable[str]:
    yield entry.post.text
    yield from _titles(entry)
    for card in entry.analysis.cards.values():
        yield from (card.tldr, *card.bullets)
    for paper in entry.analysis.papers:
        yield from paper.gists.values()


def _titles(entry: Entry) -> Iterable[str]:
    for card in entry.analysis.cards.values():
        yield card.title
    for paper in entry.analysis.papers:
        yield paper.title or ""
        yield (paper.id or "").partition(":")[2]
    yield from entry.analysis.keywords

"""What is looked for, and the terms under which an entry is found. Pure.

A term is the stem of a word, or a mark: ``^paper`` ``^code`` ``@channel`` ``#topic`` ``=kind``.
``!stem`` is in the entry too when the word is prominent there, which stands in for its frequency.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
_PLAIN_PART = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Query:
    """What a reader looks for; channels, topics and kinds are alternatives, all else must hold.

    ``words``, ``without`` and the words of ``phrases`` are normalised; ``channels`` are handles
    without ``@``, caseless; ``days`` counts back from now.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    kinds: tuple[Kind, ...] = ()
    paper: bool = False
    code: bool = False
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
class Question:
    """What a question names: nothing of it must hold, the more of it the better.

    ``words`` are normalised, ``channels`` handles without ``@``, caseless; ``span`` is half-open.
    """

    words: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    span: tuple[datetime, datetime] | None = None


def forms(word: str) -> tuple[str, ...]:
    """Stems of a normalised word written together and of its parts: ``fine-tuning`` has three."""
    parts = [part for part in (_JOINTS.sub("", p) for p in _PARTS.split(word)) if part]
    return tuple(dict.fromkeys(stem(part)[:_TERM_LENGTH] for part in ("".join(parts), *parts)))


def expression(query: Query) -> str:
    """The query as an FTS5 expression of quoted terms; valid whatever the words are."""
    needed = [having(word) for word in query.wanted]
    needed += [_any_of(f"@{name}" for name in query.channels)] if query.channels else []
    needed += [_any_of(f"#{topic}" for topic in query.topics)] if query.topics else []
    needed += [_any_of(f"={kind}" for kind in query.kinds)] if query.kinds else []
    needed += [_quoted("^paper")] if query.paper else []
    needed += [_quoted("^code")] if query.code else []
    found = " AND ".join(needed) or _quoted(ANY)
    unwanted = " OR ".join(having(word) for word in query.without if word not in STOP)
    return f"({found}) NOT ({unwanted})" if unwanted else found


def prominent(word: str) -> str:
    """The expression for entries in which a word is prominent."""
    return _quoted(f"!{forms(word)[0]}")


def having(word: str) -> str:
    """The expression for entries with a word; ``fine-tuning`` finds ``fine tuning``, too."""
    whole, *parts = forms(word)
    pieces = [part for part in _PARTS.split(word) if part]
    if len(parts) < 2 or not all(_PLAIN_PART.fullmatch(piece) for piece in pieces):
        return _quoted(whole)
    return f"({_quoted(whole)} OR ({' AND '.join(map(_quoted, parts))}))"


def terms(entry: Entry) -> set[str]:
    """Everything under which an entry is found."""
    return {ANY, *_marks(entry), *_body(entry)}


def says(entry: Entry, phrase: tuple[str, ...]) -> bool:
    """True when the words of the phrase stand in a row in the entry, in the same form."""
    looked_for = f" {' '.join(phrase)} "
    return any(looked_for in f" {' '.join(words(text))} " for text in _texts(entry))


def _any_of(found: Iterable[str]) -> str:
    return f"({' OR '.join(map(_quoted, found))})"


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _marks(entry: Entry) -> Iterable[str]:
    analysis, channel = entry.analysis, entry.post.channel
    kinds = {link.kind for link in entry.post.links}
    if "paper" in kinds or any(paper.role == "main" for paper in analysis.papers):
        yield "^paper"
    if "code" in kinds:
        yield "^code"
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

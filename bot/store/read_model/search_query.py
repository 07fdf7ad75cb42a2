"""A reader's words → Query: ``lora fine-tuning has:paper @channel 30d "exact words" -word``. Pure.

What is no filter is a word, so nothing a reader types is an error.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.store.read_model.terms import Query
from bot.taxonomy import resolve
from bot.taxonomy.topics import Kind, Topic
from bot.text import HANDLE, clean, normalise, words

_T = TypeVar("_T")
READ = 1_000
"""Characters of a query that are looked at."""

_MOST_WORDS, _MOST_PHRASES, _MOST_FILTERS = 16, 4, 8
_MOST_DAYS = 3_650
_QUOTES = '"“”„«»'
_TOKEN = re.compile(
    rf"(?P<minus>[-−–](?=[{_QUOTES}]))?(?:(?P<name>[^\W\d_]+):)?[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)"
    rf"(?:[{_QUOTES}]|$)|(?P<plain>[^\s{_QUOTES}]+)"
)
_FILTER = re.compile(r"([^\W\d_]+):(.+)", re.DOTALL)
_HANDLE = re.compile(rf"(?:@|(?:https?://)?t\.me/(?:s/)?)({HANDLE})(?:/\d*)?", re.ASCII)
_MINUS = re.compile(r"[-−–](?=[^\W_])")
# A span needs a unit, and 1d to 4d are dimensions.
_DAYS = re.compile(r"(?!0|[1-4](?:d|д)$)(\d{1,4})(d|д|дн|дней|w|н|нед|недель)")
_UNITS = {"w": 7, "н": 7, "нед": 7, "недель": 7}
_HAS = {
    **dict.fromkeys(
        ["paper", "papers", "arxiv", "pdf", "статья", "статьи", "статью", "статьей"], "paper"
    ),
    **dict.fromkeys(["code", "github", "repo", "код", "кода", "кодом"], "code"),
}


@dataclass
class _Reading:
    """What was read so far."""

    words: list[str] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    has: set[str] = field(default_factory=set)
    days: int | None = None


def parse_query(text: str) -> Query:
    """What the reader looks for; the first 16 words, 4 phrases and 8 filters of a sort count."""
    reading = _Reading()
    for token in _TOKEN.finditer(clean(text)[:READ]):
        if token["plain"]:
            _read_plain(token["plain"], reading)
        else:
            _read_quoted(token["name"], token["quoted"], bool(token["minus"]), reading)
    return Query(
        words=_first(reading.words, _MOST_WORDS),
        phrases=_first(reading.phrases, _MOST_PHRASES),
        without=_first(reading.without, _MOST_WORDS),
        channels=_first(reading.channels, _MOST_FILTERS),
        topics=_first(reading.topics, _MOST_FILTERS),
        kinds=_first(reading.kinds, _MOST_FILTERS),
        paper="paper" in reading.has,
        code="code" in reading.has,
        days=reading.days,
    )


def query_text(query: Query) -> str:
    """A text that is read as this query, but for the days that it looks back."""
    return " ".join(
        (
            *(_as_word(word) for word in query.words),
            *(f'"{" ".join(phrase)}"' for phrase in query.phrases),
            *(f"-{word}" for word in query.without),
            *(f"@{name}" for name in query.channels),
            *(f"topic:{topic}" for topic in query.topics),
            *(f"kind:{kind}" for kind in query.kinds),
            *(["has:paper"] if query.paper else []),
            *(["has:code"] if query.code else []),
        )
    )


def _as_word(word: str) -> str:
    """The word, in quotes where it would be read as something else."""
    return word if parse_query(word) == Query(words=(word,)) else f'"{word}"'


def _read_quoted(name: str | None, quoted: str, minus: bool, reading: _Reading) -> None:
    """``topic:"long name"`` is a filter; one quoted word is a word, several are a phrase."""
    if name and _read_filter(name, quoted, reading):
        return
    found = tuple(words(quoted))[:_MOST_WORDS]
    if minus:
        reading.without += found if len(found) == 1 else ()
    elif len(found) > 1:
        reading.phrases.append(found)
    else:
        reading.words += found


def _read_plain(token: str, reading: _Reading) -> None:
    bare = token.strip(".,;!?()[]{}")
    if handle := _HANDLE.fullmatch(bare):
        reading.channels.append(handle[1].casefold())
    elif days := _DAYS.fullmatch(normalise(bare)):
        reading.days = min(int(days[1]) * _UNITS.get(days[2], 1), _MOST_DAYS)
    elif (pair := _FILTER.fullmatch(bare)) and _read_filter(pair[1], pair[2], reading):
        return
    elif _MINUS.match(token):
        reading.without += words(token[1:])
    else:
        reading.words += words(token)


def _read_filter(name: str, value: str, reading: _Reading) -> bool:
    """False when there is no such filter or it knows no such value."""
    read = _FILTERS.get(normalise(name))
    return read is not None and read(value, reading)


def _has(value: str, reading: _Reading) -> bool:
    found = {_HAS.get(normalise(part)) for part in value.split(",")}
    reading.has |= {part for part in found if part}
    return None not in found


def _topic(value: str, reading: _Reading) -> bool:
    meant = resolve(value.replace("_", " ")).topic
    reading.topics += [meant] if meant else []
    return meant is not None


def _kind(value: str, reading: _Reading) -> bool:
    slug = normalise(value)
    meant = Kind(slug) if slug in Kind.__members__ else resolve(value).kind
    reading.kinds += [meant] if meant else []
    return meant is not None


def _channel(value: str, reading: _Reading) -> bool:
    handle = _HANDLE.fullmatch(f"@{value.removeprefix('@')}")
    reading.channels += [handle[1].casefold()] if handle else []
    return handle is not None


_FILTERS: dict[str, Callable[[str, _Reading], bool]] = {
    **dict.fromkeys(("has", "есть", "with", "с", "со"), _has),
    **dict.fromkeys(("topic", "тема"), _topic),
    **dict.fromkeys(("kind", "type", "вид", "тип"), _kind),
    **dict.fromkeys(("channel", "from", "канал", "из"), _channel),
}


def _first(found: list[_T], most: int) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(found))[:most]

"""The file of the search: SQLite FTS5 without the texts, some 160 bytes a post; no await here.

Postings cannot be taken out of a table without contents, so a replaced entry gets a new number
and its old postings lead nowhere; when there are more of those than of the others, the file is
cleared and filled again. ``detail=none`` keeps no positions, which would double the size.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from pathlib import Path
from typing import NamedTuple

from bot.store.search.file import open_index, transaction
from bot.store.search.terms import Query, expression, forms, prominent

_WASTE = 2_000  # dead numbers that are not worth a new start
_LIFTED = 8  # words whose prominence is looked at
_COMMON = 20_000  # entries; comparing more of them would take longer than it is worth
_GAIN = 2.0  # how much more an entry is worth where all words are prominent
_HALF_LIFE = 45 * 86_400  # seconds after which an entry is worth half
_MINOR = 0.3  # worth of an advertisement or a meme

_COUNT = """
SELECT count(*) FROM postings JOIN docs ON docs.id = postings.rowid
WHERE postings MATCH :match AND docs.at >= :since
"""
_FIND = """
WITH lifted(id, gain) AS (SELECT id, sum(gain) FROM ({lifted}) GROUP BY id),
best(id, score) AS (
  SELECT docs.id, (1 + ifnull(gain, 0)) * iif(docs.minor, :minor, 1)
    / (1 + max(:now - docs.at, 0) / :half) AS score
  FROM postings JOIN docs ON docs.id = postings.rowid LEFT JOIN lifted ON lifted.id = docs.id
  WHERE postings MATCH :match AND docs.at >= :since
  ORDER BY score DESC, docs.id DESC LIMIT :limit OFFSET :offset)
SELECT channels.ref || '/' || docs.message FROM best JOIN docs USING (id)
JOIN channels ON channels.id = docs.channel ORDER BY score DESC, docs.id DESC
"""
_KNOWN = """
SELECT channels.ref || '/' || docs.message, docs.change
FROM docs JOIN channels ON channels.id = docs.channel
"""
_LIFT = "SELECT rowid AS id, :gain{n} AS gain FROM postings WHERE postings MATCH :word{n}"
_NOTHING_LIFTED = "SELECT NULL AS id, 0 AS gain WHERE 0"


class Change(NamedTuple):
    """An entry as of a change (a number that grows); without terms it cannot be found."""

    key: str
    change: int
    at: int = 0
    minor: bool = False
    terms: Collection[str] = ()


@dataclass(frozen=True)
class Found:
    """A page of keys, best first, and how many there are on all pages."""

    keys: tuple[str, ...]
    total: int


@dataclass(frozen=True)
class Reach:
    """How many posts are looked through, and since when."""

    posts: int
    since: datetime | None


class Index:
    """The file; every call opens it anew, so that it may be removed at any moment."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self) -> dict[str, int]:
        """The last change of every entry in the file, by its key."""
        with open_index(self._path) as file:
            return dict(file.execute(_KNOWN))

    def size(self) -> tuple[int, int]:
        """How many entries are in the file, and the last change it has seen (0: none)."""
        with open_index(self._path) as file:
            row = file.execute("SELECT (SELECT count(*) FROM docs), change FROM seen").fetchone()
            return int(row[0]), int(row[1])

    def apply(self, changes: Sequence[Change]) -> None:
        """Put entries in; an older change than the known one does nothing."""
        with open_index(self._path) as file, transaction(file):
            last = max(_put(file, change) for change in changes)
            file.execute("UPDATE seen SET change = max(change, ?)", (last,))

    def tidy(self) -> None:
        """Merge the postings, which makes the file a quarter smaller."""
        with open_index(self._path) as file:
            file.execute("INSERT INTO postings(postings) VALUES ('optimize')")
            file.execute("VACUUM")

    def drop(self, keys: Iterable[str]) -> None:
        """Take entries out."""
        with open_index(self._path) as file, transaction(file):
            for key in keys:
                channel, message = _place(file, key)
                file.execute(
                    "DELETE FROM docs WHERE channel = ? AND message = ?", (channel, message)
                )

    def drop_before(self, change: int) -> None:
        """Take out entries that changed last before that: the log has forgotten them."""
        with open_index(self._path) as file:
            file.execute("DELETE FROM docs WHERE change < ?", (change,))

    def wasteful(self) -> bool:
        """True when most of the file leads nowhere."""
        with open_index(self._path) as file:
            query = "SELECT (SELECT ifnull(max(seq), 0) FROM sqlite_sequence), count(*) FROM docs"
            given, used = file.execute(query).fetchone()
            return bool(given - used > used + _WASTE)

    def find(self, query: Query, now: datetime, limit: int, offset: int = 0) -> Found:
        """A page of what is found, the best first: prominent words, then recent posts."""
        seconds = int(now.timestamp())
        with open_index(self._path) as file:
            lifted, values = _lifted(file, query)
            values |= {
                "match": expression(query),
                "since": seconds - query.days * 86_400 if query.days else 0,
                "now": float(seconds),
                "half": float(_HALF_LIFE),
                "minor": 1.0 if query.kinds else _MINOR,
                "limit": limit,
                "offset": offset,
            }
            total = file.execute(_COUNT, values).fetchone()[0]
            rows = file.execute(_FIND.format(lifted=lifted), values)
            return Found(tuple(str(key) for (key,) in rows), int(total))

    def reach(self) -> Reach:
        """What a search looks through."""
        with open_index(self._path) as file:
            row = file.execute("SELECT count(*), min(at) FROM docs WHERE at > 0").fetchone()
        return Reach(int(row[0]), datetime.fromtimestamp(row[1], UTC) if row[0] else None)


def _put(file: sqlite3.Connection, change: Change) -> int:
    place = _place(file, change.key)
    old = file.execute("SELECT id, change FROM docs WHERE channel = ? AND message = ?", place)
    for number, known in _numbers(old):
        if known >= change.change:
            return known
        file.execute("DELETE FROM docs WHERE id = ?", (number,))
    made = file.execute(
        "INSERT INTO docs(channel, message, at, change, minor) VALUES (?, ?, ?, ?, ?)",
        (*place, change.at, change.change, change.minor),
    )
    if text := " ".join(change.terms):
        file.execute("INSERT INTO postings(rowid, terms) VALUES (?, ?)", (made.lastrowid, text))
    return change.change


def _numbers(rows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(int(first), int(second)) for first, second in rows]


def _place(file: sqlite3.Connection, key: str) -> tuple[int, int]:
    ref, _, message = key.rpartition("/")
    file.execute("INSERT OR IGNORE INTO channels(ref) VALUES (?)", (ref,))
    row = file.execute("SELECT id FROM channels WHERE ref = ?", (ref,)).fetchone()
    return int(row[0]), int(message)


def _lifted(file: sqlite3.Connection, query: Query) -> tuple[str, dict[str, str | int | float]]:
    """A subquery of what each word adds where it is prominent, rare words more."""
    rarity = {word: _rarity(file, word) for word in query.wanted[:_LIFTED]}
    values: dict[str, str | int | float] = {}
    telling = {word: weight for word, weight in rarity.items() if weight}
    for number, (word, weight) in enumerate(telling.items()):
        values[f"word{number}"] = prominent(word)
        values[f"gain{number}"] = _GAIN * weight / sum(rarity.values())
    parts = [_LIFT.format(n=number) for number in range(len(telling))]
    return " UNION ALL ".join(parts) or _NOTHING_LIFTED, values


def _rarity(file: sqlite3.Connection, word: str) -> float:
    """Inverse document frequency as in BM25; zero for a common word, which tells nothing."""
    row = file.execute("SELECT doc FROM vocabulary WHERE term = ?", (forms(word)[0],)).fetchone()
    posts = int(file.execute("SELECT ifnull(max(id), 0) FROM docs").fetchone()[0])
    having = int(row[0]) if row else 0
    if having > _COMMON:
        return 0.0
    return log(1 + (posts - having + 0.5) / (having + 0.5))

"""Search over the entries by words in any form, the best first."""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import log
from typing import NamedTuple

from bot.model import SKIPPED_KINDS, Entry
from bot.store.read_model.follower import ReadModel
from bot.store.read_model.rows import read_entry
from bot.store.read_model.terms import Findable, LooseQuery, Query, expression, forms, prominent

_COMPARED = 300  # best candidates whose words are compared with a phrase
_LIFTED = 8  # words whose prominence is looked at
_COMMON = 20_000  # entries; comparing more of them would take longer than it is worth
_GAIN = 2.0  # how much more an entry is worth where all words are prominent
_HALF_LIFE = 45 * 86_400  # seconds after which an entry is worth half
_MINOR = 0.3  # worth of an advertisement or a meme
_PROMINENT = 0.5  # of a word's worth, once more where it is prominent
_GUESSED = 1.0  # worth of a topic or a kind that a question is about
_NAMED = 5.0  # worth of a channel or a time that a question names: that of a rare word
_YEAR = 365 * 86_400  # the same of an answer, which may well be old
_MOST_SHARED = 60_000  # entries that share a word, counted once for each: 50 ms of looking through

_COUNT = """
SELECT count(*) FROM postings JOIN posts ON posts.id = postings.rowid
WHERE postings MATCH :match AND posts.at >= :since
"""
_FIND = """
WITH lifted(id, gain) AS (SELECT id, sum(gain) FROM ({lifted}) GROUP BY id),
best(id, score) AS (
  SELECT posts.id, (1 + ifnull(gain, 0))
    * iif(importance = 'skip' OR kind IN ({skipped}), :minor, 1)
    / (1 + max(:now - posts.at, 0) / :half) AS score
  FROM postings JOIN posts ON posts.id = postings.rowid LEFT JOIN lifted ON lifted.id = posts.id
  WHERE postings MATCH :match AND posts.at >= :since
  ORDER BY score DESC, posts.id DESC LIMIT :limit OFFSET :offset)
SELECT channels.ref || '/' || posts.message FROM best JOIN posts USING (id)
JOIN channels ON channels.id = posts.channel ORDER BY score DESC, posts.id DESC
"""
_RELEVANT = """
WITH shared(id, gain) AS ({shared}),
best(id, score) AS (
  SELECT posts.id, sum(gain) * iif(importance = 'skip' OR kind IN ({skipped}), :minor, 1)
    / (1 + max(:now - posts.at, 0) / :half) AS score
  FROM shared JOIN posts USING (id) WHERE posts.at IS NOT NULL
  GROUP BY posts.id ORDER BY score DESC, posts.id DESC LIMIT :limit)
SELECT channels.ref || '/' || posts.message FROM best JOIN posts USING (id)
JOIN channels ON channels.id = posts.channel ORDER BY score DESC, posts.id DESC
"""
_SHARE = "SELECT rowid AS id, :gain{n} AS gain FROM postings WHERE postings MATCH :has{n}"
_IN_SPAN = "SELECT id, :named AS gain FROM posts WHERE at >= :since AND at < :until"
_SPAN = "SELECT min(id), max(id) FROM posts WHERE at >= :since AND at < :until"
_WITHIN = """
SELECT channels.ref || '/' || posts.message
FROM postings CROSS JOIN posts ON posts.id = postings.rowid
JOIN channels ON channels.id = posts.channel
WHERE postings MATCH :match AND postings.rowid BETWEEN :low AND :high
  AND posts.at >= :since AND posts.at < :until
"""
_LIFT = "SELECT rowid AS id, :gain{n} AS gain FROM postings WHERE postings MATCH :word{n}"
_NOTHING_LIFTED = "SELECT NULL AS id, 0 AS gain WHERE 0"
_SKIPPED = ", ".join(f"'{kind}'" for kind in sorted(SKIPPED_KINDS))


class Found(NamedTuple):
    """A page of keys, best first, and how many there are on all pages."""

    keys: tuple[str, ...]
    total: int


@dataclass(frozen=True)
class Hits:
    """A page of entries, the best first, of ``total``.

    ``more``: a phrase was looked for in the best candidates only, so there may be others.
    """

    entries: tuple[Entry, ...]
    total: int
    more: bool = False


@dataclass(frozen=True)
class Reach:
    """How many posts are looked through, and since when."""

    posts: int
    since: datetime | None


class Search:
    """Answers from the read model as of now; while much is taken in, from what is there."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model

    async def find(self, query: Query, now: datetime, limit: int, offset: int = 0) -> Hits:
        """What matches; ``ReadModelError`` when the file cannot be used."""
        await self._model.state()
        if query.phrases:
            return await self._with_phrases(query, now, limit, offset)
        found = await self._find(query, now, limit, offset)
        return Hits(await self._entries(found.keys, query), found.total)

    async def relevant(self, asked: LooseQuery, now: datetime, limit: int) -> tuple[Entry, ...]:
        """Entries with as many rare words of a question as can be had, the best first."""
        await self._model.state()
        found = await self._model.ask(partial(_relevant, asked=asked, now=now, limit=limit))
        return await self._entries(found, Query())

    async def within(
        self, queries: Iterable[Query], since: datetime, until: datetime
    ) -> frozenset[str]:
        """Keys of all entries published in ``[since, until)`` that one of the queries finds."""
        await self._model.state()
        asked = list(queries)
        found = await self._model.ask(partial(_within, queries=asked, since=since, until=until))
        for query, listed in zip(asked, found, strict=True):
            if query.phrases and listed:
                bodies = await self._model.bodies(list(listed))
                said = await asyncio.to_thread(_saying, bodies, query)
                listed.intersection_update([entry.key for entry in said])
        return frozenset[str]().union(*found)

    async def reach(self) -> Reach:
        """How many posts are looked through, and since when."""
        return await self._model.ask(_reach)

    async def _with_phrases(self, query: Query, now: datetime, limit: int, offset: int) -> Hits:
        """The file keeps no positions, so candidates are read and compared."""
        found = await self._find(query, now, _COMPARED, 0)
        entries = await self._entries(found.keys, query)
        page = entries[offset : offset + limit]
        return Hits(page, len(entries), more=found.total > _COMPARED)

    async def _find(self, query: Query, now: datetime, limit: int, offset: int) -> Found:
        question = partial(_find, query=query, now=now, limit=limit, offset=offset)
        return await self._model.ask(question)

    async def _entries(self, keys: Sequence[str], query: Query) -> tuple[Entry, ...]:
        """Those that still exist and say the phrases."""
        if not keys:
            return ()
        bodies = await self._model.bodies(keys)
        return await asyncio.to_thread(_saying, bodies, query)


def _find(file: sqlite3.Connection, query: Query, now: datetime, limit: int, offset: int) -> Found:
    """A page of what is found, the best first: prominent words, then recent posts."""
    seconds = int(now.timestamp())
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
    rows = file.execute(_FIND.format(lifted=lifted, skipped=_SKIPPED), values)
    return Found(tuple(str(key) for (key,) in rows), int(total))


def _relevant(
    file: sqlite3.Connection, asked: LooseQuery, now: datetime, limit: int
) -> tuple[str, ...]:
    """Keys, the best first: the rarity of what they share with the question, recent ones more."""
    parts, values = list[str](), dict[str, str | int | float]()
    for n, (having_it, gain) in enumerate(_shared(file, asked)):
        parts.append(_SHARE.format(n=n))
        values |= {f"has{n}": having_it, f"gain{n}": gain}
    if asked.span:
        parts.append(_IN_SPAN)
        since, until = asked.span
        values |= {"since": since.timestamp(), "until": until.timestamp(), "named": _NAMED}
    if not parts:
        return ()
    values |= {"now": now.timestamp(), "half": float(_YEAR), "minor": _MINOR, "limit": limit}
    question = _RELEVANT.format(shared=" UNION ALL ".join(parts), skipped=_SKIPPED)
    return tuple(str(key) for (key,) in file.execute(question, values))


def _shared(file: sqlite3.Connection, asked: LooseQuery) -> Iterator[tuple[str, float]]:
    """What an entry may share with a question, and what that is worth: rare words first."""
    yield from ((f'"@{name}"', _NAMED) for name in asked.channels)
    looked = 0
    for weight, word in sorted(((_rarity(file, w), w) for w in asked.words), reverse=True):
        looked += _count_of(file, word)
        if not weight or looked > _MOST_SHARED:
            return
        yield expression(Query(words=(word,))), weight
        yield prominent(word), _PROMINENT * weight
    marks = [Query(topics=(each,)) for each in asked.topics]
    marks += [Query(kinds=(each,)) for each in asked.kinds]
    yield from ((expression(mark), _GUESSED) for mark in marks)


def _within(
    file: sqlite3.Connection, queries: Iterable[Query], since: datetime, until: datetime
) -> list[set[str]]:
    """What each query finds in the span, before phrases are compared."""
    values: dict[str, object] = {"since": since.timestamp(), "until": until.timestamp()}
    values["low"], values["high"] = file.execute(_SPAN, values).fetchone()
    return [
        {str(key) for (key,) in file.execute(_WITHIN, values | {"match": expression(query)})}
        for query in queries
    ]


def _reach(file: sqlite3.Connection) -> Reach:
    row = file.execute("SELECT count(*), min(at) FROM posts WHERE at IS NOT NULL").fetchone()
    return Reach(int(row[0]), datetime.fromtimestamp(row[1], UTC) if row[0] else None)


def _saying(bodies: Iterable[bytes | None], query: Query) -> tuple[Entry, ...]:
    entries = (entry for body in bodies if (entry := read_entry(body)))
    return tuple(entry for entry in entries if _says(entry, query))


def _says(entry: Entry, query: Query) -> bool:
    return all(map(Findable(entry).says, query.phrases))


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
    posts = int(file.execute("SELECT ifnull(max(id), 0) FROM posts").fetchone()[0])
    found = _count_of(file, word)
    if found > _COMMON:
        return 0.0
    return log(1 + (posts - found + 0.5) / (found + 0.5))


def _count_of(file: sqlite3.Connection, word: str) -> int:
    row = file.execute("SELECT doc FROM vocabulary WHERE term = ?", (forms(word)[0],)).fetchone()
    return int(row[0]) if row else 0

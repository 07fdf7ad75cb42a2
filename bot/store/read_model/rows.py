"""The rows of the read model: what is kept of an entry, put in and taken out. No await here.

Postings cannot be taken out of a table without contents, so a replaced entry gets a new number
and its old postings lead nowhere; when there are more of those than of the others, the file is
made anew. ``detail=none`` keeps no positions, which would double the size.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from zlib import crc32

import structlog

from bot.model import Entry, story_name
from bot.store.codec.entries import entry_in
from bot.store.content.stories import Ties
from bot.store.errors import NewerVersion
from bot.store.read_model.file import transaction
from bot.store.read_model.terms import terms
from bot.taxonomy.topics import Topic

log = structlog.get_logger()
PAPERS_END = "\x1f"
"""Ends each paper of a row, in whose title anything else may stand."""

_WASTE = 2_000  # dead numbers that are not worth a new start
_KNOWN = """
SELECT ref || '/' || message, change FROM posts JOIN channels ON channels.id = channel
"""
_UNSETTLED = _KNOWN + "WHERE NOT joined"
_CHANGED_AT = _KNOWN + "WHERE change = ?"
_CHECKSUM = """
SELECT checksum FROM posts JOIN channels ON channels.id = posts.channel
WHERE ref = ? AND message = ? AND at IS NOT NULL
"""
_JOIN = """
UPDATE posts SET change = :change, story = ifnull(:story, story), root = ifnull(:root, root),
  follows = :follows, roundups = :roundups, joined = joined OR :story IS NOT NULL,
  audience = :audience
WHERE channel = :channel AND message = :message AND change <= :change
"""
_AT_PLACE = "SELECT id, at, topics FROM posts WHERE channel = ? AND message = ?"
_FORGOTTEN = "SELECT id, at, topics FROM posts WHERE change < ?"
_IS_NEWER = "SELECT 1 FROM posts WHERE channel = ? AND message = ? AND change > ?"
_INSERT_GONE = """
INSERT INTO posts(channel, message, change, checksum, joined) VALUES (?, ?, ?, ?, FALSE)
"""
_INSERT = """
INSERT INTO posts(channel, message, change, checksum, joined, story, root, follows, roundups, at,
  kind, importance, engine, topics, papers, audience, public)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Stored(NamedTuple):
    """An entry as the store has it as of a change, a number that grows, and how it stands.

    ``audience`` packs its views and reactions at each age, empty where nothing is known.
    """

    key: str
    change: int
    body: bytes | None = None
    ties: Ties = Ties()
    audience: str = ""

    @property
    def checksum(self) -> int:
        """Tells whether two bodies are the same."""
        return crc32(self.body or b"")


class Extent(NamedTuple):
    """How many entries are in the file, and the position of the log up to which it is whole.

    The position is 0 while the file is being filled; ``wasteful`` when most of the postings lead
    nowhere.
    """

    entries: int
    position: int
    wasteful: bool


class Change(NamedTuple):
    """What is put in; without an entry that is gone, unreadable or not for all."""

    stored: Stored
    entry: Entry | None = None
    terms: Collection[str] = ()


def change_in(stored: Stored) -> Change:
    """The change with its entry and the words of it, without any where they cannot be taken."""
    entry = read_entry(stored.body)
    if entry is None or entry.post.aside:
        return Change(stored)
    try:
        return Change(stored, entry, terms(entry))
    except Exception as error:  # the loop's edge: one entry must not stop those after it
        log.error("entry not indexed", entry=stored.key, error=type(error).__name__, exc_info=True)
        return Change(stored, entry)


def read_entry(body: bytes | None) -> Entry | None:
    """The entry; None for one that is gone or cannot be read, which must not stop a follower."""
    try:
        return entry_in(body) if body else None
    except (ValueError, NewerVersion):
        return None


def known(file: sqlite3.Connection) -> dict[str, int]:
    """The last change of every entry in the file, by its key."""
    return dict(file.execute(_KNOWN))


def unsettled(file: sqlite3.Connection) -> dict[str, int]:
    """The same of those that had no story yet, were gone, or could not be read."""
    return dict(file.execute(_UNSETTLED))


def extent(file: sqlite3.Connection) -> Extent:
    """How far the file is."""
    [entries] = file.execute("SELECT count(*) FROM posts").fetchone()
    [given] = file.execute("SELECT ifnull(max(seq), 0) FROM sqlite_sequence").fetchone()
    [position] = file.execute("SELECT position FROM log").fetchone()
    return Extent(int(entries), int(position), bool(given - entries > entries + _WASTE))


def move(file: sqlite3.Connection, since: int | None, to: int) -> None:
    """Note a position; with ``since`` only where that was the one before: the file may be anew."""
    file.execute("UPDATE log SET position = ? WHERE position = ifnull(?, position)", (to, since))


def changed_at(file: sqlite3.Connection, change: int) -> str | None:
    """The key of the entry whose last change has that number."""
    row = file.execute(_CHANGED_AT, (change,)).fetchone()
    return str(row[0]) if row else None


def put_in(file: sqlite3.Connection, found: Sequence[Stored], since: int | None) -> None:
    """Put entries in, all or none; with ``since`` the file is whole up to the last of them."""
    same = {each.key for each in found if _is_same(file, each)}
    changes = [change_in(each) for each in found if each.key not in same]
    with transaction(file):
        for change in changes:
            _put(file, change)
        for each in found:
            if each.key in same:
                _note_ties(file, each)
        if since is not None:
            move(file, since, found[-1].change)


def drop(file: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Take entries out."""
    with transaction(file):
        for key in keys:
            _remove(file, file.execute(_AT_PLACE, _place(file, key)))


def drop_before(file: sqlite3.Connection, change: int) -> None:
    """Take out entries that changed last before that: the log has forgotten them."""
    with transaction(file):
        _remove(file, file.execute(_FORGOTTEN, (change,)))


def tidy_rows(file: sqlite3.Connection) -> None:
    """Merge the postings, which makes the file a quarter smaller."""
    file.execute("INSERT INTO postings(postings) VALUES ('optimize')")
    file.execute("VACUUM")


def _is_same(file: sqlite3.Connection, stored: Stored) -> bool:
    """True for an entry that is in the file as it is stored, which may have joined its story."""
    ref, _, message = stored.key.rpartition("/")
    row = file.execute(_CHECKSUM, (ref, int(message))).fetchone()
    return row is not None and stored.body is not None and int(row[0]) == stored.checksum


def _put(file: sqlite3.Connection, change: Change) -> None:
    """Put an entry in; an older change than the known one does nothing."""
    stored, entry = change.stored, change.entry
    place = _place(file, stored.key)
    if file.execute(_IS_NEWER, (*place, stored.change)).fetchone():
        return
    _remove(file, file.execute(_AT_PLACE, place))
    if entry is None:
        file.execute(_INSERT_GONE, (*place, stored.change, stored.checksum))
        return
    at, topics = entry.post.published_at.timestamp(), tuple(dict.fromkeys(entry.analysis.topics))
    number = file.execute(_INSERT, (*place, *_columns(stored, entry, at, topics))).lastrowid
    placed = [(of, at, number, entry.post.public) for of in topics]
    file.executemany("INSERT INTO topics VALUES (?, ?, ?, ?)", placed)
    text = " ".join(change.terms)
    file.execute("INSERT INTO postings(rowid, terms) VALUES (?, ?)", (number, text))


def _remove(file: sqlite3.Connection, found: Iterable[tuple[int, float, str | None]]) -> None:
    """Take out posts, each given by its number, time and topics, with their places by topic."""
    for number, at, topics in list(found):
        listed = [(topic, at, number) for topic in (topics or "").split(",")]
        file.executemany("DELETE FROM topics WHERE topic = ? AND at = ? AND post = ?", listed)
        file.execute("DELETE FROM posts WHERE id = ?", (number,))


def _columns(
    stored: Stored, entry: Entry, at: float, topics: tuple[Topic, ...]
) -> tuple[str | float | None, ...]:
    found, ties = entry.analysis, stored.ties
    story = ties.story or story_name(stored.key)
    return (
        stored.change,
        stored.checksum,
        ties.story is not None,
        story,
        ties.root or story,
        ties.follows,
        " ".join(ties.roundups),
        at,
        found.kind,
        found.importance,
        entry.engine,
        ",".join(topics),
        "".join(f"{paper.name}{PAPERS_END}" for paper in found.papers),
        stored.audience or None,
        entry.post.public,
    )


def _note_ties(file: sqlite3.Connection, stored: Stored) -> None:
    values = {
        **stored.ties._asdict(),
        "change": stored.change,
        "roundups": " ".join(stored.ties.roundups),
        "audience": stored.audience or None,
    }
    place = dict(zip(("channel", "message"), _place(file, stored.key), strict=True))
    file.execute(_JOIN, values | place)


def _place(file: sqlite3.Connection, key: str) -> tuple[int, int]:
    ref, _, message = key.rpartition("/")
    file.execute("INSERT OR IGNORE INTO channels(ref) VALUES (?)", (ref,))
    row = file.execute("SELECT id FROM channels WHERE ref = ?", (ref,)).fetchone()
    return int(row[0]), int(message)

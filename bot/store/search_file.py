"""The file of the search: opened for each call, made again when it is gone. No await here."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

LAYOUT = 1
_PATIENCE = 2.0  # seconds that a writer waits for another process

_TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE channels(id INTEGER PRIMARY KEY, ref TEXT UNIQUE NOT NULL);
CREATE TABLE docs(id INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL,
  message INTEGER NOT NULL, at INTEGER NOT NULL, change INTEGER NOT NULL, minor INTEGER NOT NULL,
  UNIQUE(channel, message));
CREATE VIRTUAL TABLE postings USING fts5(terms, content='', columnsize=0, detail=none,
  tokenize="ascii tokenchars '^@#=!+_'");
CREATE TABLE seen(change INTEGER NOT NULL);
INSERT INTO seen VALUES (0);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(postings, 'row');
PRAGMA user_version = {layout};
COMMIT;
"""


class SearchError(Exception):
    """The file cannot be used now; the text says why."""


class DamagedError(SearchError):
    """The file is not what was written here; it may be removed and made again."""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file with its tables; ``SearchError`` or ``DamagedError`` when it cannot be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as file:
            _prepare(file)
            yield file
    except (sqlite3.OperationalError, OSError) as error:
        raise SearchError(f"search: {error}") from None
    except sqlite3.DatabaseError as error:
        raise DamagedError(f"search: {error}") from None


@contextmanager
def transaction(file: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what is written within."""
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        file.execute("ROLLBACK")
        raise
    file.execute("COMMIT")


def remove(path: Path) -> None:
    """Remove the file; it is made again, empty, when it is next opened."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _prepare(file: sqlite3.Connection) -> None:
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = OFF")  # it can always be made again
    if _layout(file) != LAYOUT:
        _create(file)


def _layout(file: sqlite3.Connection) -> int:
    return int(file.execute("PRAGMA user_version").fetchone()[0])


def _create(file: sqlite3.Connection) -> None:
    """Make the tables, unless another process has done it meanwhile."""
    try:
        file.executescript(_TABLES.format(layout=LAYOUT))
    except sqlite3.OperationalError:
        if file.in_transaction:
            file.execute("ROLLBACK")
        if _layout(file) != LAYOUT:
            raise sqlite3.DatabaseError("another layout") from None

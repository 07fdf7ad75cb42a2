"""The file of the search: opened for each call, made again when it is gone. No await here."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.config import ConfigError
from bot.store.connection.home import prepare
from bot.store.errors import DamagedError, SearchError

SEARCH_LAYOUT = 2  # 1 may hold wrong stems: threads shared a stemmer
_PATIENCE = 2.0  # seconds that a writer waits for another process

_TABLES = """
PRAGMA journal_mode = WAL;
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


@contextmanager
def open_index(path: Path) -> Iterator[sqlite3.Connection]:
    """The file with its tables; ``SearchError`` or ``DamagedError`` when it cannot be used."""
    try:
        if not path.exists():
            _make(path)
        with closing(_connected(path)) as file:
            if _layout(file) != SEARCH_LAYOUT:
                raise sqlite3.DatabaseError("another layout")
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


def _make(path: Path) -> None:
    """Make the file beside its place and link it there, unless another process was first.

    Made in its place, two processes meet: SQLite does not wait to turn a file into one with a
    write-ahead log, it fails at once.
    """
    try:
        prepare(path.parent)
    except ConfigError as error:
        raise SearchError(f"search: {error}") from None
    with tempfile.TemporaryDirectory(prefix=f"{path.name}-", dir=path.parent) as folder:
        made = Path(folder) / path.name
        with closing(_connected(made)) as file:
            file.executescript(_TABLES.format(layout=SEARCH_LAYOUT))
        made.chmod(0o600)  # the files beside it get its mode
        try:
            os.link(made, path)
        except FileExistsError:
            return
        except OSError:  # a file system without links
            made.replace(path)


def _connected(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    file.execute("PRAGMA synchronous = OFF")  # it can always be made again
    return file


def _layout(file: sqlite3.Connection) -> int:
    return int(file.execute("PRAGMA user_version").fetchone()[0])

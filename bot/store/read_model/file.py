"""The file of the read model: opened for each call, made again when it is gone. No await here."""

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TextIO

from bot.config import ConfigError
from bot.store.connection.home import open_lock, prepare
from bot.store.errors import DamagedError, ReadModelError

READ_MODEL_LAYOUT = 6
"""Version of the tables, which the file is named after: two programs side by side share none."""

FILE = f"read-model-{READ_MODEL_LAYOUT}.db"
_EARLIER = ("search.db", *(f"read-model-{layout}.db" for layout in range(3, READ_MODEL_LAYOUT)))
_LOCK = "read-model.lock"
_PATIENCE = 2.0  # seconds that a writer waits for another process

_TABLES = """
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE channels(id INTEGER PRIMARY KEY, ref TEXT UNIQUE NOT NULL);
CREATE TABLE posts(id INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL,
  message INTEGER NOT NULL, change INTEGER NOT NULL, checksum INTEGER NOT NULL, at REAL,
  story TEXT, root TEXT, follows TEXT, roundups TEXT, joined INTEGER NOT NULL, kind TEXT,
  importance TEXT, engine TEXT, topics TEXT, papers TEXT, audience TEXT, public INTEGER,
  UNIQUE(channel, message));
CREATE INDEX posts_at ON posts(at);
CREATE INDEX posts_kind ON posts(kind, at);
CREATE INDEX posts_root ON posts(root, at);
CREATE INDEX posts_change ON posts(change);
CREATE INDEX posts_unsettled ON posts(id) WHERE NOT joined;
CREATE TABLE topics(topic TEXT NOT NULL, at REAL NOT NULL, post INTEGER NOT NULL,
  public INTEGER NOT NULL, PRIMARY KEY(topic, at, post)) WITHOUT ROWID;
CREATE VIRTUAL TABLE postings USING fts5(terms, content='', columnsize=0, detail=none,
  tokenize="ascii tokenchars '^@#=!+_'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(postings, 'row');
CREATE TABLE log(position INTEGER NOT NULL);
INSERT INTO log VALUES (0);
PRAGMA user_version = {layout};
COMMIT;
"""


@contextmanager
def open_file(path: Path) -> Iterator[sqlite3.Connection]:
    """The file with its tables; ``ReadModelError`` or ``DamagedError`` when it cannot be used."""
    try:
        if not path.exists():
            _make(path)
        with closing(_connected(path)) as file:
            if _layout(file) != READ_MODEL_LAYOUT:
                raise sqlite3.DatabaseError("another layout")
            yield file
    except (sqlite3.OperationalError, OSError) as error:
        raise ReadModelError(f"{path}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise DamagedError(f"{path}: {error}") from None


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


@contextmanager
def only_follower(path: Path) -> Iterator[bool]:
    """Whether this is the one that may follow into the file now; its death lets another."""
    try:
        prepare(path.parent)
        lock = open_lock(path.parent, _LOCK)
    except ConfigError as error:
        raise ReadModelError(f"read model: {error}") from None
    with lock:
        yield _locked(lock)


def remove(path: Path) -> None:
    """Remove the file; it is made again, empty, when it is next opened."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def remove_earlier(home: Path) -> None:
    """Remove the files of earlier versions, which none of this one reads."""
    for name in _EARLIER:
        remove(home / name)


def _make(path: Path) -> None:
    """Make the file beside its place and link it there, unless another process was first.

    Made in its place, two processes meet: SQLite does not wait to turn a file into one with a
    write-ahead log, it fails at once.
    """
    try:
        prepare(path.parent)
    except ConfigError as error:
        raise ReadModelError(f"read model: {error}") from None
    with tempfile.TemporaryDirectory(prefix=f"{path.name}-", dir=path.parent) as folder:
        made = Path(folder) / path.name
        made.touch(mode=0o600)  # from the beginning; the files beside it get its mode
        with closing(_connected(made)) as file:
            file.executescript(_TABLES.format(layout=READ_MODEL_LAYOUT))
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


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _layout(file: sqlite3.Connection) -> int:
    return int(file.execute("PRAGMA user_version").fetchone()[0])

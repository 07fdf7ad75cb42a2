"""FORTOCHKA_HOME: made, found fit to be written to, and closed to other users."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import TextIO

import structlog

from bot.config import ConfigError

log = structlog.get_logger()
UMASK = 0o077
"""For the embedded server, whose files are made with it."""

LOCK = "redis.lock"
STORE_ID_FILE = "store.id"
PROBE = "write.probe"
ROOM = 1 << 16  # bytes; an empty file can be made on a full disk
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FOLDER, _FILE = 0o700, 0o600
_OURS = (
    *("redis.sock", "redis.pid", "redis.log", LOCK, PROBE, STORE_ID_FILE, "appendonlydir"),
    f"{STORE_ID_FILE}-*",
    *(
        "search.db",
        "search.db-*",
        "read-model*",
        "dump.rdb",
        "temp-*.rdb",
        "temp-*.aof",
        "damaged-*",
    ),
)
"""Names in the home of what this program and its server make, and leave when they are killed."""


def prepare(home: Path) -> None:
    """Make the home where it is missing, and close it to other users.

    ``ConfigError`` in one line when nothing can be written there.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=_FOLDER)
    except FileExistsError:
        raise _refusal(home, "it is no folder") from None
    except OSError as error:
        raise _refusal(home, _said(error)) from None
    check_room(home, 0)
    tighten(home)


def check_room(home: Path, size: int = ROOM) -> None:
    """``ConfigError`` for a home without room for so many bytes: what the server writes first."""
    probe = home / PROBE
    try:
        with os.fdopen(_open_private(probe), "wb") as file:
            file.write(bytes(size))
    except OSError as error:
        raise _refusal(home, _said(error)) from None
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def open_lock(home: Path, name: str = LOCK) -> TextIO:
    """A file that processes lock; by ``LOCK`` they agree who starts and stops the server."""
    try:
        return os.fdopen(_open_private(home / name), "w")
    except OSError as error:
        raise _refusal(home, _said(error)) from None


def write_private(path: Path, text: str) -> None:
    """Put the text into a file of this user alone; a crash leaves the old one or the new one."""
    made = path.with_name(f"{path.name}-{os.getpid()}")
    try:
        with os.fdopen(_open_private(made), "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        with suppress(OSError):
            made.unlink(missing_ok=True)


def _refusal(home: Path, reason: str) -> ConfigError:
    return ConfigError(
        f"FORTOCHKA_HOME: {home} cannot be written to ({reason}); "
        "name a folder of this user on a disk with room"
    )


def _said(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _open_private(path: Path) -> int:
    """A file that only this user may open; a link in its place is refused."""
    return os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE)


def tighten(home: Path) -> None:
    """Take others' rights to the home and to what is ours in it, and say so once.

    What is not ours keeps its mode, and so does a home that holds anything else. No link is
    followed.
    """
    closed, left = [], []
    for path in open_to_others(home):
        try:
            _close(path)
            closed.append(path.name)
        except FileNotFoundError:  # the server has just done with it
            continue
        except OSError:
            left.append(path.name)
    if closed:
        log.warning("closed to other users", home=str(home), files=", ".join(closed))
    if left:
        log.warning("open to other users", home=str(home), files=", ".join(left))


def open_to_others(home: Path) -> list[Path]:
    """The home, if it is ours alone, and what is ours in it, where other users have any right."""
    return [path for path in _ours(home) if is_open(path)]


def _ours(home: Path) -> Iterator[Path]:
    try:
        names = sorted(path.name for path in home.iterdir())
    except OSError:
        return
    if all(map(_is_ours, names)) and not _is_shared(home):
        yield home
    for name in filter(_is_ours, names):
        path = home / name
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from (each for each in sorted(path.rglob("*")) if not each.is_symlink())


def _is_ours(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _OURS)


def _is_shared(home: Path) -> bool:
    """True for a folder that is more than ours, though it may be empty: a user's own, /, /tmp."""
    real = home.resolve()
    sticky = real.stat().st_mode & stat.S_ISVTX
    return bool(sticky) or home.is_symlink() or _holds_a_user(real)


def _holds_a_user(folder: Path) -> bool:
    try:
        own = Path.home().resolve()
    except RuntimeError:  # this user has none
        return False
    return folder == own or folder in own.parents


def is_open(path: Path) -> bool:
    """True where other users have any right; a link has none, a socket gets its server's mode."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return False
    linked = stat.S_ISLNK(found) or stat.S_ISSOCK(found)
    return not linked and bool(found & _OTHERS)


def _close(path: Path) -> None:
    """By a descriptor: whoever may write to the folder could put a link in a name's place."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(file).st_mode
        os.fchmod(file, mode & (_FOLDER if stat.S_ISDIR(mode) else _FILE))
    finally:
        os.close(file)

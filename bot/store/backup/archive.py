"""The file of a backup: JSON lines, compressed by gzip; it is whole under its name or not there.

The first line says what it is, the last one what it holds, each line between is of one key, in
the order of ``KEPT``. While it is made, lines lie in unnamed files beside it, so that memory does
not bound its size.
"""

import gzip
import json
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from io import BufferedWriter, RawIOBase
from pathlib import Path
from typing import IO, NamedTuple, Self, cast

from bot import __version__
from bot.store.backup.lines import BadLine, KeyLine, as_json, read, written
from bot.store.connection.identity import STORE_LAYOUT
from bot.store.errors import BackupError
from bot.store.keys.backups import KEPT

FORM = 1
"""The form of the file that this program writes, and the last one that it reads."""

MEMBERS_COUNTED = frozenset(
    {"channels", "channels:listed", "saved", "stream:posts", "stream:posts:later"}
)
"""Kinds of which members are counted, too."""

_FAST, _SMALL = 1, 6  # levels of compression
_LONGEST = 64 << 20  # bytes of a line
_TOGETHER = 1 << 16  # bytes
_HEAD, _END = "fortochka_backup", "end"
_END_LINE = b'{"end":'

CountStep = Callable[[int], None]
"""Is told how many lines are done."""


class Head(NamedTuple):
    """What the first line says: when it was made, by which version of the program."""

    made_at: datetime
    program: str


class Sums(NamedTuple):
    """What a file holds: lines, keys of each kind, members of those ``MEMBERS_COUNTED``."""

    lines: int
    keys: Mapping[str, int]
    members: Mapping[str, int]


class _Counts:
    def __init__(self) -> None:
        self.lines, self._keys, self._members = 0, Counter[str](), Counter[str]()

    def add(self, kind: str, part: int, members: int) -> None:
        self.lines += 1
        self._keys[kind] += part == 0
        if kind in MEMBERS_COUNTED:
            self._members[kind] += members

    def sums(self) -> Sums:
        return Sums(self.lines, dict(self._keys), dict(self._members))


class Spool:
    """Lines on their way into a file, in unnamed files beside it: one for each group."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self._latest: dict[bytes, int] = {}
        self._counts = _Counts()
        self._raw: dict[str, IO[bytes]] = {}
        for group in KEPT:
            unnamed = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the stack closes it
            self._raw[group] = self._stack.enter_context(unnamed)
        self._packed = {
            group: _packing(gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=_FAST))
            for group, raw in self._raw.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for packed in self._packed.values():
            with suppress(OSError):  # what is left in it finds no room: that was said already
                packed.close()
        self._stack.close()

    def put(self, key: bytes, number: int, lines: Sequence[KeyLine]) -> None:
        """The lines of a key as read in round ``number``, in place of those of earlier rounds."""
        mark = key.hex().encode()
        if number:
            self._latest[mark] = number
        for line in lines:
            about = (line.kind.name.encode(), line.part, len(line.value))
            text = b"%b %d %b %d %d %b\n" % (mark, number, *about, written(line))
            self._packed[line.kind.group].write(text)

    def lines(self) -> Iterator[bytes]:
        """All lines that stand, group by group; nothing may be put in afterwards."""
        for group, packed in self._packed.items():
            packed.close()
            self._raw[group].seek(0)
            with gzip.GzipFile(fileobj=self._raw[group]) as file:
                for line in file:
                    mark, number, kind, part, members, text = line.split(b" ", 5)
                    if self._latest.get(mark, 0) == int(number):
                        self._counts.add(kind.decode(), int(part), int(members))
                        yield text

    def sums(self) -> Sums:
        """What the lines that came out hold."""
        return self._counts.sums()


def write_archive(
    path: Path, spool: Spool, made_at: datetime, step: CountStep
) -> tuple[Sums, int]:
    """Write the file beside its place, then put it there; what it holds and its size in bytes.

    ``OSError`` where there is no room or no right: then nothing is changed.
    """
    head = {
        _HEAD: FORM,
        "made_at": made_at.isoformat(),
        "program": __version__,
        "layout": STORE_LAYOUT,
    }
    with _beside(path) as raw:
        with _packing(gzip.GzipFile("", "wb", _SMALL, raw, made_at.timestamp())) as file:
            file.write(as_json(head) + b"\n")
            for number, text in enumerate(spool.lines(), 1):
                file.write(text)
                step(number)
            sums = spool.sums()
            file.write(as_json({_END: sums._asdict()}) + b"\n")
        return sums, raw.tell()


def _packing(file: gzip.GzipFile) -> BufferedWriter:
    """Compresses many lines at a time: each alone takes as long as its compression."""
    return BufferedWriter(cast("RawIOBase", file), _TOGETHER)


@contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    """A file of this user alone beside a place, put there when the block has ended well."""
    number, name = tempfile.mkstemp(".part", f".{path.name}-", path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


class Archive:
    """A file that is read; ``BackupError`` for one that is not what it should be."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def head(self) -> Head:
        """What the first line says."""
        _, text = next(self._texts(), (1, b""))
        try:
            found = json.loads(text)
            form, layout, program = int(found[_HEAD]), int(found["layout"]), str(found["program"])
            if form <= FORM and layout <= STORE_LAYOUT:
                return Head(datetime.fromisoformat(found["made_at"]), program)
        except (ValueError, TypeError, KeyError):
            raise BackupError(f"{self.path} is no backup of fortochka") from None
        raise BackupError(
            f"{self.path} was made by fortochka {program}, in form {form} of layout {layout}; "
            f"this is {__version__}, which knows form {FORM} of layout {STORE_LAYOUT}: "
            "restore it with a program as new as that"
        )

    def check(self, step: CountStep) -> tuple[Head, Sums]:
        """Read all of it: nothing is missing, and everything can be restored."""
        head, counts, end = self.head(), _Counts(), None
        for number, text in self._texts():
            if number == 1:
                continue
            if end is not None:
                raise BackupError(f"{self.path}: line {number} stands behind the end")
            if text.startswith(_END_LINE):
                end = self._end(number, text)
                continue
            line = self._read(number, text, head)
            counts.add(line.kind.name if line else "", line.part if line else 0, _size(line))
            step(counts.lines)
        if end is None:
            raise BackupError(f"{self.path} was cut after line {counts.lines + 1}")
        if end != counts.lines:
            raise BackupError(f"{self.path} has {counts.lines} keys' lines, but should have {end}")
        return head, counts.sums()

    def lines(self) -> Iterator[KeyLine]:
        """The keys of a file that was checked, without those of kinds that are not kept."""
        for number, text in self._texts():
            if number > 1 and not text.startswith(_END_LINE) and (line := read(text)):
                yield line

    def digest(self) -> str:
        """A hash of the file, to know it by."""
        with self.path.open("rb") as file:
            found = sha256()
            while block := file.read(1 << 20):
                found.update(block)
        return found.hexdigest()[:16]

    def _texts(self) -> Iterator[tuple[int, bytes]]:
        """Lines by number, as far as the file can be read."""
        number = 0
        try:
            with gzip.open(self.path) as file:
                while text := file.readline(_LONGEST):
                    number += 1
                    yield number, text
        except EOFError:
            raise BackupError(f"{self.path} was cut after line {number}") from None
        except (gzip.BadGzipFile, zlib.error):
            damaged = f"is damaged behind line {number}" if number else "is no backup of fortochka"
            raise BackupError(f"{self.path} {damaged}") from None
        except OSError as error:
            raise BackupError(f"{self.path}: {error.strerror or error}") from None

    def _read(self, number: int, text: bytes, head: Head) -> KeyLine | None:
        try:
            return read(text)
        except BadLine as error:
            by = f" (it was made by fortochka {head.program}, this is {__version__})"
            raise BackupError(
                f"{self.path}: line {number}: {error}{by if head.program != __version__ else ''}"
            ) from None

    def _end(self, number: int, text: bytes) -> int:
        try:
            return int(json.loads(text)[_END]["lines"])
        except (ValueError, TypeError, KeyError):
            raise BackupError(f"{self.path}: line {number}: the end is damaged") from None


def _size(line: KeyLine | None) -> int:
    return len(line.value) if line else 0

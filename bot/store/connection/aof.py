"""The append-only files of the embedded server, read to find where they stop to make sense.

The server's own tool for it takes the base file of this version for damaged and would cut it to
nothing. The form: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
"""

import mmap
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

FOLDER, MANIFEST = "appendonlydir", "appendonly.aof.manifest"
_LINE = re.compile(r"file (\S+) seq (\d+) type ([bhi])( .*)?")
_NAME = re.compile(r"appendonly\.aof\.(\d+)\.(base|incr)\.(?:rdb|aof)")
_HEAD, _LENGTH = re.compile(rb"\*(\d{1,7})\r\n"), re.compile(rb"\$(\d{1,10})\r\n")
_MOMENT = re.compile(rb"#TS:(\d{10})\r\n|\r\n(\d{13})-\d+\r\n")  # an item of a stream has its time
_NEAR = 1 << 20  # bytes before a place that may tell its time


class DataFile(NamedTuple):
    """A file that the manifest lists; of ``kind`` b (base) or i (increment)."""

    name: str
    number: int
    kind: str


class Reading(NamedTuple):
    """How far a file of commands makes sense.

    ``good`` bytes of ``size``, the last of them written at ``until``; ``behind`` is the number of
    whole commands after the damage.
    """

    size: int
    good: int
    behind: int = 0
    until: datetime | None = None


class BadManifest(Exception):
    """The list of the files is missing or makes no sense."""


def listed(folder: Path) -> Sequence[DataFile]:
    """The files that the manifest lists, in their order; ``BadManifest`` when it says nothing."""
    try:
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
    except FileNotFoundError:
        raise BadManifest("is missing") from None
    except UnicodeDecodeError:
        raise BadManifest("is damaged") from None
    found = [_LINE.fullmatch(line) for line in lines if not line.startswith("#")]
    if not found:
        raise BadManifest("is empty")
    if not all(found):
        raise BadManifest("is damaged")
    files = [DataFile(line[1], int(line[2]), line[3]) for line in found if line]
    return [file for file in files if file.kind != "h"]


def present(folder: Path) -> Sequence[DataFile]:
    """The files that are there, in the order in which a manifest lists them."""
    names = [path.name for path in folder.glob("appendonly.aof.*")]
    found = [match for name in names if (match := _NAME.fullmatch(name))]
    files = [DataFile(match[0], int(match[1]), match[2][0]) for match in found]
    return sorted(files, key=lambda file: (file.kind, file.number))


def manifest(files: Sequence[DataFile]) -> str:
    """The text of a manifest."""
    return "".join(f"file {file.name} seq {file.number} type {file.kind}\n" for file in files)


def read_commands(path: Path) -> Reading:
    """Read a file of commands up to where it stops to make sense, and look for what is behind."""
    size = path.stat().st_size
    if not size:
        return Reading(0, 0)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        good, bad = _good_until(data)
        behind = sum(1 for _ in _commands_behind(data, bad)) if bad < size else 0
        return Reading(size, good, behind, _moment_before(data, good))


def _good_until(data: mmap.mmap) -> tuple[int, int]:
    """Where the last whole command or transaction ends, and where reading had to stop."""
    at, begun = 0, -1
    while at < len(data):
        end, name = _command(data, at)
        if end < 0:
            break
        if name == b"MULTI":
            begun = at
        elif name == b"EXEC":
            begun = -1
        at = end
    return (at if begun < 0 else begun), at


def _command(data: mmap.mmap, at: int) -> tuple[int, bytes]:
    """The end of the command or remark at a place and its first word; -1 when there is none."""
    if data[at : at + 1] == b"#":
        end = data.find(b"\r\n", at, at + 1024)
        return (end + 2 if end >= 0 else -1), b""
    head = _HEAD.match(data, at)
    if not head or head[1] == b"0":
        return -1, b""
    at, first = head.end(), b""
    for number in range(int(head[1])):
        length = _LENGTH.match(data, at)
        if not length:
            return -1, b""
        start, at = length.end(), length.end() + int(length[1]) + 2
        if at > len(data) or data[at - 2 : at] != b"\r\n":
            return -1, b""
        if not number:
            first = data[start : start + min(int(length[1]), 16)].upper()
    return at, first


def _commands_behind(data: mmap.mmap, bad: int) -> Iterator[int]:
    """Places of whole commands after one that makes no sense."""
    at = bad + 1
    while head := _HEAD.search(data, at):
        end, _ = _command(data, head.start())
        if end > 0:
            yield head.start()
        at = end if end > 0 else head.start() + 1


def _moment_before(data: mmap.mmap, place: int) -> datetime | None:
    near = data[max(0, place - _NEAR) : place]
    moments = [int(at[1] or at[2][:10]) for at in _MOMENT.finditer(near)]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None

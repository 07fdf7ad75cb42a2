"""A folder of files that are ours, known by a list in it: only what changed is written anew."""

import hashlib
import os
import re
from pathlib import Path

from bot.errors import CommandError

LIST_NAME = ".fortochka-site"
"""The list: a line of ``_HEAD``, then for each file what it holds, hashed, and its path."""

_HEAD = "fortochka site 1"
_BEGUN = "-"  # in place of a hash: it may not have been written whole
_ALLOWED = {".git"}
_LINE = re.compile(r"(-|[0-9a-f]{64}) ([^\\\0]+)")


class ForeignFolder(CommandError):
    """The folder, or a file in it, is not ours."""


class SiteFolder:
    """Takes files, writes those that changed, and in the end removes those that were not given.

    What is begun is noted first, so that a run that was killed leaves nothing that is not known.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder where there is none; ``ForeignFolder`` for one with others' files."""
        self._folder, self._list = folder, folder / LIST_NAME
        folder.mkdir(parents=True, exist_ok=True)
        if not self._list.exists():
            if any(each.name not in _ALLOWED for each in folder.iterdir()):
                raise ForeignFolder(f"{folder} holds files of others; name an empty folder")
            self._list.write_text(f"{_HEAD}\n", "utf-8")
        self._before = self._read()
        self._now: dict[str, str] = {}

    def put(self, path: str, body: bytes) -> bool:
        """Keep a file, its path with slashes; True where it was written."""
        hashed, place = hashlib.sha256(body).hexdigest(), self._place(path)
        before = self._before.get(path)
        self._now[path] = hashed
        if before == hashed and place.is_file():
            return False
        if before is None and os.path.lexists(place):
            raise ForeignFolder(f"{place} is not ours; take it away, or name another folder")
        with self._list.open("a", encoding="utf-8") as file:
            file.write(f"{_BEGUN} {path}\n")
        place.parent.mkdir(parents=True, exist_ok=True)
        _replace(place, body)
        return True

    def finish(self) -> int:
        """Remove what was not given this time; how many files that were."""
        gone = self._before.keys() - self._now.keys()
        for path in gone:
            place = self._place(path)
            place.unlink(missing_ok=True)
            self._drop_empty(place.parent)
        lines = (f"{hashed} {path}\n" for path, hashed in sorted(self._now.items()))
        _replace(self._list, f"{_HEAD}\n{''.join(lines)}".encode())
        return len(gone)

    def _read(self) -> dict[str, str]:
        head, *lines = self._list.read_text("utf-8").split("\n")
        if head != _HEAD:
            raise ForeignFolder(f"{self._list} is of another version, or no list of ours")
        found = filter(None, map(_LINE.fullmatch, lines))
        return {each[2]: each[1] for each in found}

    def _place(self, path: str) -> Path:
        """Where a file stands: within the folder, whatever links somebody made there."""
        place = self._folder / path
        if not place.parent.resolve().is_relative_to(self._folder.resolve()):
            raise ForeignFolder(f"{place} leads out of {self._folder}")
        return place

    def _drop_empty(self, folder: Path) -> None:
        while folder != self._folder and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _replace(place: Path, body: bytes) -> None:
    """Write a file whole or not at all."""
    part = place.with_name(f"{LIST_NAME}.part")
    part.write_bytes(body)
    part.replace(place)

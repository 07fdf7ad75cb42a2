"""An export as a stream of valid JSON: what Telegram Desktop writes wrong is put right."""

import codecs
import json
import re
from typing import BinaryIO

import ijson

_CHUNK = 2**16
# The writer has no \xNN from JSON: https://github.com/telegramdesktop/tdesktop/issues/27571 .
# Whole escapes are matched, so that a backslash that is itself escaped begins none.
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|[\"\\/bfnrt]|u[0-9A-Fa-f]{4}|())")
_ODD_ESCAPE = re.compile(rb"\\(?![\"\\/bfnrtu])|\\u(?![0-9A-Fa-f]{4})")
_CUT_ESCAPE = re.compile(rb"\\+(x[0-9A-Fa-f]?|u[0-9A-Fa-f]{0,3})?$")
# Versions of 2022 leave a path without quotation marks, to the end of its line:
# https://github.com/telegramdesktop/tdesktop/issues/24961
_BARE = re.compile(
    rb'("document_id":[ \t]*)(?!["\[{ \t]|(?:-?\d+|true|false|null)[ \t]*[,\r\n}])'
    rb"([^\r\n]*?)(,?[ \t]*\r?\n)"
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TAB = re.compile(rb"(?<=[^\s,:{\[])\t")
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class MendedStream:
    """A binary file to read JSON from; ``mended`` counts what was put right so far.

    Drops a byte order mark, and takes UTF-16 behind one. ``lines`` counts the lines passed on,
    ``before`` those before the last piece; ``file`` is what is read, from its start.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._begin()

    def _begin(self) -> None:
        self.mended = 0
        self.lines = self.before = 1
        self._rest = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._started = False

    def restart(self) -> None:
        """Read from the file's start again."""
        self.file.seek(0)
        self._begin()

    def read(self, size: int = -1) -> bytes:
        """The next bytes, about ``size`` of them; empty at the end only."""
        if size == 0:
            return b""
        while True:
            data = self._more(max(size, _CHUNK))
            whole = self._rest + data
            end = len(whole) if not data else _whole_until(whole)
            ready, self._rest = whole[:end], whole[end:]
            if ready or not data:
                self.before, self.lines = self.lines, self.lines + ready.count(b"\n")
                return self._mend(ready)

    def _more(self, size: int) -> bytes:
        data = self.file.read(size)
        if not self._started:
            self._started = True
            for mark, name in _MARKS.items():
                if data.startswith(mark):
                    self._decoder = codecs.getincrementaldecoder(name)("replace")
                    data = data.removeprefix(mark)
            while data.startswith(codecs.BOM_UTF8):
                data = data.removeprefix(codecs.BOM_UTF8)
        return data if self._decoder is None else self._decoder.decode(data).encode()

    def _mend(self, data: bytes) -> bytes:
        if _ODD_ESCAPE.search(data):
            data = _ESCAPE.sub(self._escaped, data)
        if b'"document_id"' in data:
            data = _BARE.sub(self._quoted, data)
        for fault in (_CONTROL, _TAB) if b"\t" in data else (_CONTROL,):
            if fault.search(data):
                data, number = fault.subn(b" ", data)
                self.mended += number
        return data

    def _escaped(self, found: re.Match[bytes]) -> bytes:
        if found[1] is None and found[2] is None:
            return found[0]
        self.mended += 1
        return b"\\u00" + found[1] if found[1] else b"\\\\"

    def _quoted(self, found: re.Match[bytes]) -> bytes:
        self.mended += 1
        path = json.dumps(found[2].decode("utf-8", "replace"), ensure_ascii=False).encode()
        return found[1] + path + found[3]


class _Nowhere:
    """Takes the events of a parser of which only the failure matters."""

    def send(self, event: object) -> None:
        """Forget an event."""


def broken_line(stream: MendedStream) -> int:
    """The line, from 1, at which a stream whose last piece could not be parsed is no JSON."""
    last = stream.before
    stream.restart()
    parser = ijson.basic_parse_coro(_Nowhere())
    line = 1
    try:
        while data := stream.read():
            for part in data.splitlines(keepends=True) if stream.before >= last else (data,):
                parser.send(part)
                line += part.count(b"\n")
        parser.close()
    except (ijson.JSONError, UnicodeDecodeError):
        return line
    return line


def _whole_until(data: bytes) -> int:
    """Where to cut data that go on: behind a line, else not within an escape."""
    line = data.rfind(b"\n", -_CHUNK)
    if line >= 0:
        return line + 1
    cut = _CUT_ESCAPE.search(data, max(0, len(data) - _CHUNK))
    if cut is None:
        return len(data)
    slashes = len(cut[0]) - len(cut[1] or b"")
    return len(data) if slashes % 2 == 0 else cut.start() + slashes - 1

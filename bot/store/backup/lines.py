"""One key as one line of JSON, or several lines where it has many members, and back.

``{"key": …, "type": …, "expires": …, "part": …, "value": …}``; the key without the prefix that all
have, the instant at which it expires, and which part of the key's members it is, from 0, where
there are several. A text that is JSON is shown as ``{"json": …}``, one that is none in UTF-8 as
``{"base64": …}``. Pure.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.model import Delivery, Entry, Post, Subscription, Value
from bot.store.backup.kinds import KEPT_KINDS, LEFT_OUT_KINDS, KeptKind, kept_kind
from bot.store.codec.entries import entry_text, from_text
from bot.store.connection.key_types import type_of
from bot.store.errors import NewerVersion
from bot.store.keys import PREFIX

Plain = Mapping[str, object] | Sequence[object] | str
"""A value as JSON has it."""

Command = tuple[str | bytes | int | float, ...]
EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)


_BODIES: Mapping[str, type[Value]] = {
    "entry": Entry,
    "post": Post,
    "subscription": Subscription,
    "delivery": Delivery,
}
VERSIONS = {
    name: (body.__name__, int(body.model_fields["v"].default)) for name, body in _BODIES.items()
}
"""Bodies with a version, by the kind of their key: what they are and the newest that is known."""


class BadLine(Exception):
    """A line says nothing that can be restored; the text says what is wrong with it."""


class KeyLine(NamedTuple):
    """A key, or a part of its members; ``expires`` in ms since 1970, 0 for never."""

    name: str
    kind: KeptKind
    type: str
    value: Plain
    expires: int = 0
    part: int = 0

    @property
    def key(self) -> str:
        """The key in the store."""
        return f"{PREFIX}{self.name}"


def written(line: KeyLine) -> bytes:
    """The line without its end."""
    fields: dict[str, object] = {"key": line.name, "type": line.type}
    if line.expires:
        expires = EPOCH + line.expires * _MILLISECOND
        fields["expires"] = expires.isoformat(timespec="milliseconds")
    if line.part:
        fields["part"] = line.part
    return as_json({**fields, "value": line.value})


def as_json(value: object) -> bytes:
    """Compact JSON in UTF-8; what is no UTF-8 stands in it as ``\\udc80`` and the like."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def read(raw: bytes) -> KeyLine | None:
    """The key of a line; None for a kind that this program does not keep. ``BadLine``."""
    try:
        found = json.loads(raw)
    except ValueError:
        raise BadLine("it is no JSON") from None
    if not isinstance(found, dict) or not isinstance(name := found.get("key"), str):
        raise BadLine("it names no key")
    kind = kept_kind(name)
    if kind in LEFT_OUT_KINDS:
        return None
    if kind not in KEPT_KINDS:
        raise BadLine(f"{name} is a key of no kind that this program knows")
    if found.get("type") != type_of(f"{PREFIX}{name}"):
        raise BadLine(f"{name} must be a {type_of(f'{PREFIX}{name}')}")
    part = found.get("part", 0)
    if not isinstance(part, int) or part < 0:
        raise BadLine(f"{name} has a part that is no number")
    line = KeyLine(
        name, KEPT_KINDS[kind], found["type"], found.get("value", ""), _expires(found), part
    )
    try:
        if not _is_packed(line.value):  # to pack it takes longer than all else
            write_commands(line)
    except (TypeError, ValueError, KeyError, AttributeError, NoBase64):
        raise BadLine(f"{name} has no value of a {line.type}") from None
    if newer := _newer(line):
        raise BadLine(f"{name} is of a newer program: {newer}")
    return line


def _newer(line: KeyLine) -> str:
    """What is of a version that this program does not know."""
    known = VERSIONS.get(line.kind.name)
    if not known or not isinstance(line.value, Mapping):
        return ""
    kind, newest = known
    for body in (line.value, *line.value.values()):
        found = body.get("json") if isinstance(body, Mapping) else None
        version = found.get("v") if isinstance(found, Mapping) else None
        if isinstance(version, int) and version > newest:
            return f"{kind} of version {version}, and this one knows {newest}"
    return ""


def _is_packed(value: Plain) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"head", "json"}


def _expires(found: Mapping[str, object]) -> int:
    given = found.get("expires")
    if given is None:
        return 0
    try:
        moment = datetime.fromisoformat(str(given))
        return (moment - EPOCH) // _MILLISECOND
    except (TypeError, ValueError):
        raise BadLine(f"{found['key']} expires at no instant") from None


def shown(raw: bytes) -> object:
    """A text of the store as the file has it."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(raw).decode()}
    if text[:1] in {"{", "["}:
        try:
            value = json.loads(text)
            if as_json(value) == raw:
                return {"json": value}
        except ValueError:
            pass
    return text


def shown_entry(raw: bytes) -> object:
    """An entry as the file has it: unpacked, with its head; any other text where it is damaged."""
    try:
        head, text = entry_text(raw)
        return {"head": head, "json": json.loads(text)} if head else shown(raw)
    except (ValueError, NewerVersion):
        return shown(raw)


def stored(value: object) -> bytes:
    """The text of the store that the file shows so."""
    if isinstance(value, str):
        return name_bytes(value)
    if not isinstance(value, Mapping) or not (value.keys() & {"json", "base64"}):
        raise TypeError
    if "base64" in value:
        return b64decode(value["base64"], validate=True)
    return from_text(str(value.get("head", "")), as_json(value["json"]))


def name_text(raw: bytes) -> str:
    """A member or a field as text, whatever its bytes."""
    return raw.decode("utf-8", "surrogateescape")


def name_bytes(text: str) -> bytes:
    """The bytes of such a text."""
    return text.encode("utf-8", "surrogateescape")


def shown_score(raw: bytes) -> float | int | str:
    """A shown_score as a number; as a text where JSON has none for it."""
    value = float(raw)
    if value.is_integer():
        return int(value)
    return value if abs(value) != float("inf") and value == value else name_text(raw)


def write_commands(line: KeyLine) -> Sequence[Command]:
    """The commands that write the line's value, without its end of life."""
    key, value = line.key, line.value
    match line.type:
        case "string":
            return [("SET", key, stored(value))]
        case "hash" if isinstance(value, Mapping):
            pairs = [(name_bytes(name), stored(each)) for name, each in value.items()]
            return [("HSET", key, *(part for pair in pairs for part in pair))] if pairs else []
        case "set":
            return _added("SADD", key, texts(value))
        case "list":
            return _added("RPUSH", key, texts(value))
        case "zset":
            ranked = [(number, name_bytes(name)) for name, number in scored(value)]
            return [("ZADD", key, *(part for pair in ranked for part in pair))] if ranked else []
        case "stream":
            return [
                ("XADD", key, name, *(part for pair in fields for part in pair))
                for name, fields in stream_items(value)
            ]
    raise TypeError


def _added(command: str, key: str, members: Sequence[bytes]) -> list[Command]:
    return [(command, key, *members)] if members else []


def texts(value: object) -> list[bytes]:
    """The members of a set or a list."""
    if not isinstance(value, list):
        raise TypeError
    return [name_bytes(each) for each in value]


def scored(value: object) -> list[tuple[str, float]]:
    """The members of a sorted set, with their scores."""
    if not isinstance(value, list):
        raise TypeError
    return [(name, number if isinstance(number, int) else float(number)) for name, number in value]


def stream_items(value: object) -> list[tuple[str, list[tuple[bytes, bytes]]]]:
    """The items of a stream by id, each with its fields."""
    if not isinstance(value, list):
        raise TypeError
    return [
        (f"{int(name.partition('-')[0])}-{int(name.partition('-')[2])}", _pairs(fields))
        for name, fields in value
    ]


def _pairs(fields: Mapping[str, object]) -> list[tuple[bytes, bytes]]:
    if not fields:
        raise ValueError
    return [(name_bytes(name), stored(each)) for name, each in fields.items()]

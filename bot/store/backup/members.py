"""The members of a key, by its type, in parts of a thousand; of some kinds only a part is kept.

Of updates only posts of channels are: what people said is theirs, may hold one-time codes, and
would be answered too late. Of dead letters those about posts, for the same reasons.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from redis.asyncio import Redis
from redis.client import NEVER_DECODE

from bot.store import keys
from bot.store.backup.kinds import KeptKind, bare_name
from bot.store.backup.lines import KeyLine, Plain, name_text, shown, shown_entry, shown_score
from bot.store.connection.key_types import type_of

PART_MEMBERS = 1_000
"""Members of one line."""

_CHANNEL_POSTS = frozenset({"channel_post", "edited_channel_post"})
_OF_POSTS = frozenset({keys.POSTS, keys.ENTRIES})
_Command = tuple[object, ...]


class _Parts(NamedTuple):
    """How the members of a type are asked for from a place on, and where the next part begins.

    The first place is ``begin``, the one after the last part None.
    """

    ask: Callable[[bytes, Any], _Command]
    begin: Any
    after: Callable[[Any, Any], Any]
    plain: Callable[[Any], Plain]


def _after_texts(place: int, answer: Sequence[bytes]) -> int | None:
    return place + PART_MEMBERS if len(answer) == PART_MEMBERS else None


def _after_pairs(place: int, answer: Sequence[bytes]) -> int | None:
    return place + PART_MEMBERS if len(answer) == 2 * PART_MEMBERS else None


def _after_cursor(_: int, answer: tuple[int, object]) -> int | None:
    return int(answer[0]) or None


def _after_item(_: bytes, answer: Sequence[tuple[bytes, object]]) -> bytes | None:
    return b"(" + answer[-1][0] if len(answer) == PART_MEMBERS else None


def _fields(found: Mapping[bytes, bytes]) -> dict[str, object]:
    return {name_text(name): shown(value) for name, value in found.items()}


def _scored(found: Sequence[bytes]) -> list[object]:
    pairs = zip(found[::2], found[1::2], strict=True)
    return [[name_text(name), shown_score(each)] for name, each in pairs]


_PARTS = {
    "hash": _Parts(
        lambda key, at: ("HSCAN", key, at, "COUNT", PART_MEMBERS),
        0,
        _after_cursor,
        lambda a: _fields(a[1]),
    ),
    "set": _Parts(
        lambda key, at: ("SSCAN", key, at, "COUNT", PART_MEMBERS),
        0,
        _after_cursor,
        lambda answer: sorted(map(name_text, answer[1])),
    ),
    "list": _Parts(
        lambda key, at: ("LRANGE", key, at, at + PART_MEMBERS - 1),
        0,
        _after_texts,
        lambda answer: list(map(name_text, answer)),
    ),
    "zset": _Parts(
        lambda key, at: ("ZRANGE", key, at, at + PART_MEMBERS - 1, "WITHSCORES"),
        0,
        _after_pairs,
        _scored,
    ),
    "stream": _Parts(
        lambda key, at: ("XRANGE", key, at, "+", "COUNT", PART_MEMBERS),
        b"-",
        _after_item,
        lambda answer: [[name.decode(), _fields(each)] for name, each in answer],
    ),
}


def first_part(key: bytes) -> _Command:
    """The command that reads a string, or the first part of something longer."""
    parts = _PARTS.get(type_of(name_text(key)))
    return parts.ask(key, parts.begin) if parts else ("GET", key)


async def key_lines(
    redis: Redis, key: bytes, kind: KeptKind, expires: int, first: Any
) -> AsyncIterator[KeyLine]:
    """The lines of a key whose first part is read; none where it is gone or nothing is kept."""
    text = name_text(key)
    empty = KeyLine(bare_name(text), kind, type_of(text), "", expires)
    if empty.type == "string":
        if first is not None:
            show = shown_entry if kind.name == "entry" else shown
            yield empty._replace(value=cast("Plain", show(first)))
        return
    parts, number, answer = _PARTS[empty.type], 0, first
    place = parts.begin
    while place is not None:
        if value := _kept(kind, parts.plain(answer)):
            yield empty._replace(value=value, part=number)
            number += 1
        place = parts.after(place, answer)
        if place is not None:
            ask: Callable[..., Awaitable[Any]] = redis.execute_command
            answer = await ask(*parts.ask(key, place), **{NEVER_DECODE: True})


def _kept(kind: KeptKind, value: Any) -> Plain:
    """What is kept of these members."""
    if kind.name == "stream:dead":
        return [item for item in value if item[1].get("stream") in _OF_POSTS]
    if kind.rule != "channel posts":
        return cast("Plain", value)
    if kind.name == "stream:updates":
        return [item for item in value if _is_post(item[1])]
    if kind.name == "stream:updates:later":
        return [pair for pair in value if _is_post(_paired(pair[0]))]
    return [text for text in value if _is_post(_paired(text))]


def _paired(text: str) -> Mapping[str, object]:
    """The fields of an item that was put off, or stands in a line: a list of names and values."""
    try:
        words = json.loads(text)
    except ValueError:  # the place of the one that is in the stream
        return {}
    return dict(zip(words[::2], words[1::2], strict=False)) if isinstance(words, list) else {}


def _is_post(fields: Mapping[str, object]) -> bool:
    body = fields.get("body")
    update = body.get("json") if isinstance(body, Mapping) else _object(body)
    return isinstance(update, Mapping) and bool(update.keys() & _CHANNEL_POSTS)


def _object(body: object) -> object:
    try:
        return json.loads(body) if isinstance(body, str) else None
    except ValueError:
        return None

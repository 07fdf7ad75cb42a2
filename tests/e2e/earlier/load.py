"""Put a store that an earlier version has left into a server, as if that had been a minute ago."""

import json
import re
import zlib
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from redis.asyncio import Redis

from bot.store.codec.entries import entry_text, from_text
from tests.e2e.earlier.make import READER

_NUMBER = re.compile(r"(?<!\w)1[78]\d{8}(?:\d{3}|\d{6})?(?!\w)")  # s, ms or µs since 1970
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_DAY = re.compile(r"(?<!\w)\d{4}-\d\d-\d\d(?!\w)")
_MINUTE, _A_DAY = timedelta(minutes=1), timedelta(days=1)

Line = dict[str, Any]


class Left(NamedTuple):
    """What a store was when it was left: a digest as of an instant, as the terminal showed it."""

    as_of: datetime
    digest: str


class _Moved:
    """Moves what a text says of time; days are those of the digest that was sent."""

    def __init__(self, made: datetime, sent: datetime) -> None:
        self._by = ((datetime.now(UTC) - made) // _MINUTE - 1) * _MINUTE
        self._sent = sent

    def instant(self, at: datetime) -> datetime:
        return at + self._by

    def text(self, text: str) -> str:
        text = _NUMBER.sub(self._number, text)
        text = _DAY.sub(self._day, text)
        text = _INSTANT.sub(self._instant, text)
        return text.replace(f"{self._sent:%H:%M}:00", f"{self.instant(self._sent):%H:%M}:00")

    def _number(self, found: re.Match[str]) -> str:
        unit = 10 ** (len(found[0]) - 10)
        return str(int(found[0]) + int(self._by.total_seconds()) * unit)

    def _instant(self, found: re.Match[str]) -> str:
        return self.instant(datetime.fromisoformat(found[0])).isoformat()

    def _day(self, found: re.Match[str]) -> str:
        days = self.instant(self._sent).date() - self._sent.date()
        return (datetime.fromisoformat(found[0]) + days).date().isoformat()


async def load(redis: Redis, path: Path) -> Left:
    """Put it in; streams without their groups, which the program makes where there are none."""
    head, *lines = map(json.loads, path.read_text("utf-8").splitlines())
    due = dict(next(line["value"] for line in lines if line["key"] == "ftk:due"))[str(READER)]
    sent = datetime.fromtimestamp(due, UTC) - _A_DAY
    moved = _Moved(datetime.fromisoformat(head["made_at"]), sent)
    for line in lines:
        line["value"] = _moved_value(line["value"], moved)
        line["key"] = moved.text(line["key"])
        await _put(redis, line)
    return Left(moved.instant(datetime.fromisoformat(head["as_of"])), head["digest"])


def _moved_value(value: Any, moved: _Moved) -> Any:
    match value:
        case {"base64": packed}:
            about, text = entry_text(b64decode(packed))
            return from_text(about, moved.text(text.decode()).encode())
        case {"zlib": packed}:
            return zlib.decompress(b64decode(packed))
        case str():
            return moved.text(value)
    return json.loads(moved.text(json.dumps(value)))


async def _put(redis: Redis, line: Line) -> None:
    key, value = line["key"], line["value"]
    match line["type"]:
        case "string":
            await redis.set(key, value)
        case "hash":
            await redis.hset(key, mapping=value)
        case "set":
            await redis.sadd(key, *value)
        case "list":
            await redis.rpush(key, *value)
        case "zset":
            await redis.zadd(key, dict(value))
        case "stream":
            for name, fields in value:
                await redis.xadd(key, fields, id=name)
    if line["ttl"] > 0:
        await redis.pexpire(key, line["ttl"])

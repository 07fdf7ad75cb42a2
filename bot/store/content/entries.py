"""Entries and their indexes by time and channel."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from redis.asyncio import Redis

from bot.model import Entry
from bot.store import keys
from bot.store.codec.entries import entry_in, packed, stored_entries
from bot.store.codec.versions import decode_readable
from bot.store.keys import owner as owner_keys
from bot.store.keys import stories as story_keys
from bot.store.queue.stream import GROUP, Item
from bot.store.scripts import Argument, Call, Scripts


class About(NamedTuple):
    """What is noted together with an entry.

    ``reading`` names the question that its analysis answers, for whoever asks it again;
    ``counters`` of the ``day`` are raised by one each where it is stored. What was asked for
    ``anew`` takes the place of another reading by the same prompt.
    """

    reading: str = ""
    day: date | None = None
    counters: tuple[str, ...] = ()
    anew: bool = False


_NOTHING = About()


class Entries:
    """One entry per post key: the newest revision, the better engine, the later prompt win."""

    def __init__(self, redis: Redis, scripts: Scripts, retention: timedelta) -> None:
        self._redis, self._scripts, self._retention = redis, scripts, retention

    async def commit(self, entry: Entry, item: Item, about: About = _NOTHING) -> str:
        """Store an entry and finish its work item; ``stored``, ``kept`` or ``stale``."""
        return str(await self._scripts("commit", *self.call(entry, item, about)))

    def call(self, entry: Entry, item: Item, about: About = _NOTHING) -> Call:
        """The script's keys and arguments."""
        key, post = entry.key, entry.post
        revision = item.fields.get("revision") or entry.revision
        names = [keys.post(key), keys.entry(key), keys.INDEX, keys.by_channel(post.channel.ref)]
        names += [keys.POSTS, keys.ENTRIES, keys.PROMPTS]
        kept = owner_keys.ASIDE_KEPT if post.aside else self._retention
        arguments: list[Argument] = [
            key,
            revision,
            entry.engine,
            packed(entry, revision),
            int(post.published_at.timestamp()),
            int(kept.total_seconds()),
            keys.entry(""),
            GROUP,
            item.id,
            entry.prompt_id,
            "" if post.aside else "1",
            keys.reading(about.reading) if about.reading else "",
            int(keys.READING_KEPT.total_seconds()),
            keys.usage(about.day.isoformat()) if about.day else "",
            int(keys.USAGE_KEPT.total_seconds()),
            "1" if about.anew else "",
            *about.counters,
        ]
        return names, arguments

    async def prefer(self, prompt_id: str) -> None:
        """From now on readings by this prompt replace those by prompts preferred before."""
        seconds, micros = await self._redis.time()
        await self._redis.zadd(keys.PROMPTS, {prompt_id: int(seconds) * 1_000_000 + int(micros)})
        await self._redis.zremrangebyrank(keys.PROMPTS, 0, -1 - keys.PROMPTS_KEPT)

    async def retract(self, key: str, ref: str) -> bool:
        """Forget a post that its channel deleted; False when nothing of it was here."""
        return await retract(self._scripts, key, ref)

    async def of_channel(self, ref: str, since: datetime, until: datetime) -> tuple[str, ...]:
        """Keys of a channel's entries published in ``[since, until]``, oldest first."""
        index, span = keys.by_channel(ref), (since.timestamp(), until.timestamp())
        return tuple(map(str, await self._redis.zrange(index, *span, byscore=True)))

    async def get(self, key: str) -> Entry | None:
        """The entry of one post."""
        found = await self.get_many([key])
        return found[0] if found else None

    async def reading(self, content: str) -> Entry | None:
        """The entry that holds what was made of a text."""
        names, prefix = [keys.reading(content)], keys.entry("")
        stored = await self._scripts.body("reading", names, [prefix])
        return next(decode_readable(entry_in, [stored]), None)

    async def get_many(self, entry_keys: Sequence[str]) -> tuple[Entry, ...]:
        """The entries that exist and can be read, in the order asked for."""
        return tuple(decode_readable(entry_in, await stored_entries(self._redis, entry_keys)))

    async def newest(self, until: datetime, channels: Iterable[str] = ()) -> datetime | None:
        """When the newest entry, of all or of these channels, was published; None: there is none.

        Those published after ``until`` do not count.
        """
        indexes = [keys.by_channel(ref) for ref in channels] or [keys.INDEX]
        found = [
            await self._redis.zrange(
                index, until.timestamp(), "-inf",
                desc=True, byscore=True, offset=0, num=1, withscores=True,
            )
            for index in indexes
        ]  # fmt: skip
        times = [float(rows[0][1]) for rows in found if rows]
        return datetime.fromtimestamp(max(times), UTC) if times else None

    async def between(self, since: datetime, until: datetime) -> tuple[Entry, ...]:
        """Entries published in ``[since, until)``, newest first."""
        span = f"({until.timestamp()}", since.timestamp()
        found = await self._redis.zrange(keys.INDEX, *span, desc=True, byscore=True)
        return await self.get_many([str(key) for key in found])


_NOTED = (story_keys.follows, story_keys.roundups, story_keys.verdict, story_keys.apart)
"""What else is noted of an entry and its story."""


async def retract(scripts: Scripts, key: str, ref: str | None = None) -> bool:
    """Take a post out of all that is shown; False when nothing of it was here."""
    index = keys.by_channel(ref or key.rpartition("/")[0])
    gone = await scripts(
        "retract",
        [
            *(keys.post(key), keys.entry(key), keys.INDEX, index),
            *(keys.story_of(key), keys.joined_by(key), keys.telling(key)),
            *(each(key) for each in _NOTED),
        ],
        [key, keys.story("")],
    )
    return bool(gone)

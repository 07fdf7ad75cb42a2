"""What readers saved: stories with the instant, kept longer than the posts themselves."""

from datetime import datetime

from pydantic import AwareDatetime
from redis.asyncio import Redis

from bot.model import Entry, Story, Value
from bot.store import keys
from bot.store.codec.versions import decode
from bot.store.scripts import Scripts

MOST_SAVED = 100
_MOST_ENTRIES = 8


class FullError(Exception):
    """A reader has saved as many stories as there is room for."""


class UnknownReaderError(Exception):
    """There is no such reader, or no more."""


class _Kept(Value):
    v: int = 5
    at: AwareDatetime
    story: Story


class Saved:
    """Saved stories by reader, without the texts of the posts: a card does not show them."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def add(self, chat_id: int, story: Story, now: datetime, *, known: bool = False) -> bool:
        """Save a story; False for one saved before, ``FullError`` beyond ``MOST_SAVED``.

        Who has to be ``known`` and has no settings saves nothing: ``UnknownReaderError``.
        """
        bare = tuple(_without_text(entry) for entry in story.entries[:_MOST_ENTRIES])
        body = _Kept(at=now, story=Story(id=story.id, entries=bare)).model_dump_json()
        added = await self._scripts.number(
            "save_story",
            [keys.saved(chat_id), *([keys.subscription(chat_id)] if known else [])],
            [story.id, body, MOST_SAVED],
        )
        if added == -2:
            raise UnknownReaderError
        if added == -1:
            raise FullError
        return bool(added)

    async def remove(self, chat_id: int, story_id: str) -> None:
        """Save a story no longer."""
        await self._redis.hdel(keys.saved(chat_id), story_id)

    async def rename(self, chat_id: int, former: str, story_id: str) -> None:
        """Keep under another id what was saved under the one of a story that was joined to it."""
        key = keys.saved(chat_id)
        body = await self._redis.hget(key, former)
        if not body:
            return
        kept = decode(_Kept, body)
        story = kept.story.model_copy(update={"id": story_id})
        renamed = kept.model_copy(update={"story": story}).model_dump_json()
        await self._redis.hsetnx(key, story_id, renamed)
        await self._redis.hdel(key, former)

    async def get(self, chat_id: int, story_id: str) -> Story | None:
        """A saved story as it was when it was saved."""
        body = await self._redis.hget(keys.saved(chat_id), story_id)
        return decode(_Kept, body).story if body else None

    async def has(self, chat_id: int, story_id: str) -> bool:
        """True for a saved story."""
        return bool(await self._redis.hexists(keys.saved(chat_id), story_id))

    async def all(self, chat_id: int) -> tuple[Story, ...]:
        """All saved stories, the latest saved first."""
        bodies = await self._redis.hvals(keys.saved(chat_id))
        kept = sorted((decode(_Kept, body) for body in bodies), key=lambda one: one.at)
        return tuple(one.story for one in reversed(kept))


def _without_text(entry: Entry) -> Entry:
    return entry.model_copy(update={"post": entry.post.model_copy(update={"text": ""})})

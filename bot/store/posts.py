"""Posts as they came in, each revision once; and the durable inbox of raw updates."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from redis.asyncio import Redis

from bot.model import Post
from bot.store import keys
from bot.store.scripts import Scripts


class Posts:
    """Posts by key; taking one in makes it work for the analyst."""

    def __init__(self, redis: Redis, scripts: Scripts, retention: timedelta) -> None:
        self._redis, self._scripts = redis, scripts
        self._retention = int(retention.total_seconds())

    async def ingest(self, post: Post) -> str:
        """Take in one post; ``new``, ``changed`` or ``same``."""
        answer = await self._scripts(
            "ingest",
            [keys.post(post.key), keys.POSTS],
            [post.key, post.revision, post.model_dump_json(), self._retention],
        )
        return str(answer)

    async def ingest_all(self, posts: Iterable[Post]) -> Counter[str]:
        """Take in posts in order; how many were new, changed, same."""
        return Counter([await self.ingest(post) for post in posts])

    async def again(self, post: Post, attempt: int, delay: timedelta) -> bool:
        """Plan another look at this revision; False when the post has changed or gone."""
        milliseconds = int(delay / timedelta(milliseconds=1))
        planned = await self._scripts(
            "again",
            [keys.post(post.key), keys.later(keys.POSTS)],
            [post.key, post.revision, attempt, milliseconds],
        )
        return bool(planned)

    async def get(self, key: str) -> Post | None:
        """The post of that key as it is now."""
        body = await self._redis.hget(keys.post(key), "body")
        return Post.model_validate_json(body) if body else None


class Updates:
    """Raw Telegram updates, stored before they are confirmed."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def accept(self, update_id: int | str, body: str) -> bool:
        """Store one update; False when it was accepted before (for 48 h)."""
        seconds = int(keys.UPDATE_SEEN.total_seconds())
        accepted = await self._scripts(
            "accept_update", [keys.update(update_id), keys.UPDATES], [update_id, body, seconds]
        )
        return bool(accepted)

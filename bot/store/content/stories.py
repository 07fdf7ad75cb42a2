"""Stories: which entries belong together, found by lookups that expire."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import Scripts


class Stories:
    """Stories by id; an entry is in exactly one and never moves."""

    def __init__(self, redis: Redis, scripts: Scripts, retention: timedelta) -> None:
        self._redis, self._scripts = redis, scripts
        self._retention = int(retention.total_seconds())

    async def found(self, lookups: Sequence[str]) -> tuple[str, ...]:
        """Ids of the stories that these lookups name, each once."""
        if not lookups:
            return ()
        stories = await self._redis.mget([keys.story_lookup(lookup) for lookup in lookups])
        return tuple(dict.fromkeys(str(story) for story in stories if story))

    async def join(
        self,
        entry_key: str,
        *,
        new_id: str,
        decisive: Sequence[str],
        hints: Iterable[str] = (),
        similar: str = "",
        why: str = "",
    ) -> str:
        """Put an entry into its story; the story's id.

        A shared decisive lookup decides at once; ``similar`` is a story that was compared before,
        ``why`` what it shares; hints only bring later entries to such a comparison.
        """
        answer = await self._scripts(
            "join_story",
            [keys.story_of(entry_key), keys.joined_by(entry_key)],
            [
                entry_key,
                similar,
                new_id,
                keys.story(""),
                keys.story_lookup(""),
                self._retention,
                int(keys.STORY_WINDOW.total_seconds()),
                len(decisive),
                why,
                *decisive,
                *hints,
            ],
        )
        return str(answer)

    async def of(self, entry_keys: Sequence[str]) -> dict[str, str]:
        """The story of each entry that has one."""
        if not entry_keys:
            return {}
        found = await self._redis.mget([keys.story_of(key) for key in entry_keys])
        return {key: str(story) for key, story in zip(entry_keys, found, strict=True) if story}

    async def reasons(self, entry_keys: Sequence[str]) -> dict[str, str]:
        """Why each entry joined its story; nothing for the first of a story.

        A look-up (``paper:…``, ``origin:…``, ``text:…``), ``text`` for nearly the same one,
        ``link:…`` or ``names:…`` for the same event in other words.
        """
        if not entry_keys:
            return {}
        found = await self._redis.mget([keys.joined_by(key) for key in entry_keys])
        return {key: str(why) for key, why in zip(entry_keys, found, strict=True) if why}

    async def members(self, story_id: str) -> tuple[str, ...]:
        """Entry keys of a story, sorted."""
        return tuple(sorted(map(str, await self._redis.smembers(keys.story(story_id)))))

    async def members_of(self, story_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Entry keys of several stories, in one round trip."""
        pipeline = self._redis.pipeline(transaction=False)
        for story in story_ids:
            pipeline.smembers(keys.story(story))
        found = await pipeline.execute() if story_ids else []
        pairs = zip(story_ids, found, strict=True)
        return {story: tuple(sorted(map(str, members))) for story, members in pairs}

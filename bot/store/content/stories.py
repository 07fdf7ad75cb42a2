"""Stories: which entries belong together, found by lookups that expire, and how stories stand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Literal, NamedTuple, get_args

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.model import Verdict, utc_now
from bot.model.value import Value
from bot.store import keys
from bot.store.keys import stories as story_keys
from bot.store.scripts import Argument, Scripts

MOST_ROUNDUPS = 8
"""Round-ups that are noted for a post."""


_Moved = Literal["", "post", "stories"]
_MOVED: dict[str, _Moved] = {each: each for each in get_args(_Moved)}


class Joined(NamedTuple):
    """The story of an entry, and the ids of the stories that were joined to it by that.

    It ``met`` others where it has ever been joined to one, or is shown with one. ``moved`` now
    were the entry's own ``post`` alone, to others or under them, or whole ``stories``.
    """

    story: str
    met: bool = False
    gone: tuple[str, ...] = ()
    moved: _Moved = ""


class Ties(NamedTuple):
    """How an entry stands: its story, under which one that is shown, and what is noted of it.

    ``follows`` is the key of an earlier post that it develops further, ``roundups`` are those of
    posts that list it among other news.
    """

    story: str | None = None
    root: str | None = None
    follows: str = ""
    roundups: tuple[str, ...] = ()


class _Said(Value):
    revision: str
    verdict: Verdict


class Stories:
    """Stories by id; an entry is in exactly one. Of two that are joined the older id lives."""

    def __init__(self, redis: Redis, scripts: Scripts, retention: timedelta) -> None:
        self._redis, self._scripts = redis, scripts
        self._retention = int(retention.total_seconds())

    async def found(self, lookups: Sequence[str]) -> tuple[str, ...]:
        """Ids of the stories that these lookups name, each once."""
        if not lookups:
            return ()
        stories = await self._redis.mget([keys.story_lookup(lookup) for lookup in lookups])
        named = list(dict.fromkeys(str(story) for story in stories if story))
        return tuple(dict.fromkeys((await self.living(named)).values()))

    async def join(
        self,
        entry_key: str,
        *,
        new_id: str,
        decisive: Sequence[str],
        hints: Iterable[str] = (),
        similar: str = "",
        why: str = "",
        group: str = "",
        why_group: str = "",
        follows: str = "",
        leaves: bool = False,
    ) -> Joined:
        """Put an entry into its story, and join to that all others with which it shares enough.

        A shared decisive lookup decides at once; ``similar`` is a story that was compared before,
        ``why`` what it shares; hints only bring later entries to such a comparison. ``group`` are
        stories that likely tell the same, by spaces, ``follows`` is the key of a post that it
        develops further. A post that ``leaves`` takes itself out of the story that it joined by
        rules or by a verdict, with the lookups that lead there, or from under the one that it is
        shown with.
        """
        window = int(keys.STORY_WINDOW.total_seconds())
        flag = "1" if leaves else ""
        said: list[Argument] = [similar, why, group, why_group, follows, flag, len(decisive)]
        answer = await self._scripts.texts(
            "join_story",
            [],
            [*self._kept(), entry_key, new_id, window, *said, *decisive, *hints],
        )
        story, met, moved, *gone = answer
        return Joined(story, bool(met), tuple(gone), _MOVED[moved])

    async def split(self, entry_key: str, story_id: str, lookups: Sequence[str]) -> str:
        """Take a post out of a story, or from under it, for good; the story that it is in then.

        ``lookups`` lead to this post and to no other of the story. Nothing else joins the two
        again, until they are united.
        """
        window = int(keys.STORY_WINDOW.total_seconds())
        given = [*self._kept(), entry_key, story_id, window, *lookups]
        return await self._scripts.text("split_story", [], given)

    async def unite(self, one: str, two: str) -> str:
        """Make one story of two, whatever was said of them before; its id, empty for none."""
        return await self._scripts.text("unite_stories", [], [*self._kept(), one, two])

    async def living(self, story_ids: Iterable[str]) -> dict[str, str]:
        """The story that each of these ids stands for: itself, or the one it was joined to."""
        ids = list(dict.fromkeys(story_ids))
        if not ids:
            return {}
        found = await self._redis.mget([story_keys.alias(story) for story in ids])
        return {one: str(other or one) for one, other in zip(ids, found, strict=True)}

    async def names(self, story_id: str) -> tuple[str, ...]:
        """All ids of the story that an id stands for, the one that lives first."""
        story = (await self.living([story_id]))[story_id]
        former = await self._redis.smembers(story_keys.aliases(story))
        return (story, *sorted(map(str, former)))

    async def groups(self, story_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The stories that are shown under each of these."""
        return await self._sets(story_ids, story_keys.group)

    async def of(self, entry_keys: Sequence[str]) -> dict[str, str]:
        """The story of each entry that has one."""
        if not entry_keys:
            return {}
        found = await self._redis.mget([keys.story_of(key) for key in entry_keys])
        return {key: str(story) for key, story in zip(entry_keys, found, strict=True) if story}

    async def ties(self, entry_keys: Sequence[str]) -> list[Ties]:
        """How each of these entries stands, in their order."""
        return await stored_ties(self._redis, entry_keys)

    async def reasons(self, entry_keys: Sequence[str]) -> dict[str, str]:
        """Why each entry joined its story, or is shown with one; nothing for the first of a story.

        A look-up (``paper:…``, ``origin:…``, ``text:…``), ``text`` for nearly the same one,
        ``judged`` where a model said so, ``link:…`` or ``names:…`` for the same event in other
        words, ``grouped:…`` where that is only likely, ``grouped:words:…`` if no name is shared.
        """
        if not entry_keys:
            return {}
        found = await self._redis.mget([keys.joined_by(key) for key in entry_keys])
        return {key: str(why) for key, why in zip(entry_keys, found, strict=True) if why}

    async def members(self, story_id: str) -> tuple[str, ...]:
        """Entry keys of a story, sorted."""
        return (await self.members_of([story_id]))[story_id]

    async def members_of(self, story_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Entry keys of several stories, in one round trip."""
        return await self._sets(story_ids, keys.story)

    async def note_roundup(self, key: str, listed: Sequence[str]) -> None:
        """Note that a post lists these others among its news."""
        if listed:
            pairs = [part for each in listed for part in (story_keys.roundups(each), each)]
            await self._scripts("note_roundup", [], [self._retention, key, MOST_ROUNDUPS, *pairs])

    async def keep_verdict(self, key: str, revision: str, verdict: Verdict) -> None:
        """Keep what a model said of earlier posts in a call of its own: it is paid once."""
        body = _Said(revision=revision, verdict=verdict).model_dump_json()
        await self._redis.set(story_keys.verdict(key), body, ex=self._retention)

    async def verdict(self, key: str, revision: str) -> Verdict | None:
        """What was kept of that revision of a post."""
        body = await self._redis.get(story_keys.verdict(key))
        try:
            said = _Said.model_validate_json(body) if body else None
        except ValidationError:  # of another version: it can be asked for again
            return None
        return said.verdict if said and said.revision == revision else None

    def _kept(self) -> list[Argument]:
        """What all scripts on stories begin with: retention, usage of the day, its lifetime."""
        usage = keys.usage(utc_now().date().isoformat())
        return [self._retention, usage, int(keys.USAGE_KEPT.total_seconds())]

    async def _sets(
        self, story_ids: Sequence[str], key: Callable[[str], str]
    ) -> dict[str, tuple[str, ...]]:
        pipeline = self._redis.pipeline(transaction=False)
        for story in story_ids:
            pipeline.smembers(key(story))
        found = await pipeline.execute() if story_ids else []
        pairs = zip(story_ids, found, strict=True)
        return {story: tuple(sorted(map(str, members))) for story, members in pairs}


async def stored_ties(redis: Redis, entry_keys: Sequence[str]) -> list[Ties]:
    """How each of these entries stands, in their order; two round trips."""
    if not entry_keys:
        return []
    kinds = (keys.story_of, story_keys.follows, story_keys.roundups)
    found = await redis.mget([kind(key) for kind in kinds for key in entry_keys])
    texts, count = [str(each or "") for each in found], len(entry_keys)
    stories = texts[:count]
    roots = await _roots(redis, {story for story in stories if story})
    return [
        Ties(story or None, roots.get(story), follows, tuple(roundups.split()))
        for story, follows, roundups in zip(
            stories, texts[count : 2 * count], texts[2 * count :], strict=True
        )
    ]


async def _roots(redis: Redis, stories: Iterable[str]) -> Mapping[str, str]:
    """The story under which each of these is shown, which may be itself."""
    ids = sorted(stories)
    found = await redis.mget([story_keys.under(story) for story in ids]) if ids else []
    return {story: str(over or story) for story, over in zip(ids, found, strict=True)}

"""What readers ask for, read from the store: digests and the stories of a topic."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Digest, Entry, Language, PeriodName, Story
from bot.publish.cluster import story_id
from bot.publish.digest import compose
from bot.publish.periods import period
from bot.store import Store
from bot.topics import Topic


async def digest(
    store: Store,
    name: PeriodName,
    language: Language,
    now: datetime,
    *,
    zone: str = "UTC",
    topics: Collection[Topic] = (),
) -> Digest:
    """The digest of the day, week or month that ends at ``now``."""
    span = period(name, now, ZoneInfo(zone))
    stories = await stories_of(store, await store.entries.between(span.since, span.until))
    return compose(stories, span, language, topics)


async def topic_stories(
    store: Store, topic: Topic, since: datetime, until: datetime
) -> tuple[Story, ...]:
    """Stories about a topic, newest first, each with its posts in other channels."""
    return await stories_of(store, await store.entries.between(since, until, topic=topic))


async def stories_of(store: Store, entries: Sequence[Entry]) -> tuple[Story, ...]:
    """The stories of these entries, complete, in the order of their first one given here.

    An entry that has not reached its story yet is a story of its own.
    """
    of = await store.stories.of([entry.key for entry in entries])
    together: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in entries:
        together[of.get(entry.key) or story_id(entry)][entry.key] = entry
    members = await store.stories.members_of(list(together))
    missing = {
        key: story for story, keys in members.items() for key in keys if key not in together[story]
    }
    for entry in await store.entries.get_many(list(missing)):
        together[missing[entry.key]][entry.key] = entry
    return tuple(
        Story(id=story, entries=tuple(sorted(found.values(), key=_age)))
        for story, found in together.items()
    )


def _age(entry: Entry) -> tuple[datetime, str]:
    return entry.post.published_at, entry.key

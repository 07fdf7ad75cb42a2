"""What readers ask for, read from the store: digests and the stories of a topic."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.digest.cluster import story_id
from bot.digest.compose import compose_digest
from bot.digest.periods import period
from bot.digest.ranking import choose
from bot.digest.trends import MEAN_WEEKS, NO_TRENDS, Trends, trends
from bot.model import Digest, Entry, Language, Period, PeriodName, Story
from bot.screens.topic_page import STORIES_PER_PAGE, TopicNews
from bot.store import Store
from bot.taxonomy.topics import Topic

TREND_WEEKS = 8


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
    survey = await store.surveys.between(span.since, span.until)
    choice, rising = choose(survey, span, topics), await trends_of(store, span)
    stories = await store.surveys.stories(choice.outlines)
    return compose_digest(choice, stories, span, language, rising)


async def trends_of(store: Store, span: Period) -> Trends:
    """Risers and fallers of the period; a day is too short for any."""
    if span.name == "day":
        return NO_TRENDS
    recent = 1 if span.name == "week" else MEAN_WEEKS
    return trends(await store.surveys.weekly(span.until, MEAN_WEEKS + recent), recent)


async def topic_stories(
    store: Store, topic: Topic, since: datetime, until: datetime
) -> tuple[Story, ...]:
    """Stories about a topic as of ``until``, newest first, each with its posts elsewhere."""
    survey, _ = await store.surveys.of_topic(topic, since, until)
    return await store.surveys.stories(survey.outlines)


async def topic_news(
    store: Store,
    topic: Topic,
    span: timedelta,
    now: datetime,
    page: int = 1,
    per_page: int = STORIES_PER_PAGE,
) -> TopicNews:
    """What a page of a topic shows: counts of all, the stories of the page; or of the last one."""
    survey, weeks = await store.surveys.of_topic(topic, now - span, now, TREND_WEEKS)
    pages = max(1, -(-len(survey.shown) // per_page))
    first = (min(page, pages) - 1) * per_page
    part = survey.shown[first : first + per_page]
    stories = await store.surveys.stories(part)
    return TopicNews(survey, weeks, stories, first, min(page, pages), pages)


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

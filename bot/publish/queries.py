"""What readers ask for, read from the store: digests and the stories of a topic."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.digest.candidates import speaker
from bot.digest.cluster import story_id
from bot.digest.compose import compose_digest
from bot.digest.periods import period
from bot.digest.ranking import choose
from bot.digest.story_ties import leading
from bot.digest.trends import MEAN_WEEKS, NO_TRENDS, Trends, trends
from bot.model import Digest, Entry, Language, Period, PeriodName, Story, Survey
from bot.model.summaries import StorySummary
from bot.screens.topic_page import STORIES_PER_PAGE, TopicNews
from bot.store import Store
from bot.store.content.stories import Ties
from bot.taxonomy.topics import Kind, Topic

TREND_WEEKS = 8


async def digest(
    store: Store,
    name: PeriodName,
    language: Language,
    now: datetime,
    *,
    zone: str = "UTC",
    topics: Collection[Topic] = (),
    channels: Collection[str] = (),
) -> Digest:
    """The digest of the day, week or month that ends at ``now``.

    With ``channels``, refs of some, it is of what these tell, and of what others say of that.
    """
    span = period(name, now, ZoneInfo(zone))
    survey = await store.surveys.between(span.since, span.until)
    if channels:
        survey = Survey(tuple(o for o in survey.outlines if _is_told_by(o, channels)))
    choice, rising = choose(survey, span, topics), await trends_of(store, span)
    stories = await store.surveys.stories(choice.outlines)
    return compose_digest(choice, stories, span, language, rising)


def _is_told_by(outline: StorySummary, channels: Collection[str]) -> bool:
    return any(line.channel in channels for line in (*outline.lines, *outline.also))


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


async def kind_stories(
    store: Store, kind: Kind, since: datetime, until: datetime
) -> tuple[Story, ...]:
    """Stories with a post of a kind as of ``until``, newest first, without adverts."""
    survey = await store.surveys.of_kind(kind, since, until)
    return await store.surveys.stories(survey.shown)


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
    return await _page(store, survey, weeks, page, per_page)


async def kind_news(
    store: Store,
    kind: Kind,
    span: timedelta,
    now: datetime,
    page: int = 1,
    per_page: int = STORIES_PER_PAGE,
) -> TopicNews:
    """The same of a kind of posts, without weeks; with what digests skip, but for adverts."""
    survey = await store.surveys.of_kind(kind, now - span, now)
    return await _page(store, survey, (), page, per_page)


async def _page(
    store: Store, survey: Survey, weeks: Sequence[int], page: int, per_page: int
) -> TopicNews:
    pages = max(1, -(-len(survey.shown) // per_page))
    first = (min(page, pages) - 1) * per_page
    part = survey.shown[first : first + per_page]
    stories = await store.surveys.stories(part)
    return TopicNews(survey, weeks, stories, first, min(page, pages), pages)


async def stories_of(store: Store, entries: Sequence[Entry]) -> tuple[Story, ...]:
    """The stories of these entries, complete, in the order of their first one given here.

    Stories that are shown together are one. An entry that has not reached its story yet is a story
    of its own.
    """
    ties = await store.stories.ties([entry.key for entry in entries])
    roots: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry, tied in zip(entries, ties, strict=True):
        roots[tied.root or story_id(entry)][entry.key] = entry
    groups = await store.stories.groups(list(roots))
    root_of = {story: root for root in roots for story in (root, *groups[root])}
    members = await store.stories.members_of(list(root_of))
    missing = {
        key: root_of[story]
        for story, keys in members.items()
        for key in keys
        if key not in roots[root_of[story]]
    }
    for entry in await store.entries.get_many(list(missing)):
        roots[missing[entry.key]][entry.key] = entry
    found = {root: sorted(each.values(), key=_age) for root, each in roots.items()}
    return await _related(store, found)


async def story_named(store: Store, name: str) -> Story | None:
    """The story that an id stands for, by itself where it is shown under another."""
    story = (await store.stories.living([name]))[name]
    entries = await store.entries.get_many(await store.stories.members(story))
    found = next(iter(await stories_of(store, entries)), None)
    if found is None or found.id == story:
        return found
    [alone] = await _related(store, {story: sorted(entries, key=_age)})
    return alone


async def _related(store: Store, items: Mapping[str, Sequence[Entry]]) -> tuple[Story, ...]:
    """Stories by the root of what is shown as one, with what they follow and who lists them."""
    keys = [entry.key for entries in items.values() for entry in entries]
    ties = dict(zip(keys, await store.stories.ties(keys), strict=True))
    beside = {key for each in ties.values() for key in (each.follows, *each.roundups) if key}
    listed = {entry.key: entry for entry in await store.entries.get_many(sorted(beside))}
    found = [await _whole(store, *item, ties, listed) for item in items.items()]
    return await store.papers.with_works(found)


async def _whole(
    store: Store,
    root: str,
    entries: Sequence[Entry],
    ties: Mapping[str, Ties],
    listed: Mapping[str, Entry],
) -> Story:
    of = [ties[entry.key].story or story_id(entry) for entry in entries]
    told = list(zip(entries, of, strict=True))
    story = leading(root, ((each, not entry.skipped) for entry, each in told))
    own, also = [entry for entry, each in told if each == story], set(of) - {story}
    beside = {key for entry in entries for key in ties[entry.key].roundups}
    roundups = (listed[key] for key in beside - {entry.key for entry in entries} if key in listed)
    follows = [ties[entry.key].follows for entry in own if ties[entry.key].follows in listed]
    return Story(
        id=story,
        entries=tuple(own),
        also=tuple(entry for entry, each in told if each in also),
        earlier=await _earlier(store, root, follows) if follows else None,
        roundups=tuple(sorted(roundups, key=_age)),
    )


async def _earlier(store: Store, root: str, follows: Sequence[str]) -> Entry | None:
    """The entry that speaks for the first story of these posts that is not shown with this."""
    for tied in await store.stories.ties(follows):
        if tied.story and tied.root != root:
            members = await store.entries.get_many(await store.stories.members(tied.story))
            told = sorted(members, key=_age)
            return speaker(told) or told[0] if told else None
    return None


def _age(entry: Entry) -> tuple[datetime, str]:
    return entry.post.published_at, entry.key

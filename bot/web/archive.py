"""PagePlace → page: what the store and the read model know of it, but for what is not public.

Only posts of channels with a handle are shown, no adverts, and none that a reader forwarded. A
page lives as long as its posts.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.digest.cluster import story_id
from bot.digest.compose import compose_digest
from bot.digest.periods import period
from bot.digest.ranking import Choice, choose
from bot.digest.trends import MEAN_WEEKS, NO_TRENDS, Trends, trends
from bot.model import (
    Channel,
    Digest,
    Entry,
    Language,
    Paper,
    PaperMetadata,
    Period,
    PeriodName,
    Story,
    StorySummary,
)
from bot.publish.queries import TREND_WEEKS, story_named
from bot.store import Store
from bot.store.read_model.search_query import parse_query
from bot.store.read_model.terms import Query
from bot.taxonomy.topics import PROMO, Kind, Topic
from bot.text import words
from bot.web.pages import (
    ArchivePage,
    ChannelPage,
    ContentsPage,
    ListedPost,
    MissingPage,
    PaperPage,
    PeriodPage,
    SearchedPage,
    StoriesPage,
    StoryPage,
)
from bot.web.places import PagePlace, period_place, place_at, span_of
from bot.web.sitemap import ListedPlace

PER_PAGE = 24
"""Stories or posts on a page."""

_REST_PER_PAGE = 60  # by title
_OF_PAPER = 300  # posts that name its number, looked at for the paper itself
_MOST_OF_PAPER = 60
_RECENTLY = timedelta(days=30)  # as ``topics_head`` says
_EVER = timedelta(days=3_660)  # more than anything is kept for
_MOST_LISTED = 200_000


class ArchiveQueries:
    """The pages of one store, which keeps posts for ``retention``."""

    def __init__(self, store: Store, retention: timedelta) -> None:
        self._store, self._retention = store, retention
        self._surveys = store.public_surveys

    async def page(self, place: PagePlace, language: Language, now: datetime) -> ArchivePage:
        """The page of a place as of ``now``; a ``MissingPage`` where there is none.

        Its own place differs from the one asked for where it lives at another address.
        ``ReadModelError`` and ``StoreUnavailable`` where it cannot be known.
        """
        match place.kind:
            case "now" | "day" | "week" | "month":
                return await self._period(place, language, now)
            case "topic" | "kind":
                return await self._stories(place, language, now)
            case "story":
                return await self._story(place, language, now)
            case "paper":
                return await self._paper(place, language, now)
            case "channel":
                return await self._channel(place, language, now)
            case "contents":
                return await self._contents(place, language, now)
        return await self.search(place, language, now)

    async def places(self, now: datetime) -> list[ListedPlace]:
        """All that has a page, but for searches and further pages, most of it once only.

        Of stories these are the newest 200,000.
        """
        extent, stories, papers, sources = await asyncio.gather(
            self._store.listings.extent(),
            self._store.listings.newest(_MOST_LISTED),
            self._store.listings.papers(),
            self._store.sources.list(),
        )
        listed = [ListedPlace(PagePlace()), ListedPlace(PagePlace("contents"))]
        listed += [ListedPlace(PagePlace("topic", topic)) for topic in Topic]
        listed += [ListedPlace(PagePlace("kind", kind)) for kind in Kind if kind != PROMO]
        listed += [
            ListedPlace(PagePlace("channel", each.handle), each.last_at)
            for each in sources
            if each.handle and each.last_at
        ]
        if extent:
            listed += map(ListedPlace, _spans(extent[0].date(), now))
        listed += [ListedPlace(PagePlace("story", story), at) for story, at in stories.items()]
        known = ((place_at(f"p/{name}"), at) for name, at in papers.items())
        return listed + [ListedPlace(place, at) for place, at in known if place]

    async def _period(self, place: PagePlace, language: Language, now: datetime) -> ArchivePage:
        whole = span_of(place) or period("day", now, ZoneInfo("UTC"))
        if whole.since >= now:
            return MissingPage(place=place, language=language)
        span = whole.model_copy(update={"until": min(whole.until, now)})
        survey, extent = await asyncio.gather(
            self._surveys.between(span.since, span.until), self._store.listings.extent()
        )
        choice = await asyncio.to_thread(choose, survey, span)
        if not choice.posts and whole.until < now:
            kept_since = now - self._retention
            if whole.until <= kept_since or not extent or whole.until <= extent[0]:
                gone = whole.until <= kept_since
                return MissingPage(place=place, language=language, gone=gone)
        if place.page > 1:
            return await self._rest(place, language, choice)
        stories = await self._whole(choice.outlines)
        digest = await self._composed(choice, stories, span, language)
        before, after = _neighbours(place, whole, extent[0] if extent else now, now)
        return PeriodPage(
            place=place,
            language=language,
            updated=_updated(stories),
            digest=digest,
            wider=_wider(span),
            before=before,
            after=after,
            pages=1 + _pages(choice.left_out, _REST_PER_PAGE),
        )

    async def digest(
        self, span: Period, language: Language, topics: Collection[Topic] = ()
    ) -> Digest:
        """The digest of a span, of some topics alone or of all."""
        survey = await self._surveys.between(span.since, span.until)
        choice = await asyncio.to_thread(choose, survey, span, topics)
        stories = await self._whole(choice.outlines)
        return await self._composed(choice, stories, span, language)

    async def _composed(
        self, choice: Choice, stories: Sequence[Story], span: Period, language: Language
    ) -> Digest:
        return compose_digest(choice, stories, span, language, await self._trends(span))

    async def _rest(self, place: PagePlace, language: Language, choice: Choice) -> ArchivePage:
        """Stories that had no place in a digest: all pages of it but the first."""
        start, rest = (place.page - 2) * _REST_PER_PAGE, tuple(choice.rest)
        part = rest[start : start + _REST_PER_PAGE]
        if not part:
            return MissingPage(place=place, language=language)
        stories = await self._whole(part)
        return StoriesPage(
            place=place,
            language=language,
            updated=_updated(stories),
            stories=stories,
            pages=1 + _pages(len(rest), _REST_PER_PAGE),
        )

    async def _trends(self, span: Period) -> Trends:
        if span.name == "day":
            return NO_TRENDS
        recent = 1 if span.name == "week" else MEAN_WEEKS
        return trends(await self._surveys.weekly(span.until, MEAN_WEEKS + recent), recent)

    async def _stories(self, place: PagePlace, language: Language, now: datetime) -> ArchivePage:
        of = Topic(place.name) if place.kind == "topic" else Kind(place.name)
        start, weeks = (place.page - 1) * PER_PAGE, tuple[int, ...]()
        found = await self._store.listings.page(of, now, PER_PAGE, start)
        if place.page > 1 and not found.roots:
            return MissingPage(place=place, language=language)
        stories = await self._whole(await self._surveys.of_roots(found.roots, now))
        if isinstance(of, Topic):
            weeks = tuple((await self._surveys.weekly(now, TREND_WEEKS))[of])
        return StoriesPage(
            place=place,
            language=language,
            updated=_updated(stories),
            stories=stories,
            pages=place.page + found.more,
            weeks=weeks,
        )

    async def _story(self, place: PagePlace, language: Language, now: datetime) -> ArchivePage:
        found = await story_named(self._store, place.name)
        story = public_story(found) if found else None
        if story is None:
            return await self._past(place, language, now, kept=found is not None)
        return StoryPage(
            place=PagePlace("story", story.id),
            language=language,
            updated=_updated([story]),
            story=story,
        )

    async def _paper(self, place: PagePlace, language: Language, now: datetime) -> ArchivePage:
        number = tuple(words(place.name.partition(":")[2]))
        asked = Query(words=number, public=True)
        hits = await self._store.search.find(asked, now, _OF_PAPER) if number else None
        found = [entry for entry in hits.entries if _names(entry, place.name)] if hits else []
        posts = await self._listed(sorted(found, key=_age))
        if not posts:
            return await self._past(place, language, now)
        work = (await self._store.papers.known([place.name])).get(place.name)
        return PaperPage(
            place=place,
            language=language,
            updated=_updated(each.alone for each in posts),
            posts=posts[:_MOST_OF_PAPER],
            total=len(posts),
            paper=_paper_in(found, place.name, work),
            work=work,
        )

    async def _past(
        self, place: PagePlace, language: Language, now: datetime, *, kept: bool = False
    ) -> MissingPage:
        """That a story or a paper is gone, or never was; one that is ``kept`` is not public."""
        gone = not kept and await self._store.past_pages.has(place.name, now)
        return MissingPage(place=place, language=language, gone=gone)

    async def _channel(self, place: PagePlace, language: Language, now: datetime) -> ArchivePage:
        handle = f"@{place.name.casefold()}"
        ref = await self._store.channels.resolve(handle) or handle
        keys = await self._store.entries.of_channel(ref, now - _EVER, now)
        start = (place.page - 1) * PER_PAGE
        page = keys[::-1][start : start + PER_PAGE]
        posts = await self._listed(await self._store.entries.get_many(page))
        if not posts:
            return MissingPage(place=place, language=language)
        channel = posts[0].entry.post.channel
        return ChannelPage(
            place=place._replace(name=channel.handle or place.name),
            language=language,
            updated=_updated(each.alone for each in posts),
            posts=posts,
            total=len(keys),
            pages=_pages(len(keys), PER_PAGE),
            channel=channel,
        )

    async def search(
        self, place: PagePlace, language: Language, now: datetime, per_page: int = PER_PAGE
    ) -> ArchivePage:
        """A page of what a search finds, of so many posts."""
        asked, start = parse_query(place.name), (place.page - 1) * per_page
        if asked.empty:
            return SearchedPage(place=place, language=language, posts=(), total=0)
        asked = replace(asked, public=True)
        hits = await self._store.search.find(asked, now, per_page, start)
        if place.page > 1 and not hits.entries:
            return MissingPage(place=place, language=language)
        posts = await self._listed(hits.entries)
        return SearchedPage(
            place=place,
            language=language,
            updated=_updated(each.alone for each in posts),
            posts=posts,
            total=hits.total,
            pages=max(1, _pages(hits.total, per_page)),
            more=hits.more,
        )

    async def _contents(self, place: PagePlace, language: Language, now: datetime) -> ArchivePage:
        counts, sources, extent = await asyncio.gather(
            self._surveys.counts(now - _RECENTLY, now),
            self._store.sources.list(),
            self._store.listings.extent(),
        )
        channels = (
            Channel(ref=each.ref, handle=each.handle, title=each.title)
            for each in sources
            if each.handle and each.last_at
        )
        return ContentsPage(
            place=place,
            language=language,
            updated=extent[1] if extent else None,
            topics=tuple(counts.items()),
            kinds=tuple(kind for kind in Kind if kind != PROMO),
            channels=tuple(channels),
            months=tuple(_spans(extent[0].date(), now, ("month",))) if extent else (),
        )

    async def _whole(self, outlines: Iterable[StorySummary]) -> tuple[Story, ...]:
        """These stories with what is public of them."""
        return tuple(filter(None, map(public_story, await self._surveys.stories(outlines))))

    async def _listed(self, entries: Iterable[Entry]) -> tuple[ListedPost, ...]:
        """The public ones of these posts, each with its story."""
        shown = [entry for entry in entries if _is_open(entry)]
        of = await self._store.stories.of([entry.key for entry in shown])
        alone = [
            Story(id=of.get(entry.key) or story_id(entry), entries=(entry,)) for entry in shown
        ]
        told = await self._store.papers.with_works(alone)
        return tuple(ListedPost(alone=story) for story in told)


def _is_open(entry: Entry) -> bool:
    """True for what anybody may see: it stands in a public channel and is no advert."""
    return entry.post.public and entry.analysis.kind != PROMO


def public_story(story: Story) -> Story | None:
    """The story with its public posts alone; None where it has none."""
    entries, also, roundups = (
        tuple(filter(_is_open, found)) for found in (story.entries, story.also, story.roundups)
    )
    if not entries:
        entries, also = also, ()
    if not entries:
        return None
    earlier = story.earlier if story.earlier and _is_open(story.earlier) else None
    if (entries, also, roundups, earlier) == (
        story.entries,
        story.also,
        story.roundups,
        story.earlier,
    ):
        return story
    public = {"entries": entries, "also": also, "earlier": earlier, "roundups": roundups}
    return story.model_copy(update=public)


def _updated(stories: Iterable[Story]) -> datetime | None:
    """When the newest of these posts was published or edited."""
    posts = (entry.post for story in stories for entry in (*story.entries, *story.also))
    return max((post.edited_at or post.published_at for post in posts), default=None)


def _names(entry: Entry, paper: str) -> bool:
    linked = {link.paper for link in entry.post.links}
    return paper in linked | {each.id for each in entry.analysis.papers}


def _paper_in(entries: Iterable[Entry], name: str, work: PaperMetadata | None) -> Paper:
    """A paper by its true title, else the fullest of what these posts say of it."""
    told = [paper for entry in entries for paper in entry.analysis.papers if paper.id == name]
    titled = [paper for paper in told if paper.title] or told
    links = (link for entry in entries for link in entry.post.links if link.paper == name)
    paper = titled[0] if titled else Paper(id=name, url=next(links).url)
    return paper.model_copy(update={"title": work.title}) if work else paper


def _age(entry: Entry) -> tuple[datetime, str]:
    return entry.post.published_at, entry.key


def _pages(count: int, per_page: int) -> int:
    return -(-count // per_page)


def _neighbours(
    place: PagePlace, whole: Period, first: datetime, now: datetime
) -> tuple[PagePlace | None, PagePlace | None]:
    """The spans before and after, as far as there are any."""
    before = whole.since - timedelta(days=0 if place.kind == "now" else 1)
    goes_on = whole.until < now
    return (
        period_place(whole.name, before.date()) if whole.since > first else None,
        period_place(whole.name, whole.until.date()) if goes_on else None,
    )


def _wider(span: Period) -> tuple[PagePlace, ...]:
    """The week and the month in which a span ends."""
    last = (span.until - timedelta(microseconds=1)).date()
    names: dict[str, tuple[PeriodName, ...]] = {"day": ("week", "month"), "week": ("month",)}
    return tuple(period_place(name, last) for name in names.get(span.name, ()))


def _spans(
    first: date, now: datetime, names: Sequence[PeriodName] = ("month", "week", "day")
) -> Iterable[PagePlace]:
    """The months, weeks and days from that day on, the newest first."""
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=back) for back in range((today - first).days + 1)]
    return dict.fromkeys(period_place(name, day) for name in names for day in days)

"""A reader's own feed: what the digests of the last days have for him of public channels."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.digest.compose import compose_digest
from bot.digest.periods import first_instant, period
from bot.digest.ranking import choose
from bot.export.atom import ATOM_TYPE, to_atom
from bot.export.feed import FeedPlace, FeedSource, feed_of, own_feed_path
from bot.export.json_feed import JSON_FEED_TYPE, to_json_feed
from bot.i18n import web_messages
from bot.model import Story, Subscription
from bot.publish.card_language import retold
from bot.store import Store
from bot.web.archive import public_story
from bot.web.places import PagePlace, Site
from bot.web.rendered import SLOT_S, Rendered, rendered

OWN_FEED_DAYS = 7

_WRITTEN = {
    "atom": (to_atom, f"{ATOM_TYPE}; charset=utf-8"),
    "feed.json": (to_json_feed, f"{JSON_FEED_TYPE}; charset=utf-8"),
}
_MOST_KEPT = 200  # feeds, some 100 kB each
_PATIENCE_S = 15.0


@dataclass(frozen=True)
class _Kept:
    """What was written, for which settings of the reader and in which slot of time."""

    reader: Subscription
    slot: int
    found: Rendered


class OwnFeeds:
    """Composes each feed once in ``SLOT_S`` however often it is asked for, one at a time."""

    def __init__(self, store: Store, site: Site, now: Callable[[], datetime]) -> None:
        self._store, self._site, self._now = store, site, now
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def get(self, named: str) -> Rendered | None:
        """The feed of an address behind ``feed/``; ``None`` for one that ended or never was."""
        secret, _, ending = named.partition(".")
        chat = await self._store.feeds.reader(secret) if ending in _WRITTEN else None
        reader = await self._store.subscriptions.get(chat) if chat else None
        if reader is None:
            return None
        now = self._now()
        slot = int(now.timestamp()) // SLOT_S
        async with asyncio.timeout(_PATIENCE_S), self._one_at_a_time:
            kept = self._kept.get((secret, ending))
            if kept is None or (kept.reader, kept.slot) != (reader, slot):
                stories = await self._stories(reader, now)
                write = asyncio.to_thread(self._written, secret, ending, reader, stories)
                kept = _Kept(reader, slot, await write)
                self._kept[secret, ending] = kept
            self._kept.move_to_end((secret, ending))
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return kept.found

    def _written(
        self, secret: str, ending: str, reader: Subscription, stories: Sequence[Story]
    ) -> Rendered:
        site, language = self._site, reader.language
        place = FeedPlace(
            archive=site.archive,
            name=f"own/{sha256(secret.encode()).hexdigest()}",
            title=web_messages(language).own_feed_title,
            home_url=site.outside(PagePlace(), language),
            url=f"{site.url or site.root}/{own_feed_path(secret, ending)}",
        )
        sources = (
            FeedSource(f"s/{each.id}", each, site.outside(PagePlace("story", each.id), language))
            for each in stories
        )
        write, content_type = _WRITTEN[ending]
        return rendered(write(feed_of(place, sources, language)), content_type)

    async def _stories(self, reader: Subscription, now: datetime) -> Sequence[Story]:
        """What his daily digests would show since ``OWN_FEED_DAYS``, each story once."""
        told: dict[str, Story] = {}
        weights = await self._store.preferences.weights(reader.chat_id)
        for end in _ends(reader, now):
            span = period("day", end, ZoneInfo(reader.zone), reader.at)
            survey = await self._store.public_surveys.between(span.since, span.until)
            choice = await asyncio.to_thread(
                choose, survey, span, reader.topics, tuple(told), weights=weights
            )
            found = await self._store.public_surveys.stories(choice.outlines)
            digest = compose_digest(choice, found, span, reader.language)
            told |= {story.id: story for story in digest.stories}
        return retold(filter(None, map(public_story, told.values())), reader)


def _ends(reader: Subscription, now: datetime) -> Sequence[datetime]:
    """The instants at which the last days of a reader ended, the oldest first."""
    zone = ZoneInfo(reader.zone)
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(-1, OWN_FEED_DAYS + 1))
    ends = dict.fromkeys(first_instant(day, reader.at, zone) for day in days)
    return [end for end in ends if end <= now][:OWN_FEED_DAYS][::-1]

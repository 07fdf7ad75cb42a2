"""A reader's digest as pages: what a slot sends, and what a button of it shows again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.model import Digest, Period, PeriodName, Screen, Subscription
from bot.publish.answer import stories_of
from bot.publish.digest import compose
from bot.publish.overview import Write, opened
from bot.publish.periods import period
from bot.publish.render import render
from bot.publish.trends import MEAN_WEEKS, Trends, trends
from bot.store import Store

WEEK = timedelta(days=7)


class Edition(NamedTuple):
    """A digest and its pages."""

    digest: Digest
    pages: tuple[Screen, ...]


async def edition(
    store: Store,
    reader: Subscription,
    name: PeriodName,
    until: datetime,
    *,
    mine: bool = True,
    scheduled: bool = False,
    write: Write | None = None,
) -> Edition:
    """The digest that ends at ``until``, for this reader.

    A ``scheduled`` daily one leaves out what earlier ones have shown, and so does every later look
    at its pages; one that was asked for shows all. ``mine`` keeps to the reader's topics;
    ``write`` writes the opening of a week where none is kept yet.
    """
    span = period(name, until, ZoneInfo(reader.zone))
    before = await store.subscriptions.seen_before(reader.chat_id, until)
    sent = scheduled or await store.subscriptions.was_sent(reader.chat_id, until)
    topics = reader.topics if mine else ()
    found = compose(
        await stories_of(store, await store.entries.between(span.since, span.until)),
        span,
        reader.language,
        topics,
        seen=before if sent and name == "day" else (),
        weights=await store.dislikes.weights(reader.chat_id),
    )
    found = await opened(store, found, write)
    pages = render(
        found,
        mine=bool(topics),
        trends=await _trends(store, span),
        missed=_missed(found, before),
        length=reader.length,
    )
    return Edition(found, pages)


async def _trends(store: Store, span: Period) -> Trends:
    """Risers and fallers of the last week of the period; a day is too short for any."""
    if span.name == "day":
        return Trends()
    ends = [span.until - WEEK * back for back in range(MEAN_WEEKS, -1, -1)]
    weeks = [await store.entries.counts(end - WEEK, end) for end in ends]
    return trends({topic: [week[topic] for week in weeks] for topic in weeks[-1]})


def _missed(digest: Digest, seen: Sequence[str]) -> int:
    """Stories of a week that the reader's daily digests did not show; 0 where there were none."""
    if digest.period.name == "day" or not seen:
        return 0
    return len({story.id for story in digest.stories} - set(seen))

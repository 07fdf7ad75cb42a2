"""A reader's digest as pages: what a slot sends, and what a button of it shows again."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.digest.compose import compose_digest
from bot.digest.periods import period
from bot.digest.ranking import choose
from bot.digest.trends import MEAN_WEEKS, Trends, trends
from bot.i18n import messages
from bot.model import Button, Digest, Period, PeriodName, Screen, Subscription
from bot.publish.digest_opening import Write, with_opening
from bot.screens.callbacks.deep_links import deep_link, digest_name
from bot.screens.digest_pages import digest_pages
from bot.store import Store


class Edition(NamedTuple):
    """A digest and its pages."""

    digest: Digest
    pages: Sequence[Screen]


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
    span = period(name, until, ZoneInfo(reader.zone), reader.at)
    survey, before, sent, weights, rising = await asyncio.gather(
        store.surveys.between(span.since, span.until),
        _seen(store, reader.chat_id, until),
        _is_sent(store, reader.chat_id, until, scheduled),
        store.preferences.weights(reader.chat_id),
        _trends(store, span),
    )
    topics = reader.topics if mine else ()
    seen = before if sent and name == "day" else ()
    choice = choose(survey, span, topics, seen, weights=weights)
    stories = await store.surveys.stories(choice.outlines)
    found = compose_digest(choice, stories, span, reader.language)
    found = await with_opening(store, found, write)
    pages = digest_pages(
        found,
        mine=bool(topics),
        trends=rising,
        missed=_missed(found, before),
        length=reader.length,
        hour=reader.at if reader.chat_id > 0 else None,
    )
    return Edition(found, pages)


async def _seen(store: Store, chat_id: int, until: datetime) -> tuple[str, ...]:
    """Stories that earlier digests have shown, by the ids under which they live now."""
    seen = await store.subscriptions.seen_before(chat_id, until)
    return tuple(dict.fromkeys((await store.stories.living(seen)).values()))


async def _is_sent(store: Store, chat_id: int, until: datetime, scheduled: bool) -> bool:
    return scheduled or await store.subscriptions.was_sent(chat_id, until)


async def _trends(store: Store, span: Period) -> Trends:
    """Risers and fallers of the last week of the period; a day is too short for any."""
    if span.name == "day":
        return Trends()
    return trends(await store.surveys.weekly(span.until, MEAN_WEEKS + 1))


def _missed(digest: Digest, seen: Sequence[str]) -> int:
    """Stories of a week that the reader's daily digests did not show; 0 where there were none."""
    if digest.period.name == "day" or not seen:
        return 0
    return len({story.id for story in digest.stories} - set(seen))


def in_public(made: Edition, username: str | None) -> tuple[Screen, ...]:
    """All pages of a digest where many read it: no button but one that opens it in the bot.

    Without a ``username`` the last one leads nowhere, either.
    """
    *others, last = (page.model_copy(update={"buttons": ()}) for page in made.pages)
    opened = _opened(made, username)
    rows = ((opened,),) if opened else ()
    return (*others, last.model_copy(update={"buttons": rows}))


def _opened(made: Edition, username: str | None) -> Button | None:
    """The button that opens the same digest in the bot; a quiet day has nothing more to show."""
    if username is None or not made.digest.sections:
        return None
    text = messages(made.digest.language).open_bot_button
    return Button(text=text, url=deep_link(username, digest_name(made.digest.period)))

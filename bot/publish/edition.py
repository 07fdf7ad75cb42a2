"""A reader's digest as pages: what a slot sends, and what a button of it shows again."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.digest.compose import compose_digest, without_last
from bot.digest.periods import period
from bot.digest.ranking import Choice, choose
from bot.i18n import language_texts
from bot.model import (
    ALL_READ,
    Digest,
    Language,
    Period,
    PeriodName,
    Screen,
    Story,
    Subscription,
    Unread,
)
from bot.publish.card_language import retold, retold_digest
from bot.publish.digest_opening import Write, with_opening
from bot.publish.following import followed_stories
from bot.publish.queries import digest, trends_of
from bot.screens.callbacks.pages import DigestPage, DigestRest
from bot.screens.digest_pages import REST_PER_PAGE, digest_pages, rest_page
from bot.screens.group_screens import in_public
from bot.screens.pages import page_at, pages_of
from bot.screens.start_screen import start_screen
from bot.screens.story_view import named_apart
from bot.store import Store


class Edition(NamedTuple):
    """A digest, its pages, and what was still to be read when it was composed."""

    digest: Digest
    pages: Sequence[Screen]
    unread: Unread = ALL_READ


def default_reader(chat_id: int, language: Language) -> Subscription:
    """A reader with the defaults of a language, not subscribed."""
    return Subscription(
        chat_id=chat_id, language=language, zone=language_texts(language).zone, active=False
    )


async def unread_now(store: Store) -> Unread:
    """What is still to be read, but for what was put off."""
    return Unread(*await asyncio.gather(store.channels.unread(), store.post_stream.in_work()))


async def greeting_edition(store: Store, reader: Subscription, now: datetime) -> Edition:
    """The greeting as the only page, over the digest of today whose stories it shows."""
    today, watched, username, unread = await asyncio.gather(
        digest(store, "day", reader.language, now, zone=reader.zone),
        store.channels.watched(),
        store.sent_files.username(),
        unread_now(store),
    )
    today = retold_digest(today, reader)
    screen = start_screen(
        max(len(watched), today.channels),
        today,
        reader.language,
        at=f"{reader.at:%H:%M}",
        subscribed=reader.active,
        username=username,
        unread=unread,
    )
    return Edition(today, [screen], unread)


async def reader_of(store: Store, reader: Subscription, group: int) -> Subscription | None:
    """Whose digest a reader looks at: his own, or that of a group or channel, in his language.

    None for the digest of a chat that has none.
    """
    if not group:
        return reader
    chat = await store.subscriptions.get(-group)
    if chat is None:
        return None
    looks = {"language": reader.language, "length": reader.length, "channel": False}
    return chat.model_copy(update=looks)


async def edition(
    store: Store,
    reader: Subscription,
    name: PeriodName,
    until: datetime,
    *,
    mine: bool = True,
    scheduled: bool = False,
    group: int = 0,
    parts: int = 0,
    write: Write | None = None,
) -> Edition:
    """The digest that ends at ``until``, for this reader.

    A ``scheduled`` daily one leaves out what earlier ones have shown, and so does every later look
    at its pages; one that was asked for shows all. ``mine`` keeps to the reader's topics, after
    what his words find; ``group`` says that somebody else looks at that of a group or channel, see
    ``reader_of``; ``parts`` is how many messages a channel has it in; ``write`` writes the opening
    of a week where none is kept yet.
    """
    span = period(name, until, ZoneInfo(reader.zone), reader.at)
    (choice, before), rising, unread = await asyncio.gather(
        _chosen(store, reader, span, mine=mine, scheduled=scheduled),
        trends_of(store, span),
        unread_now(store),
    )
    stories = retold(await store.surveys.stories(choice.outlines), reader)
    found = compose_digest(choice, stories, span, reader.language, rising)
    found = await with_opening(store, found, write)
    topics, hour = mine and bool(reader.topics), reader.at if reader.chat_id > 0 else None
    draw = partial(
        digest_pages, mine=topics, length=reader.length, hour=hour, at_once=reader.channel,
        group=group, unread=unread, parts=parts,
    )  # fmt: skip
    found, pages = _fitted(found, parts, lambda of: draw(of, missed=_missed(of, before)))
    return Edition(found, pages, unread)


def _fitted(
    found: Digest, parts: int, draw: Callable[[Digest], Sequence[Screen]]
) -> tuple[Digest, Sequence[Screen]]:
    """The digest with as many of its stories as have room in so many messages; 0: in any."""
    pages = draw(found)
    while parts and len(pages) > parts and len(found.stories) > 1:
        found = without_last(found)
        pages = draw(found)
    return found, pages


async def rest_of_edition(
    store: Store, reader: Subscription, at: DigestRest, until: datetime
) -> Screen:
    """A page of the stories that had no place in a digest; beyond the last page, the last."""
    span = period(at.period, until, ZoneInfo(reader.zone), reader.at)
    choice, _ = await _chosen(store, reader, span, mine=at.mine)
    shown = await store.surveys.stories(choice.outlines)
    of = compose_digest(choice, shown, span, reader.language)
    rest = pages_of(list(choice.rest), REST_PER_PAGE)
    page = min(at.page, len(rest))
    found = retold(await store.surveys.stories(rest[page - 1]), reader)
    stories = named_apart(found, shown)
    here = replace(at, page=page)
    return rest_page(of, stories, here, (page - 1) * REST_PER_PAGE, len(rest))


async def _chosen(
    store: Store, reader: Subscription, span: Period, *, mine: bool, scheduled: bool = False
) -> tuple[Choice, Sequence[str]]:
    """What a digest shows its reader, and what earlier ones have shown."""
    survey, before, sent, weights = await asyncio.gather(
        store.surveys.between(span.since, span.until),
        _seen(store, reader.chat_id, span.until),
        _is_sent(store, reader.chat_id, span.until, scheduled),
        store.preferences.weights(reader.chat_id),
    )
    topics = reader.topics if mine else ()
    seen = before if sent and span.name == "day" else ()
    followed = await followed_stories(store, reader, survey, span) if mine else ()
    return choose(survey, span, topics, seen, weights=weights, followed=followed), before


async def _seen(store: Store, chat_id: int, until: datetime) -> tuple[str, ...]:
    """Stories that earlier digests have shown, by the ids under which they live now."""
    seen = await store.subscriptions.seen_before(chat_id, until)
    return tuple(dict.fromkeys((await store.stories.living(seen)).values()))


async def _is_sent(store: Store, chat_id: int, until: datetime, scheduled: bool) -> bool:
    return scheduled or await store.subscriptions.was_sent(chat_id, until)


def _missed(digest: Digest, seen: Sequence[str]) -> tuple[Story, ...]:
    """Stories of a week that the reader's daily digests did not show; none where none came."""
    if digest.period.name == "day" or not seen:
        return ()
    known = set(seen)
    return tuple(story for story in digest.stories if story.id not in known)


async def messages_of(
    store: Store, reader: Subscription, made: Edition, page: int = 1
) -> tuple[Screen, ...]:
    """What is sent of a digest: a page with buttons; where many read it, without any that edit it.

    A channel gets all pages. There the last one, and in a group each, leads to the bot, where the
    digest has its other pages; a quiet day has nothing more to show.
    """
    if reader.chat_id > 0:
        return (page_at(made.pages, page),)
    username = await store.sent_files.username() if made.digest.sections else None
    span = made.digest.period
    at = DigestPage(span.name, span.until, group=-reader.chat_id)
    shown = made.pages if reader.channel else [page_at(made.pages, page)]
    *others, last = shown
    return (*(in_public(each) for each in others), in_public(last, username, at, reader.language))

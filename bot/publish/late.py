"""Late knowledge: a digest in a reader's chat is edited when stories that it shows are joined."""

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.digest.periods import first_instant
from bot.model import Cadence, Delivery, PeriodName, Slot, Subscription
from bot.publish.digest_opening import Write
from bot.publish.edition import Edition, edition, messages_of
from bot.screens.callbacks.pages import DigestPage
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.delivery.digest_messages import DigestMessage, ShownPage, looks
from bot.store.errors import ReadModelError, StoreUnavailable

log = structlog.get_logger()

EDITS_AT_ONCE = 50
"""Digests drawn again at one look: with five seconds between two, a third of the sender's pace."""

LOOKS_AT_ONCE = 1_000
"""Digests that are looked at together, as one script: 100,000 are in less than ten minutes."""

_CADENCES: dict[PeriodName, Cadence] = {"day": "daily", "week": "weekly"}


def shown_page(at: DigestPage, now: datetime) -> ShownPage | None:
    """A page of a day or a week as it is kept, opened at ``now``.

    None for one of a month, and of a group where a person looks at it.
    """
    cadence = None if at.group else _CADENCES.get(at.period)
    until = min(at.until or now, now)
    return ShownPage(cadence, until, replace(at, until=until).data) if cadence else None


async def remember(
    store: Store, reader: Subscription, slot: Slot, made: Edition, message: Delivery, now: datetime
) -> None:
    """Note what a digest shows that goes to a chat, to be edited until its local date ends.

    A channel's pages are messages of their own, and stay as they are.
    """
    if reader.channel or not made.digest.sections:
        return
    span = made.digest.period
    page = shown_page(DigestPage(span.name, span.until), now)
    if page is None:
        return
    midnight = first_instant(slot.day + timedelta(days=1), time(0), ZoneInfo(reader.zone))
    sent = DigestMessage(
        chat_id=slot.chat_id,
        cadence=page.cadence,
        id=message.id,
        until=page.until,
        ends=midnight,
        at=page.at,
        looks=looks(message.screen),
    )
    await store.digest_messages.sent(sent, now)


async def amend_digests(
    store: Store,
    clock: Clock | None = None,
    stop: asyncio.Event | None = None,
    *,
    opening: Write | None = None,
) -> int:
    """Edit digests of today whose stories were joined since; how many edits were handed in.

    What is claimed and not edited, as when a process dies, stays as it was sent: no edit is made
    up for. One command where no story has been joined of late.
    """
    if not await store.digest_messages.any_moved() or not await store.read_model.caught_up():
        return 0
    now = await (clock or store.now)()
    edited = 0
    for message in await store.digest_messages.claim(now, LOOKS_AT_ONCE, EDITS_AT_ONCE):
        if stop and stop.is_set():
            break
        edited += await _guarded(store, message, now, opening)
    return edited


async def _guarded(
    store: Store, message: DigestMessage, now: datetime, opening: Write | None
) -> bool:
    """One reader's failure must not keep back the edits of others."""
    try:
        return await _amend(store, message, now, opening)
    except (StoreUnavailable, ReadModelError):
        raise
    except Exception as error:  # the loop's edge: the digest stays as it was
        log.error(
            "digest not edited", chat=message.chat_id, error=type(error).__name__, exc_info=True
        )
        return False


async def _amend(
    store: Store, message: DigestMessage, now: datetime, opening: Write | None
) -> bool:
    """Draw the page that a message shows again; False where it looks the same."""
    reader, at = await store.subscriptions.get(message.chat_id), DigestPage.parse(message.at)
    if reader is None or not reader.active or at is None or now >= message.ends:
        return False
    made = await edition(store, reader, at.period, message.until, mine=at.mine, write=opening)
    [screen] = await messages_of(store, reader, made, at.page)
    if looks(screen) == message.looks:
        return False
    change = Delivery(
        id=f"{message.id}:late:{message.edits + 1}",
        chat_id=message.chat_id,
        screen=screen,
        thread=reader.thread,
        edits=message.id,
    )
    shown = [story.id for story in made.digest.stories] if at.mine else []
    return await store.digest_messages.amend(message, change, now, shown)

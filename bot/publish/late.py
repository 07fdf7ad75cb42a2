"""Late knowledge: a digest in a chat is edited when stories that it shows are joined."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.digest.periods import first_instant
from bot.languages import language_of
from bot.model import Cadence, Delivery, PeriodName, Subscription
from bot.publish.digest_opening import Write
from bot.publish.edition import (
    Edition,
    default_reader,
    edition,
    greeting_edition,
    messages_of,
    unread_now,
)
from bot.publish.guard import guarded
from bot.screens.callbacks.pages import DigestPage
from bot.screens.callbacks.settings import Panel
from bot.screens.pages import page_at
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.delivery.digest_messages import (
    ANY_DIGEST,
    FIRST_DIGEST,
    FIRST_GREETING,
    MOST_POSTED,
    ON_REQUEST,
    DigestMessage,
    ShownPage,
    looks,
    posted,
)

GREETING = Panel("home")

_NOT_EDITED = "digest not edited"  # and stays as it was

EDITS_AT_ONCE = 50
"""Digests drawn again at one look: with five seconds between two, a third of the sender's pace."""

LOOKS_AT_ONCE = 1_000
"""Digests that are looked at together, as one script: 100,000 are in less than ten minutes."""

FIRST_SPAN = timedelta(minutes=15)
"""How long a message that was drawn before all was read is drawn again."""

_LAST_LOOK = timedelta(minutes=1)  # before that span ends: it then shows what there is
_CADENCES: dict[PeriodName, Cadence] = {"day": "daily", "week": "weekly"}
_NAMES: dict[PeriodName, tuple[str, ...]] = {
    "day": (_CADENCES["day"], ON_REQUEST),
    "week": (_CADENCES["week"], ON_REQUEST),
    "month": (ON_REQUEST,),
}


def shown_page(at: object, now: datetime) -> ShownPage | None:
    """A page of a digest, or the greeting, as it is kept, opened at ``now``.

    None for another screen, and for the page of a group where a person looks at it.
    """
    if at == GREETING:
        return ShownPage((), now, GREETING.data)
    if not isinstance(at, DigestPage) or at.group:
        return None
    until = min(at.until or now, now)
    return ShownPage(_NAMES[at.period], until, replace(at, until=until).data)


async def remember(
    store: Store,
    reader: Subscription,
    day: date,
    made: Edition,
    sent: Sequence[Delivery],
    now: datetime,
) -> None:
    """Note what a digest shows that goes to a chat, to be edited until that local date ends.

    A channel's pages are messages of their own; each is edited, and they stay as many.
    """
    span, midnight = made.digest.period, _midnight(day, reader)
    cadence = _CADENCES.get(span.name)
    if not made.digest.sections or len(sent) > MOST_POSTED or cadence is None:
        return
    for number, message in enumerate(sent):
        page = shown_page(DigestPage(span.name, span.until, number + 1), now)
        if page:
            name = posted(cadence, number)
            noted = _noted(message, page, name, midnight)
            await store.digest_messages.sent(noted._replace(of=len(sent)), now)


async def remember_asked(
    store: Store,
    reader: Subscription,
    made: Edition,
    at: DigestPage,
    sent: Delivery,
    now: datetime,
) -> None:
    """The same of the last digest that a chat asked for, of a month as well."""
    page, stories = shown_page(at, now), tuple(story.id for story in made.digest.stories)
    if page and stories:
        midnight = _midnight(now.astimezone(ZoneInfo(reader.zone)).date(), reader)
        noted = _noted(sent, page, ON_REQUEST, midnight)
        await store.digest_messages.sent(noted._replace(stories=stories), now)


async def remember_first(
    store: Store,
    reader: Subscription,
    made: Edition,
    at: DigestPage | Panel,
    sent: Delivery,
    now: datetime,
) -> None:
    """Note what was drawn before all was read, to be drawn again as soon as there is more.

    The last greeting and the last digest of a chat, each within ``FIRST_SPAN``.
    """
    page, full = shown_page(at, now), bool(made.digest.sections)
    if page and (made.unread.much if full else any(made.unread)):
        name = FIRST_DIGEST if page.names else FIRST_GREETING
        noted = _noted(sent, page, name, now + FIRST_SPAN)
        noted = noted._replace(until=ANY_DIGEST, edits=int(full), language=reader.language)
        await store.digest_messages.sent(noted, now)


def _noted(message: Delivery, page: ShownPage, name: str, ends: datetime) -> DigestMessage:
    return DigestMessage(
        chat_id=message.chat_id,
        name=name,
        id=message.id,
        until=page.until,
        ends=ends,
        at=page.at,
        looks=looks(message.screen),
    )


def _midnight(day: date, reader: Subscription) -> datetime:
    """The end of a local date."""
    return first_instant(day + timedelta(days=1), time(0), ZoneInfo(reader.zone))


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
        edited += await guarded(message.chat_id, _amend(store, message, now, opening), _NOT_EDITED)
    return edited


async def amend_first(
    store: Store,
    clock: Clock | None = None,
    stop: asyncio.Event | None = None,
    *,
    opening: Write | None = None,
) -> int:
    """Edit what was drawn before all was read; how many edits were handed in.

    Once as soon as there is something to show, once when all is read or ``FIRST_SPAN`` is nearly
    over. A message shows what it was sent with where nobody is left to edit it.
    """
    messages = store.digest_messages
    if not await messages.any_first() or not await store.read_model.caught_up():
        return 0
    now, unread = await (clock or store.now)(), await unread_now(store)
    edited = 0
    for message in await messages.first(now, EDITS_AT_ONCE):
        if stop and stop.is_set():
            break
        over = not any(unread) or now >= message.ends - _LAST_LOOK
        if over or not message.edits:
            edited += await guarded(
                message.chat_id, _amend_first(store, message, now, over, opening), _NOT_EDITED
            )
    return edited


async def _amend_first(
    store: Store, message: DigestMessage, now: datetime, over: bool, opening: Write | None
) -> bool:
    """Draw a message of the first minutes again; False where there is nothing more to show yet."""
    messages, chat = store.digest_messages, message.chat_id
    reader = await store.subscriptions.get(chat)
    reader = reader or default_reader(chat, language_of(message.language))
    at = DigestPage.parse(message.at)
    if at is not None:
        until = at.until or now
        made = await edition(store, reader, at.period, until, mine=at.mine, write=opening)
        screen = page_at(await messages_of(store, reader, made, at.page), at.page)
    elif message.at == GREETING.data:
        made = await greeting_edition(store, reader, now)
        screen = page_at(made.pages, 1)
    else:  # it shows another screen by now
        await messages.drop_first(message)
        return False
    if not (over or made.digest.sections):
        return False
    change = Delivery(
        id=f"{message.id}:first:{message.edits + 1}",
        chat_id=chat,
        screen=screen,
        thread=reader.thread,
        edits=message.id,
    )
    differs = looks(screen) != message.looks
    edited = differs and await messages.amend(message, change, now, ())
    if edited and at is not None:
        sent = change.model_copy(update={"id": message.id})
        await remember_asked(store, reader, made, at, sent, now)
    if over and edited >= differs:
        await messages.drop_first(message)
    return edited


async def _amend(
    store: Store, message: DigestMessage, now: datetime, opening: Write | None
) -> bool:
    """Draw the page that a message shows again; False where it looks the same."""
    reader, at = await store.subscriptions.get(message.chat_id), DigestPage.parse(message.at)
    asked = message.name == ON_REQUEST
    if reader is None or not (reader.active or asked) or at is None or now >= message.ends:
        return False
    made = await edition(
        store,
        reader,
        at.period,
        message.until,
        mine=at.mine,
        parts=message.of if reader.channel else 0,
        write=opening,
    )
    shown = await messages_of(store, reader, made, at.page)
    if reader.channel and len(shown) != message.of:
        return False  # too little is left to say something in each
    screen = page_at(shown, at.page)
    if looks(screen) == message.looks:
        return False
    change = Delivery(
        id=f"{message.id}:late:{message.edits + 1}",
        chat_id=message.chat_id,
        screen=screen,
        thread=reader.thread,
        edits=message.id,
    )
    stories = [story.id for story in made.digest.stories] if at.mine and not asked else []
    return await store.digest_messages.amend(message, change, now, stories)

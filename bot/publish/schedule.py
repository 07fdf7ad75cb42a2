"""Due slots → deliveries: one APScheduler tick for all readers, each slot closed once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.digest.slots import brings_week, due_action
from bot.model import Cadence, Delivery, PeriodName, Screen, Slot, Subscription
from bot.publish.digest_opening import Write
from bot.publish.edition import Edition, edition, messages_of
from bot.publish.guard import guarded
from bot.publish.late import amend_digests, amend_first, remember
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.errors import ReadModelError, StoreUnavailable

log = structlog.get_logger()

_TICK = 1  # seconds; looking into the due set costs one command
_LOOK = 5  # seconds between looks for digests to edit; one command where nothing was joined
_FIRST = 2  # seconds between looks for what was drawn before all was read; one command, too
DUE_BATCH = 500  # the claim lasts a minute, a digest some hundredths of a second
_PERIODS: dict[Cadence, PeriodName] = {"daily": "day", "weekly": "week"}


async def run_schedule(
    store: Store,
    stop: asyncio.Event,
    clock: Clock | None = None,
    *,
    opening: Write | None = None,
) -> None:
    """Send what is due and edit what has become untrue, until ``stop``.

    Any number of these may run side by side.
    """

    scheduler = AsyncIOScheduler(timezone=UTC)
    locks: list[asyncio.Lock] = []
    for seconds, work in ((_TICK, send_due), (_FIRST, amend_first), (_LOOK, amend_digests)):
        locks.append(lock := asyncio.Lock())
        scheduler.add_job(
            partial(_tick, stop, lock, partial(work, store, clock, stop, opening=opening)),
            IntervalTrigger(seconds=seconds, timezone=UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        await stop.wait()
        scheduler.remove_all_jobs()  # a tick that begins now would be cut, with a trace
        for lock in locks:
            await lock.acquire()  # a digest under way is ended, not cut
        await asyncio.sleep(0)  # a tick that was begun, and has not run yet, sees the stop
    finally:
        scheduler.shutdown(wait=False)


async def _tick(
    stop: asyncio.Event, at_work: asyncio.Lock, work: Callable[[], Awaitable[int]]
) -> None:
    if stop.is_set():
        return
    async with at_work:
        try:
            await work()
        except StoreUnavailable as error:
            log.warning("store unavailable", stage="schedule", error=type(error).__name__)
        except ReadModelError as error:  # whoever follows has said so
            log.debug("read model unavailable", stage="schedule", reason=str(error))


async def send_due(
    store: Store,
    clock: Clock | None = None,
    stop: asyncio.Event | None = None,
    *,
    opening: Write | None = None,
) -> int:
    """Compose the digests that are due now, or until ``stop``; how many slots this call closed.

    ``opening`` writes what a weekly digest begins with. Due and late are decided by the time of
    the server, which claims: a host ten minutes behind found each claimed chat not due yet, gave
    it back, and claimed it again before any other scheduler saw it.

    Until the read model holds what the store knew when they became due, all of them stay due. A
    claimed chat whose claimer dies is due again after the claim; the slot's own key keeps its
    digest from being sent twice.
    """
    if not await store.read_model.caught_up():
        return 0
    closed, looked_at, clock = 0, set[int](), clock or store.now
    # A chat that is claimed again at once, whatever its instant, waits for the next tick.
    while chats := set(await store.subscriptions.claim_due(DUE_BATCH)) - looked_at:
        looked_at |= chats
        for chat in sorted(chats):
            if stop and stop.is_set():
                return closed
            closed += await guarded(chat, _send_to(store, chat, clock, opening), "digest failed")
    return closed


async def _send_to(store: Store, chat: int, clock: Clock, opening: Write | None) -> bool:
    now = await clock()
    readers = store.subscriptions
    reader, due = await readers.get(chat), await readers.due_at(chat)
    if reader is None or due is None:
        return False
    step = due_action(reader, due, now, await readers.last_day(chat))
    if step.send is None:
        log.info("slot skipped", chat=chat, due=due.isoformat())
        await readers.wait_until(chat, step.next.at)
        return False
    until, slot = step.send
    cadences: tuple[Cadence, ...] = (slot.cadence,)
    if brings_week(reader, slot):
        cadences += ("weekly",)
    found = {
        cadence: await edition(
            store, reader, _PERIODS[cadence], until, scheduled=True, write=opening
        )
        for cadence in cadences
    }
    messages = {
        each: _deliveries(reader, slot, each, made, await messages_of(store, reader, made))
        for each, made in found.items()
    }
    closed = await readers.close_slot(
        slot,
        [message for each in messages.values() for message in each],
        step.next.at,
        until=until,
        stories=[story.id for made in found.values() for story in made.digest.stories],
    )
    if closed:
        for cadence, made in found.items():
            await remember(store, reader, slot.day, made, messages[cadence], now)
    return closed


def _deliveries(
    reader: Subscription, slot: Slot, cadence: Cadence, made: Edition, pages: Sequence[Screen]
) -> list[Delivery]:
    """The messages of a digest, of which one makes a noise; a week beside a day makes no second.

    Neither does a day that brought nothing.
    """
    name = f"{slot.chat_id}:{cadence}:{slot.day.isoformat()}"
    return [
        Delivery(
            id=f"{name}:{number}" if number else name,
            chat_id=slot.chat_id,
            screen=page,
            silent=cadence != slot.cadence or number > 0 or not made.digest.sections,
            thread=reader.thread,
        )
        for number, page in enumerate(pages)
    ]

"""Due slots → deliveries: one APScheduler tick for all readers, each slot closed once."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.model import Delivery, Digest, Screen, Slot, Subscription, utc_now
from bot.publish.answer import slot_digest
from bot.publish.slots import due_action
from bot.store import Store
from bot.store.away import StoreAway

log = structlog.get_logger()
Clock = Callable[[], datetime]
Render = Callable[[Digest, Subscription], Sequence[Screen]]

TICK = 1  # seconds; looking into the due set costs one command
BATCH = 100


async def run_schedule(
    store: Store, render: Render, stop: asyncio.Event, clock: Clock = utc_now
) -> None:
    """Send what is due until ``stop``; any number of these may run side by side."""

    async def tick() -> None:
        try:
            await send_due(store, render, clock)
        except StoreAway as error:
            log.warning("store away", stage="schedule", error=type(error).__name__)

    scheduler = AsyncIOScheduler(timezone=UTC)
    trigger = IntervalTrigger(seconds=TICK, timezone=UTC)
    scheduler.add_job(tick, trigger, max_instances=1, coalesce=True, misfire_grace_time=None)
    scheduler.start()
    try:
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)


async def send_due(store: Store, render: Render, clock: Clock = utc_now) -> int:
    """Compose the digests that are due now; how many slots this call closed.

    A claimed chat whose claimer dies is due again after the claim; the slot's own key keeps its
    digest from being sent twice.
    """
    closed = 0
    while chats := await store.subscriptions.claim_due(BATCH):
        for chat in chats:
            closed += await _send_to(store, render, chat, clock())
    return closed


async def _send_to(store: Store, render: Render, chat: int, now: datetime) -> bool:
    readers = store.subscriptions
    reader, due = await readers.get(chat), await readers.due_at(chat)
    if reader is None or due is None:
        return False
    step = due_action(reader, due, now, await readers.last_day(chat))
    if step.send is None:
        log.info("slot skipped", chat=chat, due=due.isoformat())
        await readers.wait_until(chat, step.next.at)
        return False
    slot = step.send.slot
    screens = render(await slot_digest(store, reader, slot), reader)
    return await readers.close_slot(slot, _deliveries(slot, screens), step.next.at)


def _deliveries(slot: Slot, screens: Sequence[Screen]) -> list[Delivery]:
    """The message that notifies; further pages are opened by its buttons."""
    name = f"{slot.chat_id}:{slot.cadence}:{slot.day.isoformat()}"
    return [Delivery(id=name, chat_id=slot.chat_id, screen=screen) for screen in screens[:1]]

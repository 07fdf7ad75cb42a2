"""Spans that a test need not wait for: they pass for the store at once, and for nothing else.

That a lease ends by itself is shown by the chaos run, `test_ingest.py`, `test_two_processes.py`.
"""

from datetime import UTC, datetime, timedelta

from bot.store import Store, keys
from bot.store.queue.stream import GROUP

_PAST = 3_600_000  # ms, more than any lease


async def leases_end(store: Store) -> None:
    """What killed processes held is anybody's: their items, their chats, the polling."""
    for name in (keys.UPDATES, keys.POSTS, keys.ENTRIES, keys.OUTBOX):
        if not await store.redis.exists(name):
            continue
        for row in await store.redis.xpending_range(name, GROUP, "-", "+", 1_000):
            item, worker = row["message_id"], str(row["consumer"])
            await store.redis.xclaim(name, GROUP, worker, 0, [item], idle=_PAST, justid=True)
    async for key in store.redis.scan_iter(keys.chat_lock("*")):
        await store.redis.delete(key)
    await store.redis.delete(keys.POLLER)


def this_minute() -> str:
    """What a UTC clock shows: a slot that has just been, and comes again tomorrow."""
    return f"{datetime.now(UTC):%H:%M}"


async def slot_has_come(store: Store, chat: int) -> None:
    """A reader's next slot is the one of a day before it."""
    due = await store.subscriptions.due_at(chat)
    assert due is not None
    await store.subscriptions.wait_until(chat, due - timedelta(days=1))

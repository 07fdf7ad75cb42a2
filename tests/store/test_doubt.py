"""M18 and the trap of the probe: while a message is in doubt, nothing passes it in its chat."""

from bot.model import Delivery, Screen
from bot.store import Store, keys
from bot.store.queue.stream import Item

CHAT = -1001000000007


def _message(name: str) -> Delivery:
    return Delivery(id=name, chat_id=CHAT, screen=Screen(text=f"text of {name}"))


async def _begun_by_the_dead(store: Store) -> None:
    """Two messages wait; the worker of the first died in its send, and its lock is over."""
    await store.outbox.enqueue([_message("a"), _message("b")])
    assert await store.outbox.begin(_message("a"), "dead") == "pending"
    await store.redis.delete(keys.chat_lock(CHAT))


async def test_m18_a_later_message_waits_until_the_doubt_is_cleared(store: Store) -> None:
    await _begun_by_the_dead(store)
    assert await store.outbox.begin(_message("b"), "w") == "busy"
    assert await store.outbox.begin(_message("a"), "w") == "sending"
    await store.outbox.settle(_message("a"), Item("0-1", {}), "w", "sent", message_id=3)
    assert await store.outbox.begin(_message("b"), "w") == "pending"


async def test_m18_a_worker_that_lost_its_lock_does_not_clear_the_doubt(store: Store) -> None:
    await _begun_by_the_dead(store)
    await store.outbox.begin(_message("a"), "other")
    await store.outbox.release(_message("a"), "dead")
    assert (await store.outbox.state("a"))["state"] == "sending"
    assert await store.outbox.begin(_message("b"), "w") == "busy"

"""C6: two processes look for due digests in one store; each reader gets one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bench.chaos_server import OwnServer
from bot.model import Subscription
from bot.store import Store, keys
from tests.e2e.bot_process import bot, environment
from tests.store.faulty import store_at
from tests.waiting import eventually

pytestmark = pytest.mark.slow
READERS = range(1, 21)


async def test_c6_two_schedulers_send_each_reader_one_digest(home: Path) -> None:
    due = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        env = environment(home, REDIS_URL=f"unix://{server.socket}")
        async with bot(env, "publish") as one, bot(env, "publish") as other:
            await one.said("started")
            await other.said("started")
            for chat in READERS:
                await store.subscriptions.save(Subscription(chat_id=chat, at=due.time()), due)
            await eventually(lambda: _closed(store, due))
            sent = await _sent(store)
            for chat in READERS:  # as if whoever claimed them had died at once
                await store.redis.zadd(keys.DUE, {str(chat): 0})
            await eventually(lambda: _looked_at(store))
            assert await one.terminate() == 0
            assert await other.terminate() == 0
        assert sorted(sent) == sorted(f"{chat}:daily:{due:%Y-%m-%d}" for chat in READERS)
        assert await _sent(store) == sent
        assert not any('"level": "error"' in line for line in one.log + other.log)


async def _closed(store: Store, due: datetime) -> bool:
    """True when the next digest of each reader is the one after."""
    found = [await store.subscriptions.due_at(chat) for chat in READERS]
    return all(at is not None and at > due for at in found)


async def _looked_at(store: Store) -> bool:
    return not await store.redis.zcount(keys.DUE, 0, 1)


async def _sent(store: Store) -> list[str]:
    """Ids of the messages on their way, those put off included."""
    rows = cast("list[tuple[str, dict[str, str]]]", await store.redis.xrange(keys.OUTBOX))
    later = cast("list[str]", await store.redis.zrange(keys.later(keys.OUTBOX), 0, -1))
    return [fields["id"] for _, fields in rows] + [json.loads(member)[1] for member in later]

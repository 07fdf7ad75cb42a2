"""Row 15: keys of a running bot become ones of another type; it reads, answers, is ready again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bench.chaos_server import OwnServer
from bot.store import Store, keys
from bot.store.keys import owner as owner_keys
from bot.store.keys import updates as update_keys
from tests.e2e.bot_process import bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.pages import Written, page, written
from tests.fakes.tme import FakeTme
from tests.store.faulty import store_at
from tests.waiting import eventually

READER = 100
PLANTED = (
    *(keys.UPDATES, keys.POSTS, keys.ENTRIES, keys.OUTBOX, keys.DEAD, keys.later(keys.OUTBOX)),
    *(keys.DUE, keys.WATCHED, keys.ALBUMS_DUE, keys.INDEX, keys.CHANGED, keys.BACKLOG),
    *(keys.SUBSCRIBERS, owner_keys.LISTED, owner_keys.CASTS, keys.channel("@demo_one")),
    *(keys.subscription(READER), update_keys.PARKED),
)
STRINGS = (update_keys.ARRIVALS, keys.POLLER, keys.LIMIT_ALL, owner_keys.FORGOTTEN)
pytestmark = pytest.mark.slow


@pytest.fixture
async def store(server: OwnServer) -> AsyncIterator[Store]:
    async with store_at(f"unix://{server.socket}") as store:
        yield store


def _post(number: int) -> Written:
    return written(number, at=datetime.now(UTC))


async def _asked(api: FakeBotApi, text: str) -> str:
    before = len(api.sent(READER))
    api.say(text, READER)
    await api.until(lambda fake: len(fake.sent(READER)) > before)
    return api.sent(READER)[-1]


async def _read(store: Store, number: int) -> bool:
    return await store.entries.get(f"@demo_one/{number}") is not None


async def _ready(port: int) -> bool:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as got:
        return got.status == 200


async def _quarantined(store: Store) -> set[str]:
    names = [str(name) async for name in store.redis.scan_iter("ftk:quarantine:*")]
    return {keys.PREFIX + name.split(":", 3)[3] for name in names}


async def test_row15_wrong_types_under_a_running_bot_are_set_aside_and_it_goes_on(
    home: Path, server: OwnServer, store: Store, api: FakeBotApi, free_port: int
) -> None:
    async with FakeTme() as site:
        site.serve("demo_one", page("demo_one", [_post(1)], channel_id=None))
        env = environment(
            home,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            REDIS_URL=f"unix://{server.socket}",
            CHANNELS="demo_one",
            PREVIEW_BASE_URL=site.base_url,
            PREVIEW_INTERVAL="1",
            HEALTH_PORT=str(free_port),
        )
        async with bot(env) as process:
            await process.said('"event": "started"')
            await eventually(lambda: _read(store, 1))
            await _asked(api, "/subscribe 03:00")
            async with store.redis.pipeline() as planting:
                for key in PLANTED:
                    planting.set(key, "planted")
                for key in STRINGS:
                    planting.delete(key)
                    planting.rpush(key, "planted")
                await planting.execute()
            site.serve("demo_one", page("demo_one", [_post(1), _post(2)], channel_id=None))
            assert "/topics" in await _asked(api, "/help")
            await eventually(lambda: _read(store, 2))
            await _asked(api, "/subscribe 04:00")
            await eventually(lambda: _ready(free_port))
            assert process.running
            assert await process.terminate() == 0
    told = [line for line in process.log if '"wrong type"' in line]
    moved = await _quarantined(store)
    assert {keys.UPDATES, keys.POSTS, keys.OUTBOX, keys.DUE, keys.WATCHED} <= moved
    assert {update_keys.ARRIVALS, keys.channel("@demo_one"), update_keys.PARKED} <= moved
    named = [key for key in moved if str(READER) not in key]  # a reader's key is named otherwise
    assert [key for key in named if not any(f'"{key}"' in line for line in told)] == []
    assert await store.redis.xlen(keys.DEAD) == 0

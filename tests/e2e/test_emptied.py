"""R3: the store is emptied, exchanged or lost behind the bot's back, while it runs or stands."""

import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot.store import Store
from tests.e2e.bot_process import BotProcess, bot, environment
from tests.e2e.time_passes import slot_has_come, this_minute
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.pages import Written, page, written
from tests.fakes.tme import FakeTme
from tests.store.faulty import store_at
from tests.waiting import eventually

OWNER, READER, STRANGER = 7, 100, 666
NOTE, OWNERLESS = "🧯 My store is empty", "You are no longer my owner"
pytestmark = pytest.mark.slow


@pytest.fixture
async def store(server: OwnServer) -> AsyncIterator[Store]:
    async with store_at(f"unix://{server.socket}") as store:
        await store.redis.flushall()  # a first start is one with nothing
        yield store


def _environment(home: Path, server: OwnServer, api: FakeBotApi, **more: str) -> Mapping[str, str]:
    return environment(
        home,
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_BASE=api.url,
        REDIS_URL=f"unix://{server.socket}",
        LANGUAGES="en",
        **more,
    )


def _notes(api: FakeBotApi) -> list[tuple[int, str]]:
    """Who was told that the store is empty, and what beside."""
    found = [(sent.chat_id, str(sent.message["text"])) for sent in api.deliveries]
    return [(chat, text) for chat, text in found if text.startswith(NOTE)]


async def _asked(api: FakeBotApi, text: str, user: int) -> str:
    """The answer to a message."""
    before = len(api.sent(user))
    api.say(text, user)
    await api.until(lambda fake: len(fake.sent(user)) > before)
    return api.sent(user)[-1]


async def _polls(api: FakeBotApi) -> None:
    before = api.queue.polls
    await api.until(lambda fake: fake.queue.polls > before)


def _post(number: int) -> Written:
    return written(number, at=datetime.now(UTC))


def _lines(process: BotProcess) -> int:
    return sum('"store emptied"' in line for line in process.log)


async def test_r3_a_bot_whose_store_is_flushed_tells_its_owner_once_and_goes_on(
    home: Path, server: OwnServer, store: Store, api: FakeBotApi
) -> None:
    async with FakeTme() as site:
        site.serve("demo_one", page("demo_one", [_post(1)]))
        env = _environment(
            home,
            server,
            api,
            ADMIN_IDS=str(OWNER),
            CHANNELS="demo_one",
            PREVIEW_BASE_URL=site.base_url,
            PREVIEW_INTERVAL="1",
        )
        async with bot(env) as first, bot(env, "telegram", "publish") as second:
            await first.said('"event": "read"')
            await second.said('"event": "started"')
            await _polls(api)
            await _asked(api, "/subscribe 03:00", READER)
            assert _notes(api) == []  # a first start
            await store.redis.flushall()
            await first.said("store emptied")
            await second.said("store emptied")
            assert (await _asked(api, "/settings", READER)) != ""
            await _asked(api, f"/subscribe {this_minute()}", READER)
            site.serve("demo_one", page("demo_one", [_post(1), _post(2)]))
            await eventually(lambda: _read(store, 2))
            await slot_has_come(store, READER)
            await api.until(lambda fake: _has_digest(fake))
            assert await first.terminate() == 0
            assert await second.terminate() == 0
        assert (_lines(first), _lines(second)) == (1, 1)
        async with bot(env) as third:
            await third.said('"event": "started"')
            await _polls(api)
            await _asked(api, "/help", OWNER)
            assert await third.terminate() == 0
        assert _lines(third) == 0
    assert [chat for chat, _ in _notes(api)] == [OWNER]
    assert OWNERLESS not in _notes(api)[0][1]


async def _read(store: Store, posts: int) -> bool:
    now = datetime.now(UTC)
    return len(await store.entries.between(now - timedelta(days=1), now)) == posts


def _has_digest(api: FakeBotApi) -> bool:
    return any(text.startswith("🗞 Digest") for text in api.sent(READER))


async def test_r3_an_emptied_store_makes_nobody_an_owner_or_a_source(
    home: Path, server: OwnServer, store: Store, api: FakeBotApi
) -> None:
    env = _environment(home, server, api)
    async with bot(env) as process:
        await process.said('"event": "started"')
        await _polls(api)
        code = await store.owners.code()
        await _asked(api, f"/start own_{code}", OWNER)
        await eventually(lambda: _owns(store, OWNER))
        await store.redis.flushall()
        await process.said("store emptied")
        await api.until(lambda fake: bool(_notes(fake)))
        await _asked(api, f"/start own_{code}", STRANGER)
        await _asked(api, "/sources", STRANGER)
        api.channel_post("Strange things that nobody asked for.")
        await _asked(api, "/help", STRANGER)
        assert await process.terminate() == 0
    async with bot(env) as process:
        await process.said('"event": "started"')
        await _polls(api)
        await _asked(api, "/help", STRANGER)
        assert await process.terminate() == 0
    assert await store.owners.all() == frozenset()
    assert await store.sources.all() == ()
    assert [chat for chat, _ in _notes(api)] == [OWNER]
    assert OWNERLESS in _notes(api)[0][1]


async def _owns(store: Store, person: int) -> bool:
    return person in await store.owners.all()


async def _runs(env: Mapping[str, str], api: FakeBotApi) -> None:
    """Start it, have it answer, look at the store, and stop it."""
    async with bot(env, "telegram") as process:
        await process.said('"event": "started"')
        await _polls(api)
        await _asked(api, "/help", OWNER)
        assert await process.terminate() == 0


@pytest.mark.parametrize("where", ["/0", "/1"], ids=["flushed", "another database"])
async def test_r3_a_bot_started_on_an_emptied_store_tells_once(
    home: Path, server: OwnServer, store: Store, api: FakeBotApi, where: str
) -> None:
    env = _environment(home, server, api, ADMIN_IDS=str(OWNER))
    await _runs(env, api)
    await _runs(env, api)
    assert _notes(api) == []
    if where == "/0":
        await store.redis.flushall()
    other = {**env, "REDIS_URL": f"unix://{server.socket}?db={where[1:]}"}
    await _runs(other, api)
    await _runs(other, api)
    assert [chat for chat, _ in _notes(api)] == [OWNER]


async def test_r3_a_lost_file_of_the_embedded_server_is_told_once(
    home: Path, api: FakeBotApi
) -> None:
    known = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.url, "LANGUAGES": "en"}
    env = environment(home, ADMIN_IDS=str(OWNER), **known)
    await _runs(env, api)
    shutil.rmtree(home / "data" / "appendonlydir")
    await _runs(env, api)
    await _runs(env, api)
    assert [chat for chat, _ in _notes(api)] == [OWNER]

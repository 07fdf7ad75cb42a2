"""P5: no address for a name, no more files, no room on the disk: waited out, told in few lines."""

import json
import resource
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot.store import Store, keys
from tests.e2e.bot_process import BotProcess, bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.entries import make_entry
from tests.store.faulty import message, store_at
from tests.waiting import eventually

pytestmark = pytest.mark.slow
CHATS = range(200, 240)
NOWHERE = "http://nowhere.invalid"
LARGEST = 8192  # bytes that a file may have where there is no room


@pytest.fixture
async def store(server: OwnServer) -> AsyncIterator[Store]:
    async with store_at(f"unix://{server.socket}") as store:
        yield store


def _environment(home: Path, server: OwnServer, **variables: str) -> Mapping[str, str]:
    given = {"TELEGRAM_BOT_TOKEN": TOKEN, "REDIS_URL": f"unix://{server.socket}"}
    return environment(home, **given, PYTHONDONTWRITEBYTECODE="1", **variables)


def _crowding(log: Sequence[str]) -> list[str]:
    """What was said twice within a second by warnings and errors, whomever it concerned."""
    last: dict[str, datetime] = {}
    found = []
    for line in map(json.loads, log):
        if line["level"] not in ("warning", "error"):
            continue
        said = " ".join(str(line.get(name)) for name in ("event", "stage", "stream", "error"))
        at = datetime.fromisoformat(line["timestamp"])
        cause = f"{said} {'' if line['event'] == 'source changed' else line.get('reason')}"
        if cause in last and (at - last[cause]).total_seconds() < 0.9:
            found.append(cause)
        last[cause] = at
    return found


def _tries(log: Sequence[str]) -> int:
    """How often something failed, told or not."""
    return sum(1 + int(json.loads(line).get("more", 0)) for line in log)


async def test_p5_without_addresses_it_goes_on_trying(
    home: Path, server: OwnServer, store: Store
) -> None:
    await store.outbox.enqueue([message(f"m{chat}", chat) for chat in CHATS])
    env = _environment(
        home,
        server,
        TELEGRAM_API_BASE=NOWHERE,
        PREVIEW_BASE_URL=NOWHERE,
        CHANNELS=",".join(f"demo_{letter}" for letter in "abcdefgh"),
    )
    async with bot(env) as process:
        await process.said("polling stopped")
        await process.said("retry")
        await eventually(lambda: _all_put_off(store))
        assert await process.terminate() == 0
    assert _crowding(process.log) == []
    lines = Counter(json.loads(line)["event"] for line in process.log)
    assert lines["polling stopped"] == 1
    assert lines["retry"] < len(CHATS)
    assert await store.outbox_stream.waiting() == len(CHATS)
    assert await store.redis.xlen(keys.DEAD) == 0


async def _all_put_off(store: Store) -> bool:
    """True when each message has been tried and waits for its next time."""
    return int(await store.redis.zcard(keys.later(keys.OUTBOX))) == len(CHATS)


async def test_p5_without_files_to_open_it_waits_and_then_goes_on(
    home: Path, server: OwnServer, store: Store, api: FakeBotApi, free_port: int
) -> None:
    env = _environment(home, server, TELEGRAM_API_BASE=api.url, HEALTH_PORT=str(free_port))
    async with bot(env, "publish", "telegram") as process:
        await api.until(lambda fake: fake.queue.polls > 0)
        _allow_files(process, len([*Path(f"/proc/{process.pid}/fd").iterdir()]))
        with socket.create_connection(("127.0.0.1", free_port)):
            await store.outbox.enqueue([message(f"m{chat}", chat) for chat in CHATS])
            for chat in CHATS:
                api.say("/help", 100 + chat)
            await server.kill()
            await server.start()
            await process.said("Too many open files")
            await eventually(lambda: _lasts(process))
        assert process.running
        assert _tries(process.log) < 1_000
        _allow_files(process, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        await api.until(lambda fake: len(fake.deliveries) >= 2 * len(CHATS))
        assert await process.terminate() == 0
    assert _crowding(process.log) == []
    assert len(api.deliveries) == 2 * len(CHATS)
    assert await store.redis.xlen(keys.DEAD) == 0


async def _lasts(process: BotProcess) -> bool:
    """True when the outage has been met so often that what does not wait would show."""
    return sum('"store unavailable"' in line for line in process.log) >= 16


def _allow_files(process: BotProcess, most: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, hard))


async def test_p5_without_room_for_its_file_search_says_so_and_the_rest_goes_on(
    home: Path, server: OwnServer, store: Store, api: FakeBotApi
) -> None:
    env = _environment(home, server, TELEGRAM_API_BASE=api.url)
    async with bot(env, "telegram", before=("prlimit", f"--fsize={LARGEST}:")) as process:
        await process.said("read model unavailable")
        entry = make_entry()
        await store.posts.ingest(entry.post)
        await store.post_stream.ready()
        [item] = await store.post_stream.read("w", 1)
        await store.entries.commit(entry, item)
        api.say("/search bits", 5)
        await api.until(lambda fake: bool(fake.sent(5)))
        api.say("/help", 6)
        await api.until(lambda fake: bool(fake.sent(6)))
        hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        await eventually(lambda: _found(api))
        assert await process.terminate() == 0
    assert api.sent(5)[0].startswith("The posts cannot be looked through")
    assert _crowding(process.log) == []


async def _found(api: FakeBotApi) -> bool:
    """Ask again; True when it answers with posts."""
    before = len(api.sent(5))
    api.say("/search bits", 5)
    await api.until(lambda fake: len(fake.sent(5)) > before)
    return not api.sent(5)[-1].startswith("The posts cannot be looked through")

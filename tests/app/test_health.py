"""Health pages on a real port and a real store."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from structlog.testing import capture_logs

from bench.chaos_server import OwnServer
from bot import __version__
from bot.app.clock_skew import watch_clock_skew
from bot.app.health import Health, HealthPortTaken, served
from bot.model import utc_now
from bot.store import Store, keys
from bot.supervision import RestartPauses, Supervisor
from tests.fakes.botapi_chats import BOT_ID
from tests.store.faulty import store_at
from tests.waiting import EVENT_S


async def _get(port: int, path: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split(" ")[1]), body


async def test_ready_until_a_trouble_stands(store: Store, free_port: int) -> None:
    health = Health()
    async with served(health, store, free_port, "127.0.0.1"):
        assert await _get(free_port, "/livez") == (200, "alive\n")
        assert await _get(free_port, "/readyz") == (200, "ready\n")
        health.troubles["telegram"] = "token refused"
        assert await _get(free_port, "/readyz") == (503, "telegram: token refused\n")
        health.troubles.clear()
        health.polled_at = utc_now() - timedelta(minutes=5)
        assert (await _get(free_port, "/readyz"))[0] == 503
        assert (await _get(free_port, "/nothing"))[0] == 404


async def test_not_ready_before_telegram_has_answered(store: Store, free_port: int) -> None:
    health = Health(telegram=True)
    async with served(health, store, free_port):
        assert await _get(free_port, "/readyz") == (503, "telegram: not reached yet\n")
        health.polled()
        assert (await _get(free_port, "/readyz"))[0] == 200


async def test_a_store_that_takes_no_writes_is_not_ready(tmp_path: Path, free_port: int) -> None:
    async with (
        OwnServer(tmp_path) as server,
        store_at(f"unix://{server.socket}") as store,
        served(Health(), store, free_port),
    ):
        await store.redis.config_set("maxmemory", 1)
        assert await _get(free_port, "/readyz") == (503, "store: OutOfMemoryError\n")
        await store.redis.config_set("maxmemory", 0)
        await store.redis.replicaof("127.0.0.1", 1)
        assert await _get(free_port, "/readyz") == (503, "store: ReadOnlyError\n")
        await store.redis.replicaof("NO", "ONE")
        assert (await _get(free_port, "/readyz"))[0] == 200
        assert 0 < await store.redis.ttl(keys.WRITABLE) <= keys.WRITABLE_KEPT.total_seconds()


async def test_a_part_that_failed_is_named_and_its_restarts_are_counted(
    store: Store, free_port: int
) -> None:
    health, stop, again = Health(), asyncio.Event(), asyncio.Event()
    health.supervisor = Supervisor(RestartPauses(first=0.01, well=0.5))
    fails = iter([ValueError("no such word")])

    async def part() -> None:
        for error in fails:
            raise error
        again.set()
        await stop.wait()

    keeping = asyncio.create_task(health.supervisor.keep({"telegram.search": part}, stop, ()))
    async with served(health, store, free_port):
        await again.wait()
        assert await _get(free_port, "/readyz") == (503, "telegram.search: ValueError\n")
        assert (
            'fortochka_restarts_total{part="telegram.search"} 1.0'
            in (await _get(free_port, "/metrics"))[1]
        )
        async with asyncio.timeout(EVENT_S):
            while (await _get(free_port, "/readyz"))[0] != 200:  # noqa: ASYNC110 - it is time that heals
                await asyncio.sleep(0.1)
    stop.set()
    await keeping


@pytest.mark.parametrize(
    ("skew", "says"), [(-600, "600 s behind the store"), (3600, "3600 s ahead of the store")]
)
async def test_a_wrong_clock_is_a_warning_and_one_line(
    store: Store, free_port: int, skew: int, says: str
) -> None:
    health, stop = Health(), asyncio.Event()

    async def warned(words: str) -> str:
        while words not in (page := await _get(free_port, "/readyz"))[1]:
            assert page[0] == 200
        return page[1]

    with capture_logs() as lines:
        noting = asyncio.create_task(watch_clock_skew(store, health, stop, 0.01))
        async with served(health, store, free_port, "127.0.0.1"), asyncio.timeout(EVENT_S):
            with time_machine.travel(datetime.now(UTC) + timedelta(seconds=skew)):
                assert await warned("warning") == f"ready\nwarning: clock: this host is {says}\n"
                for _ in range(3):
                    await warned("warning")
            while (await _get(free_port, "/readyz"))[1] != "ready\n":
                pass
        stop.set()
        await noting
    assert [line["event"] for line in lines if "clock" in line["event"]] == [
        "clock skew",
        "clock skew ended",
    ]


@pytest.mark.slow
async def test_a_frozen_store_is_not_ready(store: Store, free_port: int) -> None:
    async with served(Health(), store, free_port, "127.0.0.1"):
        await store.redis.client_pause(4_000, all=True)
        status, body = await _get(free_port, "/readyz")
    assert (status, body) == (503, "store: TimeoutError\n")


async def test_metrics_count_what_waits(store: Store, free_port: int) -> None:
    await store.updates.accept(BOT_ID, 1, "{}")
    async with served(Health(), store, free_port, "127.0.0.1"):
        status, body = await _get(free_port, "/metrics")
    assert status == 200
    assert f'fortochka_build_info{{version="{__version__}"}} 1.0' in body
    assert 'fortochka_queue_items{queue="updates",state="ready"} 1.0' in body


async def test_a_port_that_is_taken_is_one_line(store: Store, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)), pytest.raises(HealthPortTaken) as said:
        async with served(Health(), store, free_port, "127.0.0.1"):
            raise AssertionError("it was served")
    assert str(said.value).startswith(f"HEALTH_PORT: cannot serve on {free_port} (")


async def test_nonsense_closes_the_connection_only(store: Store, free_port: int) -> None:
    async with served(Health(), store, free_port, "127.0.0.1"):
        for nonsense in (b"\r\n", b"\xff" * 70_000 + b"\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", free_port)
            writer.write(nonsense)
            await reader.read()
            writer.close()
        assert (await _get(free_port, "/livez"))[0] == 200

"""The walk that erases a chat goes on where a killed worker left it."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bench.chaos_server import OwnServer
from bot.store import Store, keys
from tests.fakes.dying import Died, DyingRedis

READER = 7_654_321_098
OTHERS = 20_000
STEPS = 40  # of some five hundred keys


async def lived(own: Store) -> None:
    """What many readers leave behind, and this one among them."""
    pipeline = own.redis.pipeline(transaction=False)
    for number in range(OTHERS):
        pipeline.set(keys.chat_last(number), number)
    pipeline.set(keys.chat_last(READER), 1)
    await pipeline.execute()


async def steps(own: Store) -> int:
    found = await own.redis.info("commandstats")
    return int(found.get("cmdstat_scan", {"calls": 0})["calls"])


async def killed(server: OwnServer, number: int) -> None:
    """A worker dies in the last quarter of its walk."""
    client = DyingRedis(Path(server.socket), 3 * STEPS // 4, after=True)
    with suppress(Died):
        own = Store(client, timedelta(days=1), Path(server.socket).parent)
        await own.erasure.erase(READER, number)
    assert client.dead
    await client.bury()


async def test_the_same_update_goes_on_where_it_was_stopped(server: OwnServer, own: Store) -> None:
    await lived(own)
    await killed(server, 7)
    before = await steps(own)
    await own.erasure.erase(READER, 7)
    assert await steps(own) - before < STEPS // 2
    assert not await own.redis.exists(keys.chat_last(READER))


async def test_another_update_begins_anew(server: OwnServer, own: Store) -> None:
    """The reader may have come back meanwhile."""
    await lived(own)
    await killed(server, 7)
    await own.redis.set(keys.chat_last(READER), 1)
    before = await steps(own)
    await own.erasure.erase(READER, 8)
    assert await steps(own) - before > STEPS // 2
    assert not await own.redis.exists(keys.chat_last(READER))


async def test_after_a_restart_of_the_server_the_walk_begins_anew(
    server: OwnServer, own: Store
) -> None:
    await lived(own)
    await killed(server, 7)
    await server.kill()
    await server.start()
    await own.erasure.erase(READER, 7)
    assert await steps(own) > STEPS // 2
    assert not await own.redis.exists(keys.chat_last(READER))


async def test_a_walk_leaves_nothing_of_itself(own: Store) -> None:
    await lived(own)
    await own.erasure.erase(READER, 7)
    left = [key async for key in own.redis.scan_iter("*walk*")]
    assert left == []

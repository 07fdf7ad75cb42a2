"""What was forgotten leaves the server's file on the disk, too, at most once an hour."""

import asyncio
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot.store import Store, keys
from bot.store.keys import owner as owner_keys
from tests.store.faulty import store_at
from tests.waiting import eventually

READER = 7_654_321_098


def times(home: Path, name: str) -> int:
    """How often it stands in the files of the server."""
    files = [path for path in home.rglob("*") if path.is_file() and not path.is_socket()]
    return sum(path.read_bytes().count(name.encode()) for path in files)


async def live(store: Store) -> None:
    """What a reader's hundreds of messages leave behind, and something of another's."""
    for number in range(200):
        await store.redis.set(keys.chat_last(READER), number)
    await store.redis.set(keys.chat_last(1), "another reader's")


async def rewritten(store: Store) -> bool:
    info = await store.redis.info("persistence")
    return not info["aof_rewrite_in_progress"] and not info["aof_rewrite_scheduled"]


async def asked(store: Store) -> bool:
    """Whether a worker that has seen what was forgotten has begun a rewriting."""
    forgotten = await store.redis.get(owner_keys.FORGOTTEN)
    return bool(forgotten) and await store.erasure.rewrite(str(forgotten))


async def test_the_id_is_gone_from_the_file(home: Path, server: OwnServer, own: Store) -> None:
    await live(own)
    await own.redis.config_set("appendfsync", "always")
    assert times(home, str(READER)) >= 200
    await own.erasure.erase(READER)
    assert times(home, str(READER)) >= 200
    assert await asked(own)
    await eventually(lambda: rewritten(own))
    assert times(home, str(READER)) == 0
    assert times(home, "another reader's") == 1


async def test_many_forgotten_in_an_hour_are_one_rewriting_and_one_at_its_end(
    server: OwnServer, own: Store
) -> None:
    assert not await asked(own)  # nobody was forgotten
    done = []
    for chat in range(1, 21):
        await own.erasure.erase(chat)
        done.append(await asked(own))
        await eventually(lambda: rewritten(own))
    assert done == [True] + [False] * 19
    assert 3_500 < await own.redis.ttl(owner_keys.REWRITTEN) <= 3_600
    await own.redis.delete(owner_keys.REWRITTEN)  # the hour is over
    assert await asked(own)
    await eventually(lambda: rewritten(own))
    assert not await asked(own)  # and it is noted that it is done
    await own.erasure.erase(READER)
    assert [await asked(own) for _ in range(3)] == [False] * 3
    await own.redis.delete(owner_keys.REWRITTEN)
    assert await asked(own)
    await eventually(lambda: rewritten(own))
    assert not await asked(own)
    await own.redis.delete(owner_keys.REWRITTEN)
    assert not await asked(own)  # nobody was forgotten since


async def test_workers_at_once_rewrite_once(server: OwnServer, own: Store) -> None:
    await own.erasure.erase(READER)
    done = await asyncio.gather(*(asked(own) for _ in range(8)))
    assert done.count(True) == 1


@pytest.mark.slow
async def test_one_that_ran_already_is_followed_by_another(server: OwnServer, own: Store) -> None:
    """It may have begun with the chat still there."""
    await live(own)
    await own.redis.config_set("rdb-key-save-delay", "1000000")  # µs
    await own.redis.bgrewriteaof()
    await own.erasure.erase(READER)
    assert not await asked(own)
    await own.redis.config_set("rdb-key-save-delay", "0")
    await eventually(lambda: rewritten(own))
    assert await asked(own)


async def test_a_server_that_refuses_is_no_trouble(server: OwnServer, own: Store) -> None:
    rights = ("reset", "on", ">made-up", "~*", "&*", "+@all", "-bgrewriteaof")
    await own.redis.execute_command("ACL", "SETUSER", "hosted", *rights)  # type: ignore[no-untyped-call]
    async with store_at(f"unix://hosted:made-up@{server.socket}") as store:
        await store.erasure.erase(READER)
        assert await asked(store)
        assert not await asked(store)
        assert await store.redis.get(owner_keys.FORGOTTEN) is None

"""Commands that share a round trip: each gets its own answer, its own error, its own end."""

import asyncio

import pytest
from redis.exceptions import ResponseError

from bot.store import Store
from tests.fakes.botapi_chats import BOT_ID
from tests.fakes.entries import make_post


async def _text(store: Store) -> str | None:
    found = await store.redis.get("text")
    return str(found) if found else None


async def _trips(store: Store) -> int:
    """Round trips so far, by what the server read of this and all other clients."""
    return int((await store.redis.info("stats"))["total_reads_processed"])


async def test_what_is_asked_at_once_goes_out_together(own: Store) -> None:
    await own.redis.mset({f"k{n}": n for n in range(50)})
    before = await _trips(own)
    found = await asyncio.gather(*(own.redis.get(f"k{n}") for n in range(50)))
    assert found == [str(n) for n in range(50)]
    assert await _trips(own) - before < 25


async def test_one_error_is_for_the_one_who_asked(store: Store) -> None:
    await store.redis.set("text", "x")
    found = await asyncio.gather(
        store.redis.get("text"), store.redis.zcard("text"), store.redis.get("none"),
        return_exceptions=True,
    )  # fmt: skip
    assert (found[0], found[2]) == ("x", None)
    assert isinstance(found[1], ResponseError)


async def test_one_who_gives_up_takes_no_answer_from_the_others(store: Store) -> None:
    await store.redis.set("text", "x")
    gone = asyncio.create_task(_text(store))
    stays = [asyncio.create_task(_text(store)) for _ in range(3)]
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await asyncio.gather(*stays) == ["x", "x", "x"]


async def test_a_script_that_the_server_forgot_is_sent_again_by_each(store: Store) -> None:
    await store.redis.script_flush()
    added = await asyncio.gather(*(store.updates.accept(BOT_ID, n, "{}") for n in range(20)))
    assert all(each.new for each in added)
    assert await store.update_stream.in_work() == 20


async def test_a_trip_whose_connection_is_lost_is_made_again_for_all(own: Store) -> None:
    await own.redis.mset({f"k{n}": n for n in range(20)})
    await asyncio.gather(*(own.redis.get("k1") for _ in range(20)))
    await own.redis.client_kill_filter(_type="normal", skipme=True)
    found = await asyncio.gather(*(own.redis.get(f"k{n}") for n in range(20)))
    assert found == [str(n) for n in range(20)]


async def test_answers_keep_the_shapes_of_the_library(store: Store) -> None:
    await store.redis.hset("hash", mapping={"a": "1"})
    await store.redis.sadd("set", "x", "y")
    await store.redis.zadd("sorted", {"m": 2})
    found = await asyncio.gather(
        store.redis.hgetall("hash"), store.redis.smembers("set"),
        store.redis.zrange("sorted", 0, -1, withscores=True), store.redis.set("text", "z"),
    )  # fmt: skip
    shapes: list[object] = [*found]
    assert shapes == [{"a": "1"}, {"x", "y"}, [("m", 2.0)], True]


async def test_a_post_is_opened_by_a_server_that_forgot_the_scripts(store: Store) -> None:
    made = make_post()
    await store.posts.ingest(made)
    await store.redis.script_flush()
    found = await asyncio.gather(*(store.posts.get(made.key) for _ in range(3)))
    assert found == [made] * 3

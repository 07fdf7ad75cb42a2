"""A bot killed midway in what must be whole: the owner's link, /forget and its rewriting."""

from collections.abc import AsyncIterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

import pytest

from bench.chaos_server import OwnServer
from bot.store import Store, keys
from bot.store.keys import owner as owner_keys
from tests.e2e.bot_process import bot, environment
from tests.e2e.time_passes import leases_end
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.proxy import FakeProxy
from tests.store.faulty import store_at
from tests.store.test_rewrite import times
from tests.waiting import eventually

pytestmark = pytest.mark.slow
PERSON, RIVAL = 7_654_321_098, 7_654_321_099
OWNER_NOW = "🔑 You are the owner of this bot now."


@pytest.fixture
async def server(home: Path) -> AsyncIterator[OwnServer]:
    async with OwnServer(home, "always") as running:
        yield running


@pytest.fixture
async def own(server: OwnServer) -> AsyncIterator[Store]:
    async with store_at(f"unix://{server.socket}") as store:
        yield store


@pytest.fixture
async def proxy(server: OwnServer) -> AsyncIterator[FakeProxy]:
    async with FakeProxy(server.socket) as running:
        yield running


@pytest.fixture
def env(home: Path, api: FakeBotApi, proxy: FakeProxy) -> Mapping[str, str]:
    return environment(
        home, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=api.url, REDIS_URL=proxy.url
    )


async def finished(own: Store) -> bool:
    return not await own.update_stream.waiting() and not await own.outbox_stream.waiting()


class Point(NamedTuple):
    """Where the bot stands still until it is killed: at a request to the store with such words."""

    words: str
    executed: bool


def script(name: str) -> str:
    """What the text of a script begins with, which a server that does not know it yet is sent."""
    with as_file(files("bot.store.scripts")) as folder:
        (path,) = folder.rglob(f"{name}.lua")
        return path.read_text("utf-8").splitlines()[1]


def points(**words: str) -> list[object]:
    """Before each request with such words is executed, and after."""
    return [
        pytest.param(Point(text, executed), id=f"{'after' if executed else 'before'} {name}")
        for name, text in words.items()
        for executed in (False, True)
    ]


def told(api: FakeBotApi) -> set[int]:
    """Whom the bot has called its owner."""
    return {item.chat_id for item in api.deliveries if item.text.startswith(OWNER_NOW)}


async def usable(own: Store) -> bool:
    return bool(await own.redis.exists(owner_keys.OWNER_CODE))


async def nobody_else_gets_in(api: FakeBotApi, own: Store, code: str) -> None:
    """The link is spent, and the one owner stays the one."""
    before = len(api.sent(RIVAL))
    api.say(f"/start own_{code}", RIVAL)
    await api.until(lambda fake: len(fake.sent(RIVAL)) > before)
    assert await own.owners.all() == {PERSON}
    assert told(api) == {PERSON}
    assert await own.owners.code() == ""


@pytest.mark.parametrize("point", points(update="own_{code}", claim=script("own")))
async def test_a_kill_round_the_owners_link_leaves_the_code_or_the_owner(
    api: FakeBotApi, own: Store, proxy: FakeProxy, env: Mapping[str, str], point: Point
) -> None:
    code = await own.owners.code()
    async with bot(env, "telegram") as first:
        await api.until(lambda fake: fake.queue.polls > 0)
        proxy.stop_at(point.words.format(code=code).encode(), executed=point.executed)
        api.say(f"/start own_{code}", PERSON)
        await proxy.stopped()
        await first.kill()
    await leases_end(own)
    assert await usable(own) == (await own.owners.all() == frozenset())
    proxy.go_on()
    async with bot(env, "telegram") as second:
        await api.until(lambda fake: told(fake) == {PERSON})
        await eventually(lambda: finished(own))
        await nobody_else_gets_in(api, own, code)
        assert await second.terminate() == 0


async def test_one_killed_before_the_owner_is_told_has_an_owner_who_is_told(
    api: FakeBotApi, own: Store, proxy: FakeProxy, env: Mapping[str, str]
) -> None:
    code = await own.owners.code()
    async with bot(env, "telegram") as first:
        await api.until(lambda fake: fake.queue.polls > 0)
        api.order(answers.late(), chat=PERSON)
        api.say(f"/start own_{code}", PERSON)
        await api.called("sendMessage", lambda params: params["chat_id"] == PERSON)
        await first.kill()
    await leases_end(own)
    assert await own.owners.all() == {PERSON}
    assert not await usable(own)
    async with bot(env, "telegram") as second:
        await eventually(lambda: finished(own))
        await nobody_else_gets_in(api, own, code)
        assert await second.terminate() == 0


@pytest.mark.parametrize("executed", [False, True], ids=["before", "after"])
async def test_of_two_with_the_link_in_a_killed_bot_one_becomes_the_owner(
    api: FakeBotApi, own: Store, proxy: FakeProxy, env: Mapping[str, str], executed: bool
) -> None:
    code = await own.owners.code()
    async with bot(env, "telegram") as first:
        await api.until(lambda fake: fake.queue.polls > 0)
        proxy.stop_at(script("own").encode(), executed=executed)
        for person in (PERSON, RIVAL):
            api.say(f"/start own_{code}", person)
        await proxy.stopped()
        await first.kill()
    await leases_end(own)
    proxy.go_on()
    async with bot(env, "telegram") as second:
        await api.until(lambda fake: bool(fake.sent(PERSON) and fake.sent(RIVAL)))
        await eventually(lambda: finished(own))
        assert len(await own.owners.all()) == 1
        assert told(api) == await own.owners.all()
        assert await second.terminate() == 0


async def lived(own: Store) -> None:
    """A reader's hundreds of messages stand in the file."""
    for number in range(200):
        await own.redis.set(keys.chat_last(PERSON), number)


async def nothing_is_left(home: Path, own: Store) -> None:
    """The rewriting is known to be done, and the file holds the reader no more."""

    async def done() -> bool:
        return not await own.redis.exists(owner_keys.FORGOTTEN)

    await eventually(done)
    assert times(home, str(PERSON)) == 0


@pytest.mark.parametrize("executed", [False, True], ids=["before", "after"])
async def test_a15_a_farewell_that_was_killed_at_its_end_is_rewritten_in_the_end(
    home: Path,
    api: FakeBotApi,
    own: Store,
    proxy: FakeProxy,
    env: Mapping[str, str],
    executed: bool,
) -> None:
    await lived(own)
    there = await api.run("sendmessage", {"chat_id": PERSON, "text": "Sure?"})
    async with bot(env, "telegram") as first:
        await api.until(lambda fake: fake.queue.polls > 0)
        proxy.stop_at(b"INCRBY", executed=executed)
        api.press(there, "erase", PERSON)
        await proxy.stopped()
        await first.kill()
    await leases_end(own)
    assert times(home, str(PERSON)) >= 200
    proxy.go_on()
    async with bot(env, "telegram") as second:
        await api.called("editMessageText")
        await eventually(lambda: finished(own))
        await own.redis.delete(owner_keys.REWRITTEN)  # the hour is over
        await nothing_is_left(home, own)
        assert await second.terminate() == 0


@pytest.mark.parametrize("executed", [False, True], ids=["before", "after"])
async def test_a15_a_kill_round_the_rewriting_puts_it_off_by_no_hour(
    home: Path, own: Store, proxy: FakeProxy, env: Mapping[str, str], executed: bool
) -> None:
    await lived(own)
    await own.erasure.erase(PERSON)
    async with bot(env, "telegram") as first:
        proxy.stop_at(b"BGREWRITEAOF", executed=executed)
        await proxy.stopped()
        await first.kill()
    await leases_end(own)
    proxy.go_on()
    async with bot(env, "telegram") as second:
        await nothing_is_left(home, own)
        assert await second.terminate() == 0


async def test_a15_a_server_killed_in_the_rewriting_is_asked_again(
    home: Path, server: OwnServer, own: Store, env: Mapping[str, str]
) -> None:
    await lived(own)
    await own.erasure.erase(PERSON)
    await own.redis.config_set("rdb-key-save-delay", "1000000")  # µs

    async def rewriting() -> bool:
        return bool((await own.redis.info("persistence"))["aof_rewrite_in_progress"])

    async with bot(env, "telegram") as running:
        await eventually(rewriting)
        await server.kill()
        assert times(home, str(PERSON)) >= 200
        await server.start()
        await nothing_is_left(home, own)
        assert await running.terminate() == 0

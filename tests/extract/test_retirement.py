"""The end of a model: read off the server, told 60, 14 and 3 days before, each once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from aiohttp import web

from bot.config import Settings
from bot.extract.model_shutdown import ShutdownLook, look_once, shutdown_date, watch_shutdowns
from bot.model.shutdown import Shutdown
from bot.publish.owner_notices import tell_of_shutdown
from bot.store import Store, open_store
from bot.store.keys import costs as cost_keys

END = date(2026, 12, 11)
MODEL = "gpt-5-mini-2025-08-07"
OWNER = 7
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(respond: Respond) -> AsyncIterator[str]:
    """The base address of a server that answers what it is asked about models."""
    app = web.Application()
    app.router.add_get("/v1/models/{model:.*}", respond)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def says(value: object) -> Respond:
    async def respond(request: web.Request) -> web.Response:
        found = {"id": request.match_info["model"], "object": "model", "created": 1}
        return web.json_response({**found, "owned_by": "made up", "shutdown_date": value})

    return respond


def gives(body: str, status: int = 200) -> Respond:
    async def respond(_: web.Request) -> web.Response:
        return web.Response(text=body, status=status)

    return respond


async def hangs(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def never_ends(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65_536)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-12-11", END),
        ("2026-12-11T00:00:00Z", END),
        ("2026-12-11T00:30:00+03:00", END - timedelta(days=1)),
        (None, None),
        ("", None),
        ("soon", None),
        (1_796_947_200, None),
        ({"day": 1}, None),
    ],
)
async def test_the_day_as_the_server_says_it(value: object, day: date | None) -> None:
    async with server(says(value)) as url:
        assert await shutdown_date("key", url, MODEL) == day


@pytest.mark.parametrize(
    "respond",
    [
        gives("not here", 404),
        gives('{"error": {"message": "no"}}', 401),
        gives("down", 503),
        gives("<html>no such page</html>"),
        gives("[]"),
        gives("{}"),
        hangs,
        never_ends,
    ],
)
async def test_a_server_that_does_not_say_is_no_news(respond: Respond) -> None:
    async with server(respond) as url:
        assert await shutdown_date("key", url, MODEL, deadline=1.0) is None


async def test_a_server_that_is_not_there_is_no_news(free_port: int) -> None:
    assert await shutdown_date("key", f"http://127.0.0.1:{free_port}/v1", MODEL) is None
    assert await shutdown_date("not-ascii-ключ", f"http://127.0.0.1:{free_port}/v1", "") is None


async def knows(_: str) -> date | None:
    """A look at a server that has announced the end."""
    return END


class Owners:
    """What owners were told, as deliveries of the outbox."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self.settings = settings.model_copy(update={"admin_ids": (OWNER,)})
        owned = Store(store.redis, timedelta(days=1), settings.fortochka_home, (OWNER,))
        self.tell = partial(tell_of_shutdown, owned, "en")

    async def heard(self) -> list[str]:
        """Texts since the last time."""
        await self._store.outbox_stream.ready()
        items = await self._store.outbox_stream.read("t", 99, timedelta(milliseconds=1))
        found = [await self._store.outbox.get(item.fields["id"]) for item in items]
        return [delivery.screen.text for delivery in found if delivery]


@pytest.fixture
def owners(store: Store, settings: Settings) -> Owners:
    return Owners(store, settings)


def days_before(days: int) -> date:
    return END - timedelta(days=days)


@pytest.mark.slow
async def test_an_owner_hears_of_it_60_14_and_3_days_before(store: Store, owners: Owners) -> None:
    heard = {}
    for days in range(70, -5, -1):
        for _ in range(3):  # a restart looks again
            await look_once(store, MODEL, knows, owners.tell, days_before(days))
        if texts := await owners.heard():
            heard[days] = texts
    assert list(heard) == [60, 14, 3]
    assert heard[60] == [
        "⏳ The model gpt-5-mini-2025-08-07 shuts down on Fri, 11 December, in 60 days.\n"
        "Its successor: OPENAI_MODEL=gpt-6-luna"
    ]


@pytest.mark.parametrize(("days", "left"), [(40, [14, 3]), (10, [3]), (1, [])])
@pytest.mark.slow
async def test_one_that_begins_late_hears_of_the_nearest_only(
    store: Store, owners: Owners, days: int, left: list[int]
) -> None:
    await look_once(store, MODEL, knows, owners.tell, days_before(days))
    [text] = await owners.heard()
    assert f"in {days} days" in text
    told = []
    for after in range(days - 1, -1, -1):
        await look_once(store, MODEL, knows, owners.tell, days_before(after))
        told += [after] * len(await owners.heard())
    assert told == left


async def test_an_end_that_was_moved_is_told_anew(store: Store, owners: Owners) -> None:
    await look_once(store, MODEL, knows, owners.tell, days_before(10))
    assert len(await owners.heard()) == 1

    async def moved(_: str) -> date | None:
        return END + timedelta(days=30)

    await look_once(store, MODEL, moved, owners.tell, days_before(9))
    [text] = await owners.heard()
    assert "in 39 days" in text


async def test_a_model_without_an_end_or_a_successor(store: Store, owners: Owners) -> None:
    async def unknown(_: str) -> date | None:
        return None

    await look_once(store, "m-1", unknown, owners.tell, days_before(3))
    assert await owners.heard() == []
    await look_once(store, "m-2", knows, owners.tell, days_before(3))
    [text] = await owners.heard()
    assert "successor" not in text


async def test_two_processes_tell_once(store: Store, owners: Owners) -> None:
    async with open_store(owners.settings) as other:
        tell = partial(tell_of_shutdown, other, "en")
        for days in (60, 14, 3):
            both = asyncio.Barrier(2)

            async def look(_: str, both: asyncio.Barrier = both) -> date | None:
                await both.wait()  # both have seen that nobody looked today
                return END

            await asyncio.gather(
                look_once(store, MODEL, look, owners.tell, days_before(days)),
                look_once(other, MODEL, look, tell, days_before(days)),
            )
            assert len(await owners.heard()) == 1


async def test_a_process_that_dies_before_it_is_noted_leaves_it_to_the_next_look(
    store: Store, owners: Owners
) -> None:
    async def dies(shutdown: Shutdown) -> None:
        await owners.tell(shutdown)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await look_once(store, MODEL, knows, dies, days_before(14))
    await look_once(store, MODEL, knows, owners.tell, days_before(13))
    assert len(await owners.heard()) == 1


async def test_a_running_bot_asks_for_each_model_once_a_day(store: Store, owners: Owners) -> None:
    asked, stop = list[str](), asyncio.Event()

    async def respond(request: web.Request) -> web.StreamResponse:
        asked.append(request.match_info["model"])
        if asked[-1] == "m-2":
            stop.set()
        return await says(str(END))(request)

    def noon() -> datetime:
        return datetime.combine(days_before(14), time(12), UTC)

    async with server(respond) as url:
        look: ShutdownLook = partial(shutdown_date, "key", url)
        for models in ((MODEL, "m-2"), (MODEL, "m-1", "m-2")):
            await store.redis.hdel(cost_keys.SHUTDOWN_LOOKED, "m-2")
            stop.clear()
            await watch_shutdowns(store, models, look, owners.tell, stop, noon)
    assert asked == [MODEL, "m-2", "m-1", "m-2"]
    assert len(await owners.heard()) == 3

"""Updates are durable before they are confirmed; trouble on the line never loses or stops them."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
import structlog
from aiogram import Bot

from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.telegram.receive.intake import Intake
from bot.telegram.receive.poll import poll
from bot.telegram.send.session import BotMoved, TokenRefused, WebhookActive
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi_chats import BOT_ID
from tests.waiting import EVENT_S

ALLOWED = ["message", "channel_post"]


class Ledger:
    """An inbox that remembers, and is away when told so."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.bodies: list[str] = []
        self.away = 0

    async def accept(self, update_id: int, raw: str) -> None:
        if self.away:
            self.away -= 1
            raise StoreUnavailable("OOM command not allowed")
        self.ids.append(update_id)
        self.bodies.append(raw)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@asynccontextmanager
async def polling(bot: Bot, inbox: Ledger | Store, stop: asyncio.Event) -> AsyncIterator[None]:
    target = Intake(bot, inbox) if isinstance(inbox, Store) else inbox
    task = asyncio.create_task(poll(bot, target, ALLOWED, stop))
    try:
        yield
    finally:
        stop.set()
        await task


def confirmed(update_id: int | None) -> "Confirmed":
    assert update_id is not None
    return Confirmed(update_id)


class Confirmed:
    """Holds once the server was asked for what comes after that update."""

    def __init__(self, update_id: int) -> None:
        self._id = update_id

    def __call__(self, api: FakeBotApi) -> bool:
        return api.queue.confirmed >= self._id


async def test_updates_are_stored_in_order_and_then_confirmed(
    api: FakeBotApi, line: Bot, ledger: Ledger, stop: asyncio.Event
) -> None:
    ids = [api.say("one"), api.say("two")]
    async with polling(line, ledger, stop):
        await api.until(confirmed(ids[1]))
        ids.append(api.say("three"))
        await api.until(confirmed(ids[2]))
    assert ledger.ids == ids
    assert json.loads(ledger.bodies[2])["message"]["text"] == "three"


async def test_one_undecodable_update_holds_nobody_up(
    api: FakeBotApi, line: Bot, ledger: Ledger, stop: asyncio.Event
) -> None:
    first = api.say("before")
    poison = api.queue.take_id()
    api.queue.push_raw(poison, json.dumps({"update_id": poison, "message": {"date": "soon"}}))
    last = api.say("after")
    async with polling(line, ledger, stop):
        await api.until(confirmed(last))
    assert ledger.ids == [first, poison, last]


async def test_an_update_that_was_not_stored_is_not_confirmed(
    api: FakeBotApi, line: Bot, ledger: Ledger, stop: asyncio.Event
) -> None:
    first = api.say("one")
    ledger.away = 1
    async with polling(line, ledger, stop):
        await api.until(confirmed(first))
    assert ledger.ids == [first]
    offsets = [call.params.get("offset") for call in api.calls if call.method == "getupdates"]
    assert offsets[:2] == [None, None]


async def test_what_the_store_took_before_it_went_away_is_not_taken_twice(
    api: FakeBotApi, line: Bot, store: Store, stop: asyncio.Event
) -> None:
    first = api.say("one")
    assert first is not None
    await store.updates.accept(BOT_ID, first, "{}")
    async with polling(line, store, stop):
        await api.until(confirmed(first))
    assert await store.update_stream.waiting() == 1


@pytest.mark.parametrize(
    "trouble",
    [
        answers.server_error(),
        answers.bad_gateway(),
        answers.cut(executed=False),
        answers.flood(1),
        answers.Answer(200, '{"ok":true,"result":"?"}'),
        answers.Answer(500, '{"ok":false}'),
    ],
)
async def test_trouble_on_the_line_passes(
    api: FakeBotApi,
    line: Bot,
    ledger: Ledger,
    stop: asyncio.Event,
    trouble: answers.Answer,
) -> None:
    api.order(trouble, method="getUpdates")
    first = api.say("one")
    async with polling(line, ledger, stop):
        await api.until(confirmed(first))
    assert ledger.ids == [first]


@pytest.mark.parametrize("code", [401, 404])
async def test_a_refused_token_ends_polling_in_one_line(
    api: FakeBotApi, line: Bot, ledger: Ledger, stop: asyncio.Event, code: int
) -> None:
    api.order(answers.error(code, "Unauthorized"), method="getUpdates")
    with pytest.raises(TokenRefused, match="TELEGRAM_BOT_TOKEN: ") as caught:
        await poll(line, ledger, ALLOWED, stop)
    assert api.token not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_bot_that_moved_to_another_server_ends_polling(
    api: FakeBotApi, line: Bot, ledger: Ledger
) -> None:
    api.order(answers.error(400, "Logged out"), method="getUpdates")
    with pytest.raises(BotMoved):
        await poll(line, ledger, ALLOWED, asyncio.Event())


async def test_a_webhook_is_named_with_its_remedy(
    api: FakeBotApi, line: Bot, ledger: Ledger, stop: asyncio.Event
) -> None:
    api.queue.webhook = "https://hook.invalid"
    with pytest.raises(WebhookActive, match="deleteWebhook"):
        await poll(line, ledger, ALLOWED, stop)


async def test_a_second_poller_is_waited_out_and_mentioned_once(
    api: FakeBotApi, line: Bot, ledger: Ledger, stop: asyncio.Event
) -> None:
    with structlog.testing.capture_logs() as logs:
        conflict = answers.error(409, "Conflict: terminated by other getUpdates request")
        api.order(conflict, method="getUpdates")
        task = asyncio.create_task(poll(line, ledger, ALLOWED, stop))
        await api.called("getUpdates")
        stop.set()
        await task
    assert [entry["event"] for entry in logs] == ["polling stopped"]


async def test_stop_ends_a_long_poll_at_once(
    api: FakeBotApi, line: Bot, ledger: Ledger, stop: asyncio.Event
) -> None:
    task = asyncio.create_task(poll(line, ledger, ALLOWED, stop))
    await api.called("getUpdates")
    stop.set()
    await asyncio.wait_for(task, EVENT_S)
    assert ledger.ids == []


async def test_the_server_is_asked_for_the_kinds_we_handle(
    api: FakeBotApi, line: Bot, ledger: Ledger, stop: asyncio.Event
) -> None:
    kinds: Sequence[str] = ALLOWED
    async with polling(line, ledger, stop):
        call = await api.called("getUpdates")
    assert call.params["allowed_updates"] == kinds

"""The webhook: strangers are refused unread, updates are durable before they are acknowledged."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import pytest
from aiogram import Bot
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.telegram.receive.webhook import (
    HEADER,
    LARGEST,
    Webhook,
    WebhookPortTaken,
    receive_updates,
)
from bot.telegram.send.session import TokenRefused
from bot.telegram.serve import TelegramOptions, work
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.waiting import EVENT_S

SECRET = "made-up_secret"
KNOWN = {HEADER: SECRET}


class Inbox:
    """Remembers what it took; away as often as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, str]] = []
        self.away = 0

    async def accept(self, update_id: int, raw: str) -> None:
        if self.away:
            self.away -= 1
            raise StoreUnavailable("OOM command not allowed")
        self.taken.append((update_id, raw))


class Door:
    """Knocks at the hook."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def knock(
        self,
        body: str | bytes | BytesIO,
        headers: dict[str, str] = KNOWN,
        kind: str = "application/json",
        path: str = "/hook",
    ) -> int:
        sent = {"Content-Type": kind, **headers}
        async with self._session.post(self._url + path, data=body, headers=sent) as answer:
            return answer.status


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@asynccontextmanager
async def served(bot: Bot, inbox: Inbox, port: int) -> AsyncIterator[Door]:
    stop = asyncio.Event()
    hook = Webhook("https://pane.invalid/hook", SECRET, port, "127.0.0.1")
    task = asyncio.create_task(receive_updates(bot, inbox, ["message"], hook, stop))
    async with ClientSession() as session:
        try:
            yield Door(session, f"http://127.0.0.1:{port}")
        finally:
            stop.set()
            await task


@pytest.fixture
async def door(api: FakeBotApi, line: Bot, inbox: Inbox, free_port: int) -> AsyncIterator[Door]:
    async with served(line, inbox, free_port) as door:
        await api.until(lambda fake: bool(fake.queue.webhook))
        yield door


async def test_telegram_is_told_where_and_what(door: Door, api: FakeBotApi) -> None:
    call = await api.called("setWebhook")
    assert call.params["url"] == "https://pane.invalid/hook"
    assert call.params["secret_token"] == SECRET
    assert call.params["allowed_updates"] == ["message"]


async def test_an_update_is_stored_as_it_came(door: Door, inbox: Inbox) -> None:
    body = json.dumps({"update_id": 7, "message": {"text": "Привет"}}, ensure_ascii=False)
    assert await door.knock(body) == 200
    assert inbox.taken == [(7, body)]


async def test_what_is_not_stored_is_not_acknowledged(door: Door, inbox: Inbox) -> None:
    inbox.away = 1
    assert await door.knock('{"update_id":7}') == 503
    assert inbox.taken == []
    assert await door.knock('{"update_id":7}') == 200
    assert [number for number, _ in inbox.taken] == [7]


@pytest.mark.parametrize("headers", [{}, {HEADER: "wrong"}, {HEADER: SECRET + "x"}, {HEADER: "é"}])
async def test_u7_a_stranger_is_refused(door: Door, inbox: Inbox, headers: dict[str, str]) -> None:
    assert await door.knock('{"update_id":7}', headers) == 401
    assert await door.knock("not even json", headers, "text/plain") == 401
    assert inbox.taken == []


async def test_u7_a_large_body_and_another_type_are_refused(door: Door, inbox: Inbox) -> None:
    assert await door.knock(BytesIO(b"x" * (10 * LARGEST))) == 413
    assert await door.knock('{"update_id":7}', kind="text/plain") == 415
    assert inbox.taken == []


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"update_id":"7"}', "{", b"\xff\xfe", '{"update_id":7']
)
async def test_what_is_no_update_is_not_stored(
    door: Door, inbox: Inbox, body: str | bytes
) -> None:
    assert await door.knock(body) == 400
    assert inbox.taken == []


async def test_other_paths_are_not_there(door: Door) -> None:
    assert await door.knock('{"update_id":7}', path="/") == 404


async def test_it_is_set_again_when_the_line_was_down(
    api: FakeBotApi, line: Bot, inbox: Inbox, free_port: int
) -> None:
    api.order(answers.bad_gateway(), method="setWebhook")
    api.order(answers.flood(1), method="setWebhook")
    async with served(line, inbox, free_port):
        await api.until(lambda fake: bool(fake.queue.webhook))


async def test_a_refused_token_ends_it(
    api: FakeBotApi, line: Bot, inbox: Inbox, free_port: int
) -> None:
    api.revoke()
    hook = Webhook("https://pane.invalid/hook", SECRET, free_port, "127.0.0.1")
    with pytest.raises(TokenRefused):
        await receive_updates(line, inbox, [], hook, asyncio.Event())


@asynccontextmanager
async def watched(bot: Bot, inbox: Inbox, port: int) -> AsyncIterator[asyncio.Task[None]]:
    """A hook that is asked about all the time."""
    stop = asyncio.Event()
    hook = Webhook("https://pane.invalid/hook", SECRET, port, "127.0.0.1")
    task = asyncio.create_task(receive_updates(bot, inbox, [], hook, stop, every=0.02))
    yield task
    stop.set()
    await asyncio.wait([task])


async def test_a_hook_that_was_turned_elsewhere_is_set_again(
    api: FakeBotApi, line: Bot, inbox: Inbox, free_port: int
) -> None:
    async with watched(line, inbox, free_port):
        await api.until(lambda fake: bool(fake.queue.webhook))
        for other in ("https://other.invalid/hook", ""):
            api.queue.webhook = other
            await api.until(lambda fake: fake.queue.webhook == "https://pane.invalid/hook")


async def test_m9_a_token_revoked_on_the_way_is_noticed_without_an_update(
    api: FakeBotApi, line: Bot, inbox: Inbox, free_port: int
) -> None:
    async with watched(line, inbox, free_port) as task:
        await api.until(lambda fake: bool(fake.queue.webhook))
        api.revoke()
        with pytest.raises(TokenRefused):
            await asyncio.wait_for(asyncio.shield(task), EVENT_S)


async def test_a_taken_port_is_one_line(
    api: FakeBotApi, line: Bot, inbox: Inbox, free_port: int
) -> None:
    hook = Webhook("https://pane.invalid/hook", SECRET, free_port, "127.0.0.1")
    with socket.create_server(("127.0.0.1", free_port)), pytest.raises(WebhookPortTaken) as said:
        await receive_updates(line, inbox, [], hook, asyncio.Event())
    assert str(said.value).startswith(f"WEBHOOK_PORT: cannot serve on {free_port} (")
    assert api.queue.webhook == ""


async def test_an_address_that_telegram_does_not_take_is_told_in_its_words(
    api: FakeBotApi, line: Bot, inbox: Inbox, free_port: int
) -> None:
    stop = asyncio.Event()
    hook = Webhook("https://pane.invalid:8081/hook", SECRET, free_port, "127.0.0.1")
    with capture_logs() as said:
        task = asyncio.create_task(receive_updates(line, inbox, [], hook, stop))
        await api.called("setWebhook")
        await api.until(lambda _: any(row["event"] == "webhook refused" for row in said))
        stop.set()
        await task
    assert not [row for row in said if row["event"] == "webhook set"]
    reasons = {row["reason"] for row in said if row["event"] == "webhook refused"}
    assert all("only on ports 80, 88, 443 or 8443" in reason for reason in reasons)
    assert api.queue.webhook == ""


async def test_u8_the_whole_stage_answers_what_came_by_the_hook(
    api: FakeBotApi, line: Bot, store: Store, free_port: int, stop: asyncio.Event
) -> None:
    hook = Webhook("https://pane.invalid/hook", SECRET, free_port, "127.0.0.1")
    task = asyncio.create_task(work(line, store, stop, TelegramOptions(hook=hook)))
    await api.until(lambda fake: bool(fake.queue.webhook))
    user = {"id": 5, "is_bot": False, "first_name": "R"}
    chat = {"id": 5, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": user, "text": "/help"}
    body = json.dumps({"update_id": 1, "message": message})
    async with ClientSession() as session:
        door = Door(session, f"http://127.0.0.1:{free_port}")
        assert [await door.knock(body) for _ in range(2)] == [200, 200]
    await api.delivered(lambda delivery: delivery.chat_id == 5)
    stop.set()
    await task
    assert len(api.sent(5)) == 1
    assert not [call for call in api.calls if call.method == "getupdates"]

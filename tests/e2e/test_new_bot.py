"""Another bot's token on the data of one: refused in a line; readers handed over on request."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot.model import Subscription
from tests.e2e.bot_process import bot, environment
from tests.e2e.command import command
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.store.faulty import message, store_at
from tests.telegram.talk import words_on

READER, SILENT = 100, 200
OLD = 777_000
pytestmark = pytest.mark.slow


async def test_readers_are_handed_over_only_on_request(home: Path, server: OwnServer) -> None:
    url = f"unix://{server.socket}"
    async with FakeBotApi(strict=True) as api, store_at(url) as store:
        await store.sent_files.serve_by(OLD)
        for chat in (READER, SILENT):
            reader = Subscription(chat_id=chat, language="en", at=time(3))
            await store.subscriptions.save(reader, datetime.now(UTC) + timedelta(days=1))
        await store.outbox.enqueue([message("unsent", chat=SILENT)])
        token = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.url, "REDIS_URL": url}
        refused = await command(home, "run", "telegram", stdin=b"", **token)
        assert refused.code == 1
        said = refused.err.splitlines()[-1]
        assert said.startswith("fortochka: TELEGRAM_BOT_TOKEN: is of another bot than the data")
        assert f"id {OLD}" in said
        assert said.endswith("fortochka run --new-bot")
        assert not [call for call in api.calls if call.method != "getme"]
        async with bot(environment(home, **token), "telegram", "--new-bot") as taken_over:
            await taken_over.said('"event": "telegram"')
            api.say("/settings", READER)
            settings = await api.delivered(lambda d: d.chat_id == READER)
            assert "03:00" in str(words_on(settings.message))
            assert await taken_over.terminate() == 0
        assert str(await store.sent_files.serving_bot()) == TOKEN.partition(":")[0]
        for chat in (READER, SILENT):
            assert await store.subscriptions.get(chat) is not None
        assert api.sent(SILENT) == []  # Telegram lets no bot write first

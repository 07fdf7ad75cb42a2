"""What an operator sets is what the chat does: who may, how channels are looked at, whose menu."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.bot_process import bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme

pytestmark = pytest.mark.slow
OWNER, STRANGER, GUEST = 7, 8, 9


@pytest.fixture
async def site() -> AsyncIterator[FakeTme]:
    async with FakeTme() as server:
        server.serve("demo_lab", page("demo_lab", [written(1, "Two bits are enough.")]))
        yield server


async def test_a_list_of_who_may_and_an_owners_desk(
    home: Path, api: FakeBotApi, site: FakeTme
) -> None:
    env = environment(
        home,
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_BASE=api.url,
        PREVIEW_BASE_URL=site.base_url,
        ADMIN_IDS=str(OWNER),
        ACCESS="allowlist",
        ALLOWED_IDS=str(GUEST),
    )
    async with bot(env, "telegram") as running:
        await api.until(lambda fake: fake.queue.polls > 0)
        for chat in (STRANGER, GUEST):
            api.say("/help", chat)
        api.say("/add demo_lab", OWNER)
        await api.until(lambda fake: len(fake.deliveries) >= 3)
        await api.called("setMyCommands", lambda asked: str(OWNER) in str(asked.get("scope")))
        assert await running.terminate() == 0
    said = {delivery.chat_id: delivery.text for delivery in api.deliveries}
    assert "/digest" in said[GUEST]
    assert "/digest" not in said[STRANGER]
    assert "preview is open" in said[OWNER]

"""A token of another bot on the data of one: named, and nothing is sent to its readers."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.app.run import run
from bot.config import ConfigError, Settings
from bot.store import Store
from bot.store.keys import owner as owner_keys
from bot.telegram.serve import serve
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.store.faulty import message

OTHER = f"987654321:{'B' * 35}"
SAME = f"{TOKEN.partition(':')[0]}:{'C' * 35}"


def of(settings: Settings, api: FakeBotApi, token: str) -> Settings:
    changes = {"telegram_bot_token": SecretStr(token), "telegram_api_base": api.url}
    return settings.model_copy(update=changes)


async def served(settings: Settings, store: Store, api: FakeBotApi) -> None:
    """Until Telegram has been asked for updates."""
    stop = asyncio.Event()
    work = asyncio.create_task(serve(settings, store, lambda: None, stop))
    await api.until(lambda fake: fake.queue.polls > 0)
    stop.set()
    await work


async def test_another_bots_token_is_named_and_nothing_is_sent(
    settings: Settings, store: Store, api: FakeBotApi
) -> None:
    await served(of(settings, api, TOKEN), store, api)
    await store.outbox.enqueue([message("a", chat=100)])
    another = of(settings, api, OTHER)
    for _ in ("as it is", "as an earlier version left it"):
        with pytest.raises(
            ConfigError, match=r"^TELEGRAM_BOT_TOKEN: is of another bot [^\n]*$"
        ) as caught:
            await run(another, ("telegram",))
        assert f"(id {TOKEN.partition(':')[0]})" in str(caught.value)
        assert "fortochka run --new-bot" in str(caught.value)
        assert OTHER not in str(caught.value)
        await store.redis.delete(owner_keys.BOT)
    assert not api.sent(100)
    assert await store.outbox_stream.waiting() == 1
    assert of(settings, api, SAME).bot_id == await store.sent_files.serving_bot()


async def test_readers_that_were_handed_over_are_the_new_bots(
    settings: Settings, store: Store, api: FakeBotApi
) -> None:
    await served(of(settings, api, TOKEN), store, api)
    async with FakeBotApi(token=OTHER) as theirs:
        another = of(settings, theirs, OTHER)
        await served(another, store, theirs)
        assert await store.sent_files.serving_bot() == another.bot_id
    with pytest.raises(ConfigError, match=f"id {another.bot_id}"):
        await run(of(settings, api, TOKEN), ("telegram",))

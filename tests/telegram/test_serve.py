"""The stage as a whole: what ends it is one typed error, and nothing holds up its end."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.store import Store
from bot.telegram.send.session import TokenRefused, WebhookActive
from bot.telegram.serve import serve
from tests.fakes.botapi import FakeBotApi
from tests.waiting import EVENT_S


def settings_for(api: FakeBotApi, settings: Settings) -> Settings:
    return settings.model_copy(
        update={"telegram_bot_token": SecretStr(api.token), "telegram_api_base": api.url}
    )


def nobody() -> None:
    """Watches our health."""


async def test_it_answers_and_stops(api: FakeBotApi, settings: Settings, store: Store) -> None:
    stop, polls = asyncio.Event(), list[str]()
    chosen = settings_for(api, settings)
    stage = asyncio.create_task(serve(chosen, store, lambda: polls.append("polled"), stop))
    api.say("/help")
    got = await api.delivered(lambda delivery: delivery.chat_id == 100)
    stop.set()
    await asyncio.wait_for(stage, EVENT_S)
    assert "/digest" in got.text
    assert polls


async def test_a_token_revoked_on_the_way_ends_it(
    api: FakeBotApi, settings: Settings, store: Store
) -> None:
    chosen = settings_for(api, settings)
    stage = asyncio.create_task(serve(chosen, store, nobody, asyncio.Event()))
    await api.called("getUpdates")
    api.revoke()
    api.queue.push_raw(api.queue.take_id(), '{"update_id": 1000}')
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(stage, EVENT_S)


async def test_a_webhook_ends_it(api: FakeBotApi, settings: Settings, store: Store) -> None:
    api.queue.webhook = "https://hook.invalid"
    with pytest.raises(WebhookActive):
        await serve(settings_for(api, settings), store, nobody, asyncio.Event())


async def test_no_token_is_the_same_as_a_refused_one(settings: Settings, store: Store) -> None:
    with pytest.raises(TokenRefused):
        await serve(settings, store, nobody, asyncio.Event())

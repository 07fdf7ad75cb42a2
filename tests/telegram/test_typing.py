"""“typing…” is shown while an answer takes long, and never instead of something that matters."""

import asyncio
from datetime import timedelta

from aiogram import Bot

from bot.collect.preview.first_look import FirstLook
from bot.store import Store
from bot.store.delivery.outbox import BETWEEN_ANY
from bot.telegram.replies.deployment import Deployment
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.telegram.looks import Looks
from tests.telegram.talk import OWNER, talking

READER = 100
SECOND = timedelta(seconds=1)


class SlowLooks(Looks):
    """Looks that take until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def __call__(self, handle: str) -> FirstLook:
        await self.go_on.wait()
        return await super().__call__(handle)


def _signs(api: FakeBotApi) -> list[int]:
    return [int(call.params["chat_id"]) for call in api.calls if call.method == "sendchataction"]


async def test_a_slow_answer_is_announced_and_a_quick_one_is_not(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    looks = SlowLooks()
    async with talking(api, line, store, running=Deployment(look=looks)) as talk:
        await talk.say("/help")
        api.say("@demo_lab", OWNER)
        await api.called("sendChatAction")
        looks.go_on.set()
        await api.delivered(lambda delivery: delivery.chat_id == OWNER)
    assert _signs(api) == [OWNER]


async def test_a_refused_sign_harms_no_answer(api: FakeBotApi, line: Bot, store: Store) -> None:
    api.order(answers.bad_gateway(), method="sendChatAction")
    looks = SlowLooks()
    async with talking(api, line, store, running=Deployment(look=looks)):
        api.say("@demo_lab", OWNER)
        await api.called("sendChatAction")
        looks.go_on.set()
        await api.delivered(lambda delivery: delivery.chat_id == OWNER)


async def test_a_sign_gets_a_turn_only_when_nobody_waits_for_one(store: Store) -> None:
    await store.outbox.take_turn(READER)
    assert not await store.outbox.spare_turn(READER)  # a message was sent there just now
    for other in range(1, 40):
        await store.outbox.take_turn(READER + other)
    assert not await store.outbox.spare_turn(READER - 1)  # a crowd waits elsewhere


async def test_a_sign_obeys_a_flood(store: Store) -> None:
    await store.outbox.pause(30 * SECOND, READER)
    assert not await store.outbox.spare_turn(READER)
    assert await store.outbox.spare_turn(READER + 1)


async def test_a_sign_puts_off_no_answer(store: Store) -> None:
    assert await store.outbox.spare_turn(READER)
    whole = timedelta(milliseconds=1)  # waits are told in whole milliseconds
    assert await store.outbox.take_turn(READER) < BETWEEN_ANY + whole

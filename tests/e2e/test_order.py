"""What a reader said first is done first, whoever is killed or stands still with it in hand."""

import signal
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot.store import Store
from tests.e2e.bot_process import bot, environment
from tests.e2e.time_passes import leases_end
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.store.faulty import store_at
from tests.waiting import eventually

pytestmark = pytest.mark.slow
GROUP, ADMIN = -1009000000001, 100
CHATS, QUESTIONS = 12, 6


@pytest.fixture
async def own(server: OwnServer) -> AsyncIterator[Store]:
    async with store_at(f"unix://{server.socket}") as store:
        yield store


@pytest.fixture
def env(home: Path, api: FakeBotApi, server: OwnServer) -> Mapping[str, str]:
    api.admins.add((GROUP, ADMIN))
    return environment(
        home,
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_BASE=api.url,
        REDIS_URL=f"unix://{server.socket}",
    )


async def hold_the_first(api: FakeBotApi) -> None:
    """A worker asks whether an admin said ``/subscribe 10:00``, and gets no answer."""
    await api.until(lambda fake: fake.queue.polls > 0)
    api.order(answers.late(), method="getChatMember")
    api.say("/subscribe 10:00", ADMIN, chat=GROUP)
    await api.called("getChatMember")


async def finished(own: Store) -> bool:
    return not await own.update_stream.waiting() and not await own.outbox_stream.waiting()


async def nothing_of_the_group(own: Store) -> bool:
    return not [key async for key in own.redis.scan_iter(f"*{GROUP}*")]


async def test_what_a_killed_worker_held_is_done_before_what_came_later(
    home: Path, api: FakeBotApi, own: Store, env: Mapping[str, str]
) -> None:
    async with bot(env, "telegram") as first:
        await hold_the_first(api)
        await first.kill()
    await leases_end(own)
    api.say("/subscribe 11:11", ADMIN, chat=GROUP)
    async with bot(env, "telegram") as second:
        api.say("/help", 200)
        await api.until(lambda fake: bool(fake.sent(200)))
        await api.until(lambda fake: len(fake.sent(GROUP)) == 2)
        reader = await own.subscriptions.get(GROUP)
        assert reader is not None
        assert f"{reader.at:%H:%M}" == "11:11"
        assert ["10:00" in text for text in api.sent(GROUP)] == [True, False]
        assert await second.terminate() == 0


async def test_a_farewell_is_final_though_a_killed_worker_held_what_came_before(
    home: Path, api: FakeBotApi, own: Store, env: Mapping[str, str]
) -> None:
    there = await api.run("sendmessage", {"chat_id": ADMIN, "text": "Sure?"})
    async with bot(env, "telegram") as first:
        await hold_the_first(api)
        await first.kill()
    await leases_end(own)
    api.press(there, f"g:{-GROUP}:erase", ADMIN)
    async with bot(env, "telegram") as second:
        await api.called("editMessageText")
        await eventually(lambda: finished(own))
        assert await own.subscriptions.get(GROUP) is None
        # What the last change of the message leaves goes a moment after it is drawn.
        await eventually(lambda: nothing_of_the_group(own))
        assert await second.terminate() == 0


async def test_a_worker_that_stood_still_writes_nothing_that_another_has_done(
    home: Path, api: FakeBotApi, own: Store, env: Mapping[str, str]
) -> None:
    async with bot(env, "telegram") as first:
        await hold_the_first(api)
        first.signal(signal.SIGSTOP)
        api.say("/subscribe 11:11", ADMIN, chat=GROUP)
        async with bot(env, "telegram") as second:
            await api.until(lambda fake: len(fake.sent(GROUP)) == 2)
            api.release()
            first.signal(signal.SIGCONT)
            await first.said("lease lost")
            assert await first.terminate() == 0
            assert await second.terminate() == 0
    reader = await own.subscriptions.get(GROUP)
    assert reader is not None
    assert f"{reader.at:%H:%M}" == "11:11"
    assert len(api.sent(GROUP)) == 2


async def test_answers_come_in_the_order_of_questions_over_kills(
    home: Path, api: FakeBotApi, own: Store, env: Mapping[str, str]
) -> None:
    for number in range(QUESTIONS):
        for chat in range(1000, 1000 + CHATS):
            api.say(f"/digest made-up-{number}", chat)
    for kill_after in (CHATS // 2, 2 * CHATS):
        async with bot(env, "telegram") as process:
            await api.until(lambda fake, upto=kill_after: len(fake.deliveries) >= upto)  # type: ignore[misc]
            await process.kill()
        await leases_end(own)
    async with bot(env, "telegram") as process:
        owed = CHATS * QUESTIONS
        await api.until(lambda fake: len({*map(said, fake.deliveries)}) == owed)
        await eventually(lambda: finished(own))
        assert await process.terminate() == 0
    for chat in range(1000, 1000 + CHATS):
        got = [text.partition("made-up-")[2][:1] for text in api.sent(chat)]
        assert list(dict.fromkeys(got)) == [str(number) for number in range(QUESTIONS)], got


def said(delivery: object) -> tuple[int, str]:
    return delivery.chat_id, delivery.text  # type: ignore[attr-defined]

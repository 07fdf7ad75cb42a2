"""A group that became a supergroup: its reader, its followed topics and its messages go along."""

from datetime import UTC, datetime

from aiogram import Bot

from bot.model import Subscription
from bot.store import Store, keys
from bot.taxonomy.topics import Topic
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.telegram.outbound import message, sending, settled

SOON = datetime(2030, 1, 1, tzinfo=UTC)
GROUP, SUPERGROUP = -55, -1000000000055
TOPIC = Topic("agents")


async def subscribed(store: Store, chat: int, zone: str = "UTC") -> None:
    reader = Subscription(chat_id=chat, alerts=(TOPIC,), zone=zone)
    await store.subscriptions.save(reader, SOON)


async def followers(store: Store) -> list[int]:
    return [chat async for chat in store.alerts.followers(TOPIC)]


async def test_the_reader_and_all_unsent_messages_go_along(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await subscribed(store, GROUP)
    api.order(answers.migrated(SUPERGROUP), chat=GROUP, times=3)
    await store.outbox.enqueue([message(name, GROUP) for name in "abc"])
    async with sending(line, store):
        await settled(store, "c")
    assert api.sent(SUPERGROUP) == ["text of a", "text of b", "text of c"]
    assert api.sent(GROUP) == []
    moved = await store.subscriptions.get(SUPERGROUP)
    assert moved == Subscription(chat_id=SUPERGROUP, alerts=(TOPIC,))
    assert await store.subscriptions.get(GROUP) is None
    assert await store.subscriptions.due_at(SUPERGROUP) == SOON
    assert await followers(store) == [SUPERGROUP]
    assert await store.subscriptions.count() == 1


async def test_a_supergroup_that_subscribed_itself_keeps_its_choice(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await subscribed(store, GROUP)
    await subscribed(store, SUPERGROUP, "Europe/Moscow")
    api.order(answers.migrated(SUPERGROUP), chat=GROUP)
    await store.outbox.enqueue([message("a", GROUP)])
    async with sending(line, store):
        await settled(store, "a")
    kept = await store.subscriptions.get(SUPERGROUP)
    assert kept is not None
    assert kept.zone == "Europe/Moscow"
    assert await store.subscriptions.get(GROUP) is None
    assert await store.subscriptions.count() == 1


async def test_a_move_is_one_step_and_repeats_change_nothing(store: Store) -> None:
    await subscribed(store, GROUP)
    await store.outbox.enqueue([message("a", GROUP)])
    for _ in range(2):
        await store.outbox.move(message("a", GROUP), SUPERGROUP)
    assert await store.outbox.get("a") == message("a", SUPERGROUP)
    assert await store.subscriptions.due_at(SUPERGROUP) == SOON
    left = [key async for key in store.redis.scan_iter(f"*:{GROUP}")]
    assert left == []
    assert await store.redis.zrange(keys.DUE, 0, -1) == [str(SUPERGROUP)]


async def test_a_group_without_a_reader_moves_its_message(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.order(answers.migrated(SUPERGROUP), chat=GROUP)
    await store.outbox.enqueue([message("a", GROUP)])
    async with sending(line, store):
        await settled(store, "a")
    assert api.sent(SUPERGROUP) == ["text of a"]
    assert await store.subscriptions.get(SUPERGROUP) is None

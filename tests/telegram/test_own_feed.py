"""A reader's own feed: made at a tap, shown once, ended by a tap, by /forget and by a block."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiogram import Bot

from bot.store import Store, keys
from bot.telegram.replies.deployment import Deployment
from tests.fakes.botapi import FakeBotApi
from tests.store.backing_up import backed_up, restored
from tests.telegram.talk import OWNER, Json, Talk, carried, labels, talking
from tests.waiting import eventually

ARCHIVE = "https://archive.example"
READER = 7_654_321_098


@pytest.fixture
def web_url() -> str:
    return ARCHIVE


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store, web_url: str) -> AsyncIterator[Talk]:
    async with talking(api, line, store, running=Deployment(web_url=web_url)) as conversation:
        yield conversation


def secret_in(message: Json) -> str:
    """What stands in both addresses that a screen shows."""
    atom, other = (line for line in message["text"].splitlines() if line.startswith("https:"))
    secret: str = atom.removeprefix(f"{ARCHIVE}/feed/").removesuffix(".atom")
    assert other == f"{ARCHIVE}/feed/{secret}.feed.json"
    return secret


async def made(talk: Talk, who: int = READER) -> str:
    """A reader makes a feed; what it is asked for by."""
    return secret_in(await talk.press(await talk.say("/settings", who), "feed:new"))


async def test_the_screens_in_both_languages(talk: Talk) -> None:
    panel = await talk.say("/settings", READER, language="ru")
    assert "p:feed" in carried(panel.message)
    offer = await talk.press(panel, "p:feed", "ru")
    assert offer["text"].startswith(
        "📡 Моя лента\n\nИстории ваших дайджестов для программы чтения"
    )
    assert labels(offer) == [["➕ Создать адрес"], ["‹ Настройки"]]
    done = await talk.press(panel, "feed:new", "ru")
    assert labels(done) == [["🔄 Создать новый адрес"], ["🗑 Отозвать ленту"], ["‹ Настройки"]]
    assert done["text"].startswith("📡 Моя лента\n\nГотово.")
    assert secret_in(done)
    other = await talk.say("/settings", READER + 1)
    await talk.press(other, "feed:new")
    later = await talk.press(other, "p:feed")
    assert later["text"].startswith("📡 My feed\n\nYou have a feed. I keep only a fingerprint")
    assert labels(later) == [["🔄 Make a new address"], ["🗑 End the feed"], ["‹ Settings"]]
    assert ARCHIVE not in later["text"]


async def test_only_the_last_address_leads_to_the_feed(talk: Talk, store: Store) -> None:
    first, second = await made(talk), await made(talk)
    assert first != second
    assert (await store.feeds.reader(first), await store.feeds.reader(second)) == (None, READER)
    ended = await talk.press(await talk.say("/settings", READER), "feed:end")
    assert labels(ended)[0] == ["➕ Make an address"]
    assert talk.toasts()[-1] == "The feed has ended: its address leads nowhere now."
    assert await store.feeds.reader(second) is None
    assert not [key async for key in store.redis.scan_iter(f"{keys.feed_by('')}*")]


async def test_an_update_that_is_handled_again_makes_no_other_address(store: Store) -> None:
    secret = await store.feeds.make(READER, 5)
    assert await store.feeds.make(READER, 5) == secret
    assert await store.feeds.make(READER, 6) != secret


@pytest.mark.parametrize(
    "wrong", ["", "a", "A" * 32, "A" * 31 + "\u0410", "A" * 10_000, "../" * 9]
)
async def test_anything_else_is_nobodys_feed(store: Store, wrong: str) -> None:
    await store.feeds.make(READER, 1)
    assert await store.feeds.reader(wrong) is None


async def _blocked(talk: Talk, _: Store) -> None:
    talk.api.block(READER)


async def _denied(talk: Talk, _: Store) -> None:
    await talk.say(f"/deny {READER}", OWNER)


async def _forgotten(talk: Talk, _: Store) -> None:
    await talk.press(await talk.say("/forget", READER), "erase")


@pytest.mark.parametrize("leave", [_blocked, _denied, _forgotten])
async def test_it_ends_with_its_reader(
    talk: Talk, store: Store, leave: Callable[[Talk, Store], Awaitable[None]]
) -> None:
    secret = await made(talk)
    assert await store.feeds.reader(secret) == READER
    await leave(talk, store)

    async def ended() -> bool:
        return await store.feeds.reader(secret) is None

    await eventually(ended)
    assert not await store.feeds.exists(READER)
    assert not [key async for key in store.redis.scan_iter(f"{keys.feed_by('')}*")]


async def test_unsubscribing_leaves_the_feed(talk: Talk, store: Store) -> None:
    secret = await made(talk)
    await talk.press(await talk.say("/subscribe", READER), "unsub")
    assert await store.feeds.reader(secret) == READER


@pytest.mark.parametrize("web_url", [""])
async def test_without_an_archive_there_is_no_offer(talk: Talk, store: Store) -> None:
    panel = await talk.say("/settings")
    assert "p:feed" not in carried(panel.message)
    for forged in ("p:feed", "feed:new", "feed:end"):
        shown = await talk.press(panel, forged)
        assert "feed:new" not in carried(shown)
    assert not await store.feeds.exists(100)


async def test_a_backup_has_the_feed_and_nothing_to_ask_for_it_by(
    store: Store, tmp_path: Path
) -> None:
    await store.identity()
    secret = await store.feeds.make(READER, 1)
    path = await backed_up(store, tmp_path)
    await store.redis.flushdb()
    await restored(store.redis, path)
    assert await store.feeds.reader(secret) == READER
    values = [
        await store.redis.get(key) async for key in store.redis.scan_iter(f"{keys.PREFIX}feed*")
    ]
    assert len(values) == 2
    assert secret not in values


async def test_a_backup_brings_back_no_feed_beside_a_newer_one(
    store: Store, tmp_path: Path
) -> None:
    await store.identity()
    old = await store.feeds.make(READER, 1)
    path = await backed_up(store, tmp_path)
    new = await store.feeds.make(READER, 2)
    await restored(store.redis, path, merge=True)
    assert (await store.feeds.reader(old), await store.feeds.reader(new)) == (None, READER)

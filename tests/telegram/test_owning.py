"""The first owner: a one-time link, for whoever comes first with the right code."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot
from structlog.testing import capture_logs

from bot.config import AccessMode, Settings
from bot.store import Store
from bot.store.keys import owner as owner_keys
from bot.store.readers.owners import MOST_WRONG_TRIES
from bot.telegram.handlers.owner import introduce_to_owners
from bot.telegram.replies.deployment import Deployment
from tests.fakes.botapi import FakeBotApi
from tests.telegram.talk import Talk, talking

WRONG = "0" * 32
GROUP = -1009000000001


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"admin_ids": ()})


@pytest.fixture
def mode() -> AccessMode:
    return "public"


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store, mode: AccessMode) -> AsyncIterator[Talk]:
    async with talking(api, line, store, running=Deployment(access=mode)) as conversation:
        yield conversation


@pytest.mark.parametrize("mode", ["public", "invite", "allowlist"])
async def test_the_link_makes_an_owner_with_all_rights(talk: Talk, store: Store) -> None:
    code = await store.owners.code()
    got = await talk.say(f"/start own_{code}", 7)
    assert got.text.startswith("🔑 You are the owner of this bot now.")
    assert await store.owners.all() == {7}
    assert "Sources" in (await talk.say("/stats", 7)).text
    assert "@\u2060demo_lab" in (await talk.say("@demo_lab", 7)).text
    menu = await talk.api.called("setMyCommands")
    assert menu.params["scope"]["chat_id"] == 7


async def test_the_link_works_once(talk: Talk, store: Store) -> None:
    code = await store.owners.code()
    await talk.say(f"/start own_{code}", 7)
    assert await store.owners.code() == ""
    late = await talk.say(f"/start own_{code}", 8)
    assert "owner" not in late.text
    assert await store.owners.all() == {7}
    assert "Только владелец" not in (await talk.say("/stats", 8)).text
    assert (await talk.say("/stats", 8)).text == "Only the bot's owner can do that."


async def test_of_many_at_once_one_becomes_the_owner(store: Store) -> None:
    code = await store.owners.code()
    claims = [store.owners.claim(code, user, f"u{user}") for user in range(1, 41)]
    won = await asyncio.gather(*claims)
    assert won.count(True) == 1
    assert await store.owners.all() == {won.index(True) + 1}
    assert await store.owners.claim(code, won.index(True) + 1, "again")  # a reply was lost


async def test_wrong_tries_of_all_people_together_end_the_code(talk: Talk, store: Store) -> None:
    code = await store.owners.code()
    for user in range(MOST_WRONG_TRIES):
        got = await talk.say(f"/start own_{WRONG}", 1000 + user)
        assert "not valid any more" in got.text
    assert "not valid any more" in (await talk.say(f"/start own_{code}", 7)).text
    assert await store.owners.all() == frozenset()
    assert await store.owners.code() not in {"", code}


async def test_wrong_tries_at_once_are_all_counted_and_a_repeated_one_once(store: Store) -> None:
    code = await store.owners.code()
    for _ in range(50):
        assert not await store.owners.claim(WRONG, 5, "the same update")
    assert await store.owners.code() == code
    await asyncio.gather(*(store.owners.claim(WRONG, 5, n) for n in range(MOST_WRONG_TRIES)))
    assert not await store.owners.claim(code, 7, "late")


@pytest.mark.parametrize("wrong", ["", "0", "x" * 64, "f" * 31, "f" * 33])
async def test_no_other_code_opens(store: Store, wrong: str) -> None:
    code = await store.owners.code()
    for given in (wrong, code[:-1], code + "0", code.upper() + "!"):
        assert not await store.owners.claim(given, 5, given)


async def test_a_code_lives_for_a_day(store: Store) -> None:
    await store.owners.code()
    left = await store.redis.ttl(owner_keys.OWNER_CODE)
    assert 86_000 < left <= 86_400


async def test_in_a_group_and_forwarded_the_link_does_nothing(talk: Talk, store: Store) -> None:
    code = await store.owners.code()
    talk.api.say(f"/start own_{code}", 7, chat=GROUP)
    origin = {"type": "hidden_user", "sender_user_name": "X", "date": 1}
    talk.api.say(f"/start own_{code}", 7, forward_origin=origin)
    await talk.say("/help", 100)
    assert await store.owners.all() == frozenset()


async def test_whom_the_settings_name_wins_over_the_store(store: Store, tmp_path: Path) -> None:
    assert await store.owners.claim(await store.owners.code(), 7, 1)
    named = Store(store.redis, store.entries._retention, tmp_path, (1,))
    assert await named.owners.all() == {1}
    assert await named.owners.code() == ""
    assert not await named.owners.claim(WRONG, 7, 2)


async def test_the_log_names_the_way_and_never_the_code(
    talk: Talk, line: Bot, store: Store
) -> None:
    code = await store.owners.code()
    with capture_logs() as logs:
        await introduce_to_owners(line, store)
        await talk.say(f"/start own_{WRONG}", 8)
        await talk.say(f"/start own_{code}", 7)
        await introduce_to_owners(line, store)
    told = [entry["event"] for entry in logs if "no owner" in entry["event"]]
    assert told == ["no owner: see fortochka doctor"]
    assert code not in repr(logs)


async def test_an_owner_who_is_forgotten_owns_nothing(talk: Talk, store: Store) -> None:
    assert await store.owners.claim(await store.owners.code(), 7, 1)
    await store.erasure.erase(7)
    assert await store.owners.all() == frozenset()
    assert await store.owners.code() != ""

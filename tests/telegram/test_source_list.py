"""A paste of hundreds of channels: one list from several messages, looked at, asked once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot

from bot.collect.preview.errors import (
    Blocked,
    HiddenChannel,
    NoPreview,
    NotAChannel,
    NotFound,
    PageUnreachable,
)
from bot.collect.preview.first_look import FirstLook
from bot.i18n import owner_messages
from bot.model import Language, Subscription
from bot.screens.source_screens import list_found_screen
from bot.store import Store
from bot.store.keys import owner as owner_keys
from bot.store.sources.source_lists import Looked
from bot.telegram.handlers.registry.source_list import MOST_FAILURES
from bot.telegram.replies.deployment import Deployment
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi_duties import Delivered
from tests.fakes.entries import NOON
from tests.telegram.looks import AT_ONCE, LATER
from tests.telegram.talk import OWNER, Talk, carried, talking, words_on
from tests.waiting import eventually

Json = dict[str, Any]
NEVER = (3_600.0, 3_600.0)


class Site:
    """What a site says of a channel, by the first word of its name."""

    def __init__(self) -> None:
        self.asked = list[str]()
        self.trouble: Exception | None = None

    async def __call__(self, handle: str) -> FirstLook:
        self.asked.append(handle)
        if self.trouble:
            raise self.trouble
        sort = handle.partition("_")[0]
        refusals: dict[str, Exception] = {
            "closed": NoPreview(handle),
            "hidden": HiddenChannel(handle),
            "nobody": NotFound(handle),
            "group": NotAChannel(handle, "group"),
            "away": PageUnreachable(handle, "no page"),
            "odd": ValueError("made up"),
        }
        if sort in refusals:
            raise refusals[sort]
        number = "1234567" if sort == "own" else ""
        return FirstLook(handle=handle, title="X", number=number, newest=NOON, weekly=2, pace=2.0)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def gather() -> timedelta:
    return AT_ONCE


@pytest.fixture
async def talk(
    api: FakeBotApi, line: Bot, store: Store, site: Site, gather: timedelta
) -> AsyncIterator[Talk]:
    running = Deployment(look=site, gather=gather, pause=(0.0, 0.0))
    async with talking(api, line, store, running=running) as conversation:
        yield conversation


def names(sort: str, count: int) -> str:
    return "\n".join(f"@{sort}_{number}" for number in range(count))


async def table(talk: Talk) -> Delivered:
    """The message that asks, once the list was looked at."""
    return await talk.api.delivered(
        lambda d: (
            d.chat_id == OWNER and any(data.startswith("o:addlist") for data in carried(d.message))
        )
    )


async def ended(store: Store) -> None:
    async def over() -> bool:
        return not await store.source_lists.under_way()

    await eventually(over)


def shown(talk: Talk, message: Delivered) -> str:
    found: Json = talk.api.chats.messages[message.chat_id, message.message["message_id"]]
    return str(found["text"])


@pytest.mark.parametrize(
    ("language", "lines", "buttons", "added"),
    [
        ("en", ("📋 Names looked at: 46", "✅ can be read: 30", "≈ 60 posts a week",
                "👁 already among the sources: 1", "🔒 web preview is off: 6",
                "❔ no such channel: 4", "👥 not a channel: 3", "⚠️ could not be opened: 1",
                "🔁 I publish digests there: 1",
                "🔗 private channels: 1. Make the bot an admin there.", "Not understood: hmm"),
         [["➕ Add all 30"], ["Cancel"]], "✅ I read 30 channels more now."),
        ("ru", ("📋 Просмотрено имён: 46", "✅ можно читать: 30", "≈ 60 постов в неделю",
                "👁 уже среди источников: 1", "🔒 веб-превью выключено: 6",
                "❔ нет такого канала: 4", "👥 это не каналы: 3", "⚠️ не открылись: 1",
                "🔁 там я публикую дайджесты: 1",
                "🔗 закрытые каналы: 1. Добавьте туда бота админом.", "Не понял: hmm"),
         [["➕ Добавить все 30"], ["Отмена"]], "✅ Теперь читаю ещё 30 каналов."),
    ],
)  # fmt: skip
async def test_a_long_list_is_looked_at_and_asked_about_once(
    talk: Talk,
    store: Store,
    site: Site,
    language: Language,
    lines: tuple[str, ...],
    buttons: list[list[str]],
    added: str,
) -> None:
    await store.sources.add("known_0")
    await store.subscriptions.save(Subscription(chat_id=-1001234567), None)
    sorts = {"good": 30, "closed": 5, "hidden": 1, "nobody": 4, "group": 3, "odd": 1}
    parts = [*(names(*each) for each in sorts.items()), "@Known_0 @own_0 t.me/+AbCdEf hmm @good_1"]
    got = await talk.say("\n".join(parts), OWNER, language=language)
    assert "46" in got.text
    found = await table(talk)
    assert set(lines) <= set(found.text.splitlines()), found.text
    assert "@\u2060nobody_2, " in found.text
    assert [
        words_on({"reply_markup": {"inline_keyboard": [row]}}) for row in _rows(found)
    ] == buttons
    assert len(site.asked) == 45  # what is a source is not looked at
    assert await store.channels.watched() == ("@known_0",)
    talk.api.press(found, carried(found.message)[0], language=language)
    await talk.api.until(lambda _: shown(talk, found) == added)
    assert len(await store.channels.watched()) == 31
    for late in (carried(found.message)[0], carried(found.message)[1]):
        talk.api.press(found, late, language=language)
    await talk.api.until(lambda _: shown(talk, found) == owner_messages(language).list_over)
    assert len(await store.channels.watched()) == 31


def _rows(message: Delivered) -> list[list[Json]]:
    rows: list[list[Json]] = message.message["reply_markup"]["inline_keyboard"]
    return rows


@pytest.mark.parametrize("gather", [LATER])
async def test_what_an_app_cut_into_messages_is_one_list(
    talk: Talk, store: Store, site: Site
) -> None:
    whole = " ".join(f"https://t.me/good_{number}" for number in range(400))
    pieces = [whole[at : at + 4_096] for at in range(0, len(whole), 4_096)]
    assert len(pieces) == 3
    first = await talk.say(pieces[0], OWNER)
    for piece in pieces[1:]:
        talk.api.say(piece, OWNER)

    async def all_here() -> bool:
        return len(await store.source_lists.pieces(OWNER)) == 3

    await eventually(all_here)
    assert site.asked == []
    assert len(talk.api.sent(OWNER)) == 1
    await store.redis.delete(owner_keys.list_open(OWNER))
    found = await table(talk)
    assert "✅ can be read: 400" in found.text
    assert site.asked == [f"good_{number}" for number in range(400)]
    await talk.api.until(lambda _: "Looked at all: 400" in shown(talk, first))
    edits = [call for call in talk.api.done if call.method == "editmessagetext"]
    assert any("of 400" in call.params["text"] for call in edits)
    assert len(edits) < 60


async def test_a_list_goes_on_after_a_restart(
    api: FakeBotApi, line: Bot, store: Store, site: Site
) -> None:
    slow = Deployment(look=site, gather=AT_ONCE, pause=NEVER)
    async with talking(api, line, store, running=slow) as talk:
        await talk.say(names("good", 30), OWNER)
        await eventually(lambda: _true(len(site.asked) == 1))
    assert site.asked == ["good_0"]
    fast = Deployment(look=site, gather=AT_ONCE, pause=(0.0, 0.0))
    async with talking(api, line, store, running=fast) as talk:
        assert "✅ can be read: 30" in (await table(talk)).text
    assert site.asked == [f"good_{number}" for number in range(30)]


async def _true(value: bool) -> bool:
    return value


@pytest.mark.parametrize("how", ["button", "command"])
async def test_a_list_is_cancelled(
    api: FakeBotApi, line: Bot, store: Store, site: Site, how: str
) -> None:
    slow = Deployment(look=site, gather=AT_ONCE, pause=NEVER)
    async with talking(api, line, store, running=slow) as talk:
        got = await talk.say(names("good", 30), OWNER)
        await eventually(lambda: _true(len(site.asked) == 1))
        if how == "button":
            await talk.press(got, carried(got.message)[0])
        else:
            assert (await talk.say("/cancel", OWNER)).text == "⏹ Cancelled: nothing was added."
        await talk.api.until(lambda _: shown(talk, got) == "⏹ Cancelled: nothing was added.")
        assert await store.source_lists.under_way() == ()
        assert (await talk.say("/cancel", OWNER)).text == "There is nothing to cancel."
        old = await talk.press(got, carried(got.message)[0].replace("droplist", "addlist"))
        assert old["text"] == "This list is over. Send the names again."
    assert await store.channels.watched() == ()


async def test_a_site_that_asks_to_wait_is_obeyed(talk: Talk, store: Store, site: Site) -> None:
    site.trouble = Blocked("good_0", 429, 600)
    got = await talk.say(names("good", 30), OWNER)
    await talk.api.until(lambda _: "I go on by myself in 10 min" in shown(talk, got))
    assert site.asked == ["good_0"]
    site.trouble = None
    await store.source_lists.note(OWNER, {"rests_until": 0})
    assert "✅ can be read: 30" in (await table(talk)).text


async def test_a_page_that_does_not_come_is_asked_for_again(
    talk: Talk, store: Store, site: Site
) -> None:
    await talk.say(f"@away_0\n{names('good', 29)}", OWNER)
    found = await table(talk)
    assert "✅ can be read: 29" in found.text
    assert "⚠️ could not be opened: 1\n@\u2060away_0" in found.text
    assert site.asked.count("away_0") == 3


async def test_when_the_line_stays_down_the_list_ends(
    talk: Talk, store: Store, site: Site
) -> None:
    site.trouble = PageUnreachable("good_0", "no page")
    await talk.say(names("good", 30), OWNER)

    async def looked() -> bool:
        await store.source_lists.note(OWNER, {"rests_until": 0})  # no test waits for minutes
        return not await store.source_lists.under_way()

    await eventually(looked)
    assert len(site.asked) == MOST_FAILURES
    found = await talk.api.delivered(lambda d: "could not be opened: 30" in d.text)
    assert "There is nothing to add here." in found.text


async def test_the_list_of_who_is_an_owner_no_more_ends(
    api: FakeBotApi, line: Bot, store: Store, site: Site
) -> None:
    slow = Deployment(look=site, gather=LATER, pause=(0.0, 0.0))
    async with talking(api, line, store, running=slow) as talk:
        await talk.say(names("good", 30), OWNER)
        store.owners.named = frozenset({999})
        await ended(store)
    assert site.asked == []


async def test_what_comes_while_a_list_is_looked_at_joins_it(
    api: FakeBotApi, line: Bot, store: Store, site: Site
) -> None:
    slow = Deployment(look=site, gather=AT_ONCE, pause=NEVER)
    async with talking(api, line, store, running=slow) as talk:
        await talk.say(names("good", 30), OWNER)
        await eventually(lambda: _true(len(site.asked) == 1))
        more = await talk.say(names("other", 30), OWNER)
        assert more.text == "📋 These go to the list that I am looking at."
    fast = Deployment(look=site, gather=AT_ONCE, pause=(0.0, 0.0))
    async with talking(api, line, store, running=fast) as talk:
        assert "✅ can be read: 60" in (await table(talk)).text


async def test_a_thousand_names_are_enough(
    api: FakeBotApi, line: Bot, store: Store, site: Site
) -> None:
    slow = Deployment(look=site, gather=LATER, pause=NEVER)
    async with talking(api, line, store, running=slow) as talk:
        await talk.say(names("good", 300), OWNER)
        for sort in ("other", "third", "fourth"):
            talk.api.say(names(sort, 300), OWNER)

        async def all_here() -> bool:
            return len(await store.source_lists.pieces(OWNER)) == 4

        await eventually(all_here)
        await store.redis.delete(owner_keys.list_open(OWNER))
        await eventually(lambda: _true(len(site.asked) == 1))
    assert sum(await store.source_lists.sizes(OWNER)) == 1_000
    known = await store.source_lists.get(OWNER)
    assert known is not None
    assert known.more
    shown_at_last = list_found_screen([Looked("ok", "good_0")], known, "en")
    assert "Only the first 1 names were taken." in shown_at_last.text


async def test_an_owner_who_leaves_leaves_no_list(talk: Talk, store: Store) -> None:
    await talk.say(names("good", 30), OWNER)
    await table(talk)
    await store.erasure.erase(OWNER)
    left = [key async for key in store.redis.scan_iter(match=f"{owner_keys.source_list(OWNER)}*")]
    assert left == []


async def test_the_command_takes_a_long_list_of_plain_names(talk: Talk, site: Site) -> None:
    await talk.say("/add " + " ".join(f"good_{number}" for number in range(25)), OWNER)
    assert "✅ can be read: 25" in (await table(talk)).text

"""The fake Bot API server keeps the words and the semantics of the real one."""

import asyncio

import aiohttp
import pytest

from tests.fake_botapi.client import Bot
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.fakes.proxy import FakeProxy

READER = 100


async def test_an_update_is_forgotten_only_when_a_higher_offset_is_asked_for(
    api: FakeBotApi, bot: Bot
) -> None:
    first, second = api.say("one"), api.say("two")
    assert first is not None and second is not None
    assert await bot.poll() == [first, second]
    assert await bot.poll(offset=first) == [first, second]
    assert await bot.poll(offset=first + 1) == [second]
    assert await bot.poll(offset=0, limit=1) == [second]
    third = api.say("three")
    assert await bot.poll(offset=-1) == [third]


async def test_a_long_poll_wakes_at_the_first_update(api: FakeBotApi, bot: Bot) -> None:
    poll = asyncio.create_task(bot.poll(timeout=50))
    await api.called("getUpdates")
    update = api.say("wake up")
    assert await poll == [update]


async def test_the_newer_poller_ends_the_older(api: FakeBotApi, bot: Bot) -> None:
    older = asyncio.create_task(bot("getUpdates", timeout=50))
    await api.called("getUpdates")
    newer = asyncio.create_task(bot.poll(timeout=50))
    assert (await older)["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    update = api.say("hello")
    assert await newer == [update]


async def test_allowed_updates_are_sticky(api: FakeBotApi, bot: Bot) -> None:
    api.queue.push({"chat_member": {}})
    assert len(api.queue.ignored) == 1
    await bot.poll(allowed_updates=["message"])
    await bot.poll(offset=1)
    api.channel_post("not asked for")
    assert await bot.poll(offset=2) == []
    assert len(api.queue.ignored) == 2


async def test_a_webhook_excludes_polling(bot: Bot) -> None:
    await bot("setWebhook", url="https://hook.invalid")
    assert (await bot.refusal("getUpdates")).startswith("Conflict: can't use getUpdates method")
    await bot("deleteWebhook")
    assert await bot.poll() == []


async def test_edits_know_the_same_the_foreign_and_the_missing(api: FakeBotApi, bot: Bot) -> None:
    api.say("/start", READER)
    sent = (await bot("sendMessage", chat_id=READER, text="one"))["result"]["message_id"]
    edit = {"chat_id": READER, "text": "one"}
    same = await bot.refusal("editMessageText", message_id=sent, **edit)
    assert same.startswith("Bad Request: message is not modified: specified new message content")
    missing = await bot.refusal("editMessageText", message_id=sent + 1, **edit)
    assert missing == "Bad Request: message to edit not found"
    foreign = await bot.refusal("editMessageText", message_id=sent - 1, **edit)
    assert foreign == "Bad Request: message can't be edited"
    changed = await bot("editMessageText", message_id=sent, chat_id=READER, text="two")
    assert changed["result"]["text"] == "two"


async def test_a_callback_is_answered_once(api: FakeBotApi, bot: Bot) -> None:
    markup = {"inline_keyboard": [[{"text": "go", "callback_data": "d:1"}]]}
    await bot("sendMessage", chat_id=READER, text="x", reply_markup=markup)
    query = api.press(api.deliveries[0], api.deliveries[0].buttons[0]["callback_data"])
    assert (await bot("answerCallbackQuery", callback_query_id=query))["ok"]
    again = await bot.refusal("answerCallbackQuery", callback_query_id=query)
    assert "query is too old" in again


async def test_tokens_methods_and_chats_are_checked(client: aiohttp.ClientSession) -> None:
    async with FakeBotApi(strict=True) as api:
        bot = Bot(api, client)
        assert await bot.refusal("makeCoffee") == "Not Found: method not found"
        assert await bot.refusal("sendMessage", chat_id=-5, text="x") == (
            "Bad Request: chat not found"
        )
        assert "can't initiate" in await bot.refusal("sendMessage", chat_id=READER, text="x")
        async with client.get(f"{api.url}/botnonsense/getMe") as response:
            found = await response.json()
            assert found["description"] == "Unauthorized: invalid token specified"
        async with client.get(f"{api.url}/bot1:other/GETME") as response:
            assert (await response.json())["description"] == "Unauthorized"


async def test_bodies_of_all_kinds_are_read(
    api: FakeBotApi, client: aiohttp.ClientSession
) -> None:
    url = f"{api.url}/bot{api.token}/sendDocument"
    form = aiohttp.FormData({"chat_id": str(READER), "document": "attach://file"})
    form.add_field("caption_entities", '[{"type":"bold","offset":0,"length":2}]')
    form.add_field("caption", "hello")
    form.add_field("file", b"@misc{}", filename="papers.bib")
    async with client.post(url, data=form) as response:
        assert response.status == 200
    assert api.deliveries[0].message["document"]["file_name"] == "papers.bib"
    assert api.deliveries[0].message["caption_entities"][0]["length"] == 2
    plain = {"chat_id": str(READER), "text": "x", "disable_notification": "True"}
    async with client.post(f"{api.url}/bot{api.token}/sendMessage", data=plain) as response:
        assert response.status == 200
    assert api.deliveries[1].silent


async def test_ordered_answers_come_once_each(api: FakeBotApi, bot: Bot) -> None:
    api.order(answers.flood(7))
    api.order(answers.blocked(), chat=READER + 1)
    found = await bot("sendMessage", chat_id=READER, text="x")
    assert found["parameters"] == {"retry_after": 7}
    assert (await bot("sendMessage", chat_id=READER, text="x"))["ok"]
    assert (await bot.refusal("sendMessage", chat_id=READER + 1, text="x")).startswith("Forbidden")
    assert api.sent(READER) == ["x"]


@pytest.mark.parametrize("executed", [True, False])
async def test_a_cut_leaves_the_message_there_or_not(
    api: FakeBotApi, bot: Bot, executed: bool
) -> None:
    api.order(answers.cut(executed))
    with pytest.raises(aiohttp.ClientError):
        await bot("sendMessage", chat_id=READER, text="x")
    assert len(api.deliveries) == executed


async def test_a_late_answer_comes_after_release(api: FakeBotApi, bot: Bot) -> None:
    api.order(answers.late())
    send = asyncio.create_task(bot("sendMessage", chat_id=READER, text="x"))
    await api.delivered(lambda delivery: delivery.text == "x")
    assert not send.done()
    api.release()
    assert (await send)["result"]["text"] == "x"


async def test_private_chats_share_one_line_of_ids(api: FakeBotApi, bot: Bot) -> None:
    ids = [
        (await bot("sendMessage", chat_id=chat, text="x"))["result"]["message_id"]
        for chat in (1, 2, -1005, 1, -1005)
    ]
    assert ids == [1, 2, 1, 3, 2]


async def test_the_proxy_swallows_and_cuts_replies(
    api: FakeBotApi, client: aiohttp.ClientSession
) -> None:
    async with FakeProxy(api.url) as proxy:
        url = f"{proxy.url}/bot{api.token}/sendMessage?chat_id=1&text=x"
        async with client.post(url) as response:
            assert response.status == 200
        proxy.once("cut")
        with pytest.raises(aiohttp.ClientError):
            await client.post(url)
        proxy.set("swallow")
        waiting = asyncio.create_task(client.post(url))
        await api.until(lambda server: len(server.deliveries) == 3)
        proxy.cut_all()
        with pytest.raises(aiohttp.ClientError):
            await waiting

"""A list of channels sent as a file: taken by the same parser as in the terminal."""

import json
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.collect.preview.first_look import FirstLook
from bot.collect.text.channel_lists import LARGEST_LIST
from bot.i18n import owner_messages
from bot.store import Store
from bot.telegram.replies.deployment import Deployment
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi_duties import Delivered
from tests.fakes.entries import NOON
from tests.telegram.looks import AT_ONCE
from tests.telegram.talk import OWNER, Talk, carried, talking

OPML = """\
<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><body><outline text="Models">
<outline type="rss" text="One" xmlUrl="https://rsshub.app/telegram/channel/pane_one"/>
<outline type="rss" text="Two" htmlUrl="https://t.me/pane_two"/>
<outline type="rss" text="Blog" xmlUrl="https://blog.example/feed"/>
<outline text="Three" htmlUrl="https://t.me/pane_three" category="paused"/>
</outline></body></opml>"""
JSON = json.dumps({"sources": [{"handle": "pane_one"}, {"handle": "pane_two", "id": "7"}]})
PLAIN = "pane_one\nhttps://t.me/s/pane_two\n@pane_three # paused\n"


async def _look(handle: str) -> FirstLook:
    return FirstLook(handle=handle, title=handle, newest=NOON, weekly=2, pace=2.0)


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store) -> AsyncIterator[Talk]:
    running = Deployment(look=_look, gather=AT_ONCE, pause=(0.0, 0.0))
    async with talking(api, line, store, running=running) as conversation:
        yield conversation


async def sent(talk: Talk, name: str, content: bytes, user_id: int = OWNER) -> Delivered:
    """What a file is answered with."""
    before = len(talk.api.deliveries)
    talk.api.send_file(name, content, user_id)
    await talk.api.until(lambda api: len(api.deliveries) > before)
    return talk.api.deliveries[-1]


@pytest.mark.parametrize(
    ("name", "content"), [("feeds.opml", OPML), ("sources.json", JSON), ("list.TXT", PLAIN)]
)
async def test_a_file_of_an_owner_is_a_list_but_for_what_it_calls_paused(
    talk: Talk, store: Store, name: str, content: str
) -> None:
    asked = await sent(talk, name, content.encode())
    assert "pane_one" in asked.text
    assert "pane_three" not in asked.text
    [add, *_] = [data for data in carried(asked.message) if data.startswith("o:add:")]
    await talk.press(asked, add)
    assert await store.channels.watched() == ("@pane_one", "@pane_two")


async def test_a_long_file_is_looked_at_in_the_background(talk: Talk, store: Store) -> None:
    text = "\n".join(f"pane_{number}" for number in range(30))
    assert "30" in (await sent(talk, "list.txt", text.encode())).text
    found = await talk.api.delivered(
        lambda d: any("addlist" in each for each in carried(d.message))
    )
    await talk.press(found, carried(found.message)[0])
    assert len(await store.channels.watched()) == 30


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00no text",
        b"<rss><channel/></rss>",
        b'{"sources": [',
        b"x" * (LARGEST_LIST + 1),
        b"no, it is a q!",
    ],
    ids=["empty", "not UTF-8", "another XML", "broken JSON", "too large", "no names"],
)
async def test_a_file_that_is_no_list_is_answered_so(
    talk: Talk, store: Store, content: bytes
) -> None:
    said = await sent(talk, "list.txt", content)
    assert said.text == owner_messages("en").file_without_channels
    assert await store.channels.watched() == ()


async def test_a_file_that_telegram_no_longer_has_is_answered_so(talk: Talk) -> None:
    talk.api.send_file("list.txt", b"pane_one", OWNER)
    talk.api.files.clear()
    said = await talk.api.delivered(lambda d: d.chat_id == OWNER)
    assert said.text == owner_messages("en").file_without_channels


async def test_a_readers_file_is_not_fetched(talk: Talk, store: Store) -> None:
    await sent(talk, "list.txt", b"pane_one\npane_two", 555)
    assert not [call for call in talk.api.calls if call.method == "getfile"]
    assert await store.channels.watched() == ()

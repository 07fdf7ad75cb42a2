"""What the fake server takes as a text and as buttons, in the words of the real one."""

import pytest

from tests.fake_botapi.client import Bot, Json
from tests.fakes.botapi import FakeBotApi

READER = 100


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "\u200b \n"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "я" * 20_000}, "text is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ({"text": "<p>x</p>", "parse_mode": "HTML"}, "can't parse entities: Unsupported start"),
        ({"text": "ab", "entities": [{"type": "bold", "offset": 0, "length": 3}]}, "entity begin"),
        ({"text": "😀", "entities": [{"type": "bold", "offset": 0, "length": 1}]}, "entity begin"),
    ],
)
async def test_bad_texts_are_refused_in_the_server_s_words(
    bot: Bot, params: Json, description: str
) -> None:
    found = await bot.refusal("sendMessage", chat_id=READER, **params)
    assert found.startswith(f"Bad Request: {description}")


async def test_the_limit_counts_code_points_after_parsing_and_trimming(
    api: FakeBotApi, bot: Bot
) -> None:
    text = f"  <b>{'😀' * 4096}</b>\n"
    await bot("sendMessage", chat_id=READER, text=text, parse_mode="HTML")
    delivery = api.deliveries[0]
    assert delivery.text == "😀" * 4096
    assert delivery.message["entities"] == [{"type": "bold", "offset": 0, "length": 8192}]


async def test_entities_over_a_hundred_are_lost_in_silence(api: FakeBotApi, bot: Bot) -> None:
    entities = [{"type": "bold", "offset": i * 2, "length": 1} for i in range(103)]
    await bot("sendMessage", chat_id=READER, text="a " * 103 + "b", entities=entities)
    assert len(api.deliveries[0].message["entities"]) == 100
    assert api.deliveries[0].lost_entities == 3


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "url": "javascript:1"}, "inline keyboard button URL"),
    ],
)
async def test_bad_buttons_are_refused(bot: Bot, button: Json, description: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    found = await bot.refusal("sendMessage", chat_id=READER, text="x", reply_markup=markup)
    assert found.startswith(f"Bad Request: {description}")

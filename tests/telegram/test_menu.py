"""The menu of commands in each language, and the token's first use."""

from typing import Any

import pytest
from aiogram import Bot

from bot.store import Store
from bot.telegram.replies.menu import introduce
from bot.telegram.send.session import TokenRefused
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi

Json = dict[str, Any]


def called(api: FakeBotApi, method: str) -> list[Json]:
    return [call.params for call in api.calls if call.method == method]


async def test_all_is_said_in_both_languages(api: FakeBotApi, line: Bot, store: Store) -> None:
    assert await introduce(line, store) == "fortochka_test_bot"
    menus = called(api, "setmycommands")
    assert [(menu["scope"]["type"], menu.get("language_code")) for menu in menus] == [
        ("all_private_chats", None),
        ("all_group_chats", None),
        ("all_chat_administrators", None),
        ("all_private_chats", "ru"),
        ("all_group_chats", "ru"),
        ("all_chat_administrators", "ru"),
    ]
    assert [one["command"] for one in menus[0]["commands"]] == [
        *("digest", "topic", "topics", "search", "ask", "follow", "saved", "settings"),
        *("help", "privacy"),
    ]
    for text in called(api, "setmydescription"):
        assert 0 < len(text["description"]) <= 512
    for text in called(api, "setmyshortdescription"):
        assert 0 < len(text["short_description"]) <= 120
    assert len(called(api, "setmydescription")) == 2


async def test_what_was_said_before_is_not_said_again(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await introduce(line, store)
    said = len(api.calls)
    await introduce(line, store)
    assert len(api.calls) == said
    await store.sent_files.introduce(line.id, {"description:ru": "another"})
    await introduce(line, store)
    assert [call.method for call in api.calls[said:]] == ["setmydescription"]


async def test_the_menu_button_opens_the_mini_app_where_there_is_one(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await introduce(line, store)
    await introduce(line, store, "http://news.example")
    assert called(api, "setchatmenubutton") == []  # it may be what its owner told @BotFather
    for _ in range(2):
        await introduce(line, store, "https://news.example/ml", "ru")
    page = {"url": "https://news.example/ml/app"}
    [set_once] = called(api, "setchatmenubutton")
    assert set_once["menu_button"] == {"type": "web_app", "text": "Сегодня", "web_app": page}
    for _ in range(2):
        await introduce(line, store)
    [_, once_more] = called(api, "setchatmenubutton")
    assert once_more["menu_button"] == {"type": "commands"}


async def test_a_bad_token_is_one_line(api: FakeBotApi, line: Bot, store: Store) -> None:
    api.revoke()
    with pytest.raises(TokenRefused, match="@BotFather"):
        await introduce(line, store)


async def test_telegram_away_is_no_reason_to_stop(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.order(answers.bad_gateway(), method="getMe")
    assert await introduce(line, store) is None

"""The menu of commands in each language, and the token's first use."""

import pytest
from aiogram import Bot

from bot.telegram.menu import introduce
from bot.telegram.wire import TokenRefused
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi


async def test_the_menu_is_set_in_both_languages(api: FakeBotApi, line: Bot) -> None:
    assert await introduce(line) == "fortochka_test_bot"
    menus = [call.params for call in api.calls if call.method == "setmycommands"]
    assert [menu.get("language_code") for menu in menus] == [None, "ru"]
    assert menus[0]["commands"][0]["command"] == "digest"
    assert menus[0]["commands"] != menus[1]["commands"]


async def test_a_bad_token_is_one_line(api: FakeBotApi, line: Bot) -> None:
    api.revoke()
    with pytest.raises(TokenRefused, match="@BotFather"):
        await introduce(line)


async def test_telegram_away_is_no_reason_to_stop(api: FakeBotApi, line: Bot) -> None:
    api.order(answers.bad_gateway(), method="getMe")
    assert await introduce(line) is None

"""``initData``: forged, changed, old, of another bot, told twice, huge."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.init_data import MAX_AGE, MAX_AHEAD, InitDataExpired, InitDataRefused, user_of
from tests.fakes.entries import NOON
from tests.fakes.init_data import TOKEN, init_data, signed

ADA = 279058397
USER = json.dumps({"id": ADA, "first_name": "Ada"})
NOW = str(int(NOON.timestamp()))
OTHER = "110202:AAE-invented-token-of-another-bot"

SHAPES = {
    "menu button": init_data(ADA, NOON),
    "before signatures were there": signed([("auth_date", NOW), ("user", USER)]),
    "direct link": signed(
        [
            ("user", USER),
            ("chat_instance", "-3788475317572404878"),
            ("chat_type", "private"),
            ("start_param", "today"),
            ("auth_date", NOW),
            ("signature", "c2ln"),
        ]
    ),
    "attachment menu": init_data(ADA, NOON, can_send_after="10", receiver='{"id":7}'),
    "no last name": init_data(ADA, NOON, chat=""),
}


@pytest.mark.parametrize("data", SHAPES.values(), ids=SHAPES)
def test_what_telegram_signed_is_known(data: str) -> None:
    assert user_of(data, TOKEN, NOON) == ADA
    assert user_of(data, TOKEN, NOON + MAX_AGE) == ADA
    assert user_of(data, TOKEN, NOON - MAX_AHEAD) == ADA


@pytest.mark.parametrize("data", SHAPES.values(), ids=SHAPES)
def test_each_byte_counts(data: str) -> None:
    for place in range(len(data)):
        other = "0" if data[place] != "0" else "1"
        with pytest.raises(InitDataRefused):
            user_of(data[:place] + other + data[place + 1 :], TOKEN, NOON)


REFUSED = {
    "nothing": "",
    "no field": "&&&",
    "of another bot": init_data(ADA, NOON, OTHER),
    "of no bot": init_data(ADA, NOON, ""),
    "no hash": f"user={USER}&auth_date={NOW}",
    "hash alone": signed([]),
    "empty hash": f"user={USER}&auth_date={NOW}&hash=",
    "hash in capitals": SHAPES["menu button"].partition("hash=")[0] + "hash=" + "A" * 64,
    "hash twice": f"{SHAPES['menu button']}&hash={'0' * 64}",
    "user twice": f"{SHAPES['menu button']}&user={USER}",
    "more fields": f"{SHAPES['menu button']}&receiver=1",
    "signature left out": SHAPES["menu button"].replace("&signature=", "&sig="),
    "not in UTF-8": f"{SHAPES['menu button']}&chat=%ff",
    "huge": init_data(ADA, NOON, start_param="a" * 5_000),
    "many fields": signed([(f"f{number}", "") for number in range(30)]),
    "no user": signed([("auth_date", NOW)]),
    "user is a list": signed([("auth_date", NOW), ("user", "[1]")]),
    "user is a number": signed([("auth_date", NOW), ("user", "7")]),
    "user is no JSON": signed([("auth_date", NOW), ("user", "{")]),
    "id is a word": signed([("auth_date", NOW), ("user", '{"id":"7"}')]),
    "id is true": signed([("auth_date", NOW), ("user", '{"id":true}')]),
    "id is a group's": signed([("auth_date", NOW), ("user", '{"id":-1009000000001}')]),
    "id is a fraction": signed([("auth_date", NOW), ("user", '{"id":7.0}')]),
    "no date": signed([("user", USER)]),
    "date is a word": signed([("user", USER), ("auth_date", "today")]),
    "date is negative": signed([("user", USER), ("auth_date", "-1")]),
    "date is endless": signed([("user", USER), ("auth_date", "9" * 40)]),
    "date in other digits": signed([("user", USER), ("auth_date", "١٧٦٣٦٤٠٠٠٠")]),
    "lines in a value": signed([("user", USER), ("a", f"1\nauth_date={NOW}"), ("b", "")]),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_it_did_not_sign_so_is_refused(data: str) -> None:
    with pytest.raises(InitDataRefused) as refused:
        user_of(data, TOKEN, NOON)
    assert not isinstance(refused.value, InitDataExpired)
    assert str(ADA) not in str(refused.value)


@pytest.mark.parametrize("away", [MAX_AGE, -MAX_AHEAD, timedelta(days=9_000)])
def test_another_time_is_told_from_a_forgery(away: timedelta) -> None:
    second = timedelta(seconds=1 if away > timedelta() else -1)
    with pytest.raises(InitDataExpired):
        user_of(init_data(ADA, NOON), TOKEN, NOON + away + second)
    with pytest.raises(InitDataRefused) as refused:
        user_of(init_data(ADA, NOON, OTHER), TOKEN, NOON + away + second)
    assert not isinstance(refused.value, InitDataExpired)


def test_lines_of_one_field_do_not_stand_for_fields() -> None:
    data = signed([("auth_date", NOW), ("start_param", "x"), ("user", USER)])
    found = data.partition("hash=")[2]
    joined = f"auth_date={NOW}&start_param=x%0Auser={USER}&hash={found}"
    with pytest.raises(InitDataRefused, match="form"):
        user_of(joined, TOKEN, NOON)


@given(st.text() | st.text("&=%+;hashuser_0af"))
def test_nothing_else_comes_of_anything(data: str) -> None:
    with pytest.raises(InitDataRefused):
        user_of(data, TOKEN, NOON)

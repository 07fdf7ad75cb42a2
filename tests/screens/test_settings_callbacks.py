"""Callback data of the reader's own screens: short, readable back, refused when forged."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.callbacks.pages import (
    DigestPage,
    SavedPage,
    SearchPage,
    TopicPage,
    parse_callback,
)
from bot.screens.callbacks.settings import (
    VALUES,
    Erase,
    Export,
    File,
    Panel,
    PanelCallback,
    Pick,
    Set,
    StoryAct,
    parse_panel,
)
from bot.taxonomy.topics import Topic

LATER = datetime(2100, 1, 1, tzinfo=UTC)
LONGEST_TOPIC = max(Topic, key=len)
WIDEST = DigestPage("month", LATER, 999, mine=False)


@pytest.mark.parametrize(
    ("data", "callback"),
    [
        ("p:settings", Panel("settings")),
        ("p:zone:2", Panel("zone", 2)),
        ("o:zone:America/Los_Angeles", Set("zone", "America/Los_Angeles")),
        ("c:all:1", Pick(None)),
        ("C:rl:2", Pick(Topic("rl"), on=False, page=2)),
        ("ks:0123456789ab:S:1", StoryAct("s", "0123456789ab", SavedPage())),
        ("kn:0123456789ab", StoryAct("n", "0123456789ab")),
        ("xb:t:rl:1:30", File("b", TopicPage(Topic("rl"), 1, 30))),
        ("x:S:1", File("", SavedPage())),
        ("export", Export()),
        ("erase", Erase()),
    ],
)
def test_data_is_read_back(data: str, callback: PanelCallback) -> None:
    assert parse_panel(data) == callback
    assert callback.data == data
    assert parse_callback(data) is None


@pytest.mark.parametrize(
    "data",
    [
        *("p:", "p:nowhere", "p:zone:-1", "p:zone:1000", "o:cap:7", "o:at:0900", "o:zone:Mars/X"),
        *("o:zone:../../etc", "c:all:0", "c:knitting:1", "k:0123:S:1", "kz:0123", "ks:xyz"),
        *("ks:0123456789ab:sub", "x:q:0123456789ab:1:", "xzz:S:1", "x:", "xb:S:0", "Erase", ""),
    ],
)
def test_a_forged_button_is_none(data: str) -> None:
    assert parse_panel(data) is None


@given(st.text(max_size=64))
def test_any_data_is_read_or_refused(data: str) -> None:
    found = parse_panel(data)
    assert found is None or parse_panel(found.data) == found


@pytest.mark.parametrize(
    "callback",
    [
        StoryAct("n", "f" * 12, WIDEST),
        StoryAct("n", "f" * 12, TopicPage(LONGEST_TOPIC, 999, 30)),
        StoryAct("n", "f" * 12, SearchPage("f" * 12, 999, True, True, True, 3650)),
        File("b", WIDEST),
        Pick(LONGEST_TOPIC, page=99),
        *(Set(name, max(values, key=len)) for name, values in VALUES.items()),
    ],
)
def test_the_longest_data_fit(callback: PanelCallback) -> None:
    assert len(callback.data.encode()) <= 64
    assert parse_panel(callback.data) == callback

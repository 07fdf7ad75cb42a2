"""What nobody should send: no trace, no effect, no stall for others."""

import pytest

from bot.store import Store
from tests.telegram.talk import Talk

LONG = "я🏳️‍🌈\u202e" * 800
COMMANDS = ("start", "subscribe", "digest", "topic", "topics", "search", "saved", "settings")


@pytest.mark.parametrize("command", [*COMMANDS, "help", "privacy", "forget"])
async def test_four_thousand_characters_after_a_command(
    talk: Talk, store: Store, command: str
) -> None:
    got = await talk.say(f"/{command} {LONG}"[:4000], language="ru")
    assert len(got.text) < 4000
    assert "\u202e" not in got.text
    assert "Traceback" not in got.text
    assert await store.subscriptions.get(100) is None
    assert await store.dead_letters.count() == 0


@pytest.mark.parametrize("payload", ["s_zzz", "s_0123456789ab", "d_20269999", "d_99991231", "t_"])
async def test_a_deep_link_to_nothing_greets(talk: Talk, payload: str) -> None:
    got = await talk.say(f"/start {payload}")
    assert got.buttons


async def test_a_flood_is_told_once_and_stalls_nobody(talk: Talk) -> None:
    for _ in range(1_000):
        talk.api.say("/help", 666)
    got = await talk.say("/help", 101)
    assert got.text
    await talk.api.until(lambda api: not api.queue.pending)
    assert sum("Too often" in text for text in talk.api.sent(666)) <= 1

"""The outages of the store in small: frozen, replies lost, connections reset."""

import pytest

from bench.outages import frozen, lost_replies, resets

pytestmark = pytest.mark.slow


async def test_r4_readers_who_ask_a_frozen_store_are_answered_once() -> None:
    found = await frozen(4)
    assert [each for each in found if not each.holds and "after" not in each.name] == []


async def test_r5_swallowed_replies_lose_and_double_nothing() -> None:
    assert [each for each in await lost_replies(20) if not each.holds] == []


async def test_r6_resets_lose_and_double_nothing() -> None:
    assert [each for each in await resets(30) if not each.holds] == []

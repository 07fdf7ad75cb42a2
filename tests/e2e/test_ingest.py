"""A small run of the ingest benchmark: kills lose nothing and double nothing."""

import pytest

from bench.ingest import LONGEST_STALL, POISON, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


async def test_u3_killed_pollers_lose_no_update_and_repeat_no_effect() -> None:
    report = await run(updates=300, kills=3, seed=5)
    assert report.lost == []
    assert report.doubled == []
    assert report.unfinished == 0
    assert report.dead == POISON
    assert report.raised > 0
    assert report.stall <= 2 * LONGEST_STALL  # the machine of a test may be busy

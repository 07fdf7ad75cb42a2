"""A small run of the ingest benchmark: kills lose nothing and double nothing."""

import pytest

from bench.ingest import POISON, run

pytestmark = pytest.mark.slow


async def test_u3_killed_pollers_lose_no_update_and_repeat_no_effect() -> None:
    report = await run(updates=300, kills=3, seed=5)
    assert report.lost == []
    assert report.doubled == []
    assert report.unfinished == 0
    assert report.dead == POISON
    assert report.raised > 0

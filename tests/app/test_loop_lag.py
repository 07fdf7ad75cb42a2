"""P4: a loop that stands still is told of, at most once a minute."""

import asyncio
import hashlib
from collections.abc import MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app.loop_lag import LAG_CHECK_S, LOOP_LAG_WARN_S, LagSpread, watch_loop_lag

pytestmark = pytest.mark.slow


def _stand_still(seconds: float) -> None:
    """Compute, as a page that is hard to parse would."""
    clock, page = asyncio.get_running_loop().time, bytes(2**20)
    end = clock() + seconds
    while clock() < end:
        hashlib.sha256(page).digest()


async def _said(*stalls: float) -> list[MutableMapping[str, Any]]:
    """The lines of a loop that stands still for so many seconds, one time after the other."""
    stop = asyncio.Event()
    with capture_logs() as lines:
        watching = asyncio.create_task(watch_loop_lag(stop, LagSpread()))
        for seconds in stalls:
            await asyncio.sleep(LAG_CHECK_S / 2)
            _stand_still(seconds)
            await asyncio.sleep(LAG_CHECK_S)
        stop.set()
        await watching
    return [line for line in lines if line["event"] == "loop lag"]


async def test_p4_a_blocked_loop_is_one_line_with_its_seconds() -> None:
    [line] = await _said(LOOP_LAG_WARN_S + 2 * LAG_CHECK_S, LOOP_LAG_WARN_S + LAG_CHECK_S)
    assert line["log_level"] == "warning"
    assert line["seconds"] > LOOP_LAG_WARN_S


async def test_a_busy_loop_that_goes_on_is_none() -> None:
    assert await _said(LAG_CHECK_S / 10, LAG_CHECK_S / 10) == []

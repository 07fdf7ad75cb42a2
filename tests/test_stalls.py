"""P4: a loop that stands still is told of, at most once a minute."""

import asyncio
import hashlib
from collections.abc import MutableMapping
from typing import Any

from structlog.testing import capture_logs

from bot.stalls import LATE, LOOK, note_stalls


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
        watching = asyncio.create_task(note_stalls(stop))
        for seconds in stalls:
            await asyncio.sleep(LOOK / 2)
            _stand_still(seconds)
            await asyncio.sleep(LOOK)
        stop.set()
        await watching
    return [line for line in lines if line["event"] == "event loop stood still"]


async def test_p4_a_blocked_loop_is_one_line_with_its_seconds() -> None:
    [line] = await _said(LATE + 2 * LOOK, LATE + LOOK)
    assert line["log_level"] == "warning"
    assert line["seconds"] > LATE


async def test_a_busy_loop_that_goes_on_is_none() -> None:
    assert await _said(LOOK / 10, LOOK / 10) == []

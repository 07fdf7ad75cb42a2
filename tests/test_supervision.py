"""Parts fail, and the others go on; what is expected to end them ends them all in one line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.config import ConfigError
from bot.errors import CommandError, expected
from bot.store.errors import StoreUnavailable
from bot.supervision import RestartPauses, Supervisor
from tests.waiting import EVENT_S

Run = Callable[[], Awaitable[None]]
WELL = 1.0  # seconds, longer than a busy machine lets a failing part wait for its turn
QUICK = RestartPauses(first=0.01, longest=0.04, well=WELL)


class Panic(BaseException):
    """As compiled code panics: no ``Exception``."""


class Part:
    """Fails with each error in turn, then runs until it is stopped."""

    def __init__(self, stop: asyncio.Event, *errors: BaseException | None) -> None:
        self._stop, self._errors = stop, list(errors)
        self.starts = 0
        self.steady = asyncio.Event()

    async def run(self) -> None:
        self.starts += 1
        if not self._errors:
            self.steady.set()
            await self._stop.wait()
        elif error := self._errors.pop(0):
            raise error


@asynccontextmanager
async def kept(
    supervisor: Supervisor, stop: asyncio.Event, **parts: Run
) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(supervisor.keep(parts, stop, (CommandError,)))
    async with asyncio.timeout(EVENT_S):
        yield task
        stop.set()
        await task


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


@pytest.mark.slow
async def test_a_part_that_fails_is_started_again_and_the_others_do_not_notice(
    stop: asyncio.Event,
) -> None:
    supervisor = Supervisor(QUICK)
    failures = (ValueError("a"), Panic("b"), asyncio.CancelledError(), None, StoreUnavailable("c"))
    bad, good = Part(stop, *failures), Part(stop)
    with capture_logs() as lines:
        async with kept(supervisor, stop, bad=bad.run, good=good.run):
            await bad.steady.wait()
            assert supervisor.restarts == {"bad": 5, "good": 0}
    assert (bad.starts, good.starts) == (6, 1)
    failed = [line for line in lines if line["event"] == "part failed"]
    errors = ["ValueError", "Panic", "CancelledError", "EndedEarly"]
    assert [line["error"] for line in failed] == errors
    assert all(line["part"] == "bad" and line["exc_info"] for line in failed)
    assert [line["event"] for line in lines if line not in failed] == ["store unavailable"]


async def test_it_is_in_trouble_until_it_has_run_well_for_a_while(stop: asyncio.Event) -> None:
    supervisor = Supervisor(QUICK)
    bad = Part(stop, ValueError("a"))
    async with kept(supervisor, stop, bad=bad.run):
        await bad.steady.wait()
        assert supervisor.troubles == {"bad": "ValueError"}
        assert supervisor.running == ("bad",)
        while supervisor.troubles:  # noqa: ASYNC110 - time is what it waits for
            await asyncio.sleep(QUICK.well / 10)
        assert supervisor.restarts == {"bad": 1}


async def test_a_part_that_rests_is_in_trouble(stop: asyncio.Event) -> None:
    supervisor = Supervisor(RestartPauses(first=60))
    failed = asyncio.Event()

    async def fail() -> None:
        failed.set()
        raise ValueError

    async with kept(supervisor, stop, bad=fail):
        await failed.wait()
        await asyncio.sleep(0)
        assert supervisor.troubles == {"bad": "ValueError"}
        assert supervisor.running == ()


@pytest.mark.slow
async def test_pauses_grow_up_to_a_bound(stop: asyncio.Event) -> None:
    bad = Part(stop, *[ValueError(str(number)) for number in range(8)])
    pace = RestartPauses(first=0.1, longest=0.4, well=60)
    with capture_logs() as lines:
        async with kept(Supervisor(pace), stop, bad=bad.run):
            await bad.steady.wait()
    pauses = [line["pause"] for line in lines]
    for pause, most in zip(pauses, (0.1, 0.2, *[0.4] * 6), strict=True):
        assert most / 2 - 0.05 <= pause <= most


@pytest.mark.slow
async def test_they_are_short_again_after_it_ran_well(stop: asyncio.Event) -> None:
    starts = list[float]()
    loop = asyncio.get_running_loop()

    async def now_and_then() -> None:
        starts.append(loop.time())
        if len(starts) == 4:  # after three quick failures
            await asyncio.sleep(WELL)
        if len(starts) < 6:
            raise ValueError
        await stop.wait()

    with capture_logs() as lines:
        async with kept(Supervisor(RestartPauses(0.1, 10, WELL)), stop, bad=now_and_then):
            while len(starts) < 6:  # noqa: ASYNC110 - the part has no event for it
                await asyncio.sleep(0.02)
    pauses = [line["pause"] for line in lines]
    assert pauses[2] >= 0.2
    assert pauses[3] <= 0.1


async def test_what_is_expected_ends_all_however_deep_it_is(stop: asyncio.Event) -> None:
    deep = ExceptionGroup("a", [ExceptionGroup("b", [CommandError("WEBHOOK_PORT: taken")])])
    good, bad = Part(stop), Part(stop, deep)
    with pytest.raises(CommandError, match="WEBHOOK_PORT: taken"):
        async with kept(Supervisor(QUICK), stop, good=good.run, bad=bad.run):
            await stop.wait()
    assert (good.starts, bad.starts) == (1, 1)


async def test_several_causes_are_told_once_each(stop: asyncio.Event) -> None:
    same = [Part(stop, CommandError("token refused")) for _ in range(3)]
    other = Part(stop, ConfigError("CHANNELS: bad"))
    parts = {f"part{number}": part.run for number, part in enumerate([*same, other])}
    with pytest.raises(ExceptionGroup) as raised:
        async with kept(Supervisor(QUICK), stop, **parts):
            await stop.wait()
    nested = ExceptionGroup("again", [raised.value, CommandError("token refused")])
    assert [str(cause) for cause in expected(nested)] == ["token refused", "CHANNELS: bad"]
    assert expected(ExceptionGroup("mixed", [*nested.exceptions, ValueError()])) == []


async def test_a_part_that_swallows_a_cancelling_is_cancelled_again(stop: asyncio.Event) -> None:
    swallowed = list[str]()
    ready = asyncio.Event()

    async def stubborn() -> None:
        while len(swallowed) < 2:
            ready.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed.append("once more")
        await asyncio.Event().wait()

    inner = Supervisor(QUICK)
    nested = inner.keep({"stubborn": stubborn}, asyncio.Event(), ())
    task = asyncio.create_task(Supervisor(QUICK).keep({"outer": lambda: nested}, stop, ()))
    await ready.wait()
    async with asyncio.timeout(EVENT_S):
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=0.01)
    assert task.cancelled()
    assert len(swallowed) == 2

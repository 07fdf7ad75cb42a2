"""The worker processes of a chaos run: started, killed at once, started again."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Self

from tests.e2e.bot_process import BotProcess, bot
from tests.fakes.wrong_clock import off_by

SLOW = timedelta(minutes=10)
"""How far behind the clock of one process is: the last one that sends digests."""

STAGES: tuple[tuple[str, ...], ...] = (
    ("collect", "extract", "publish"),
    ("telegram",),
    ("extract", "publish"),
    ("telegram",),
)


class _Worker:
    def __init__(
        self, env: Mapping[str, str], stages: Sequence[str], before: Sequence[str]
    ) -> None:
        self._env, self.stages, self._before = env, stages, before
        self._stack = AsyncExitStack()
        self.process: BotProcess | None = None

    async def start(self) -> None:
        running = bot(self._env, *self.stages, before=self._before)
        self.process = await self._stack.enter_async_context(running)

    async def kill(self) -> list[str]:
        """End it without a warning; what it has logged."""
        assert self.process is not None
        if self.process.running:
            await self.process.kill()
        await self._stack.aclose()
        return self.process.log

    async def stop(self) -> tuple[int, list[str]]:
        assert self.process is not None
        code = await self.process.terminate()
        await self._stack.aclose()
        return code, self.process.log


class Fleet:
    """All workers; ``log`` is what those that ended said, ``faulty`` how many ended unasked."""

    def __init__(
        self, env: Mapping[str, str], stages: Sequence[Sequence[str]], chance: random.Random
    ) -> None:
        slow = max(place for place, each in enumerate(stages) if "publish" in each)
        clocks = [off_by(-SLOW) if place == slow else () for place in range(len(stages))]
        self._workers = [
            _Worker(env, each, clock) for each, clock in zip(stages, clocks, strict=True)
        ]
        self._chance = chance
        self.log: list[str] = []
        self.kills = 0
        self.faulty: list[list[str]] = []
        self.exits: list[int] = []

    async def __aenter__(self) -> Self:
        for worker in self._workers:
            await worker.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self._workers:
            self.log += await worker.kill()

    async def kill_one(self) -> None:
        """Kill any worker and start it again."""
        await self._kill(self._chance.choice(self._workers))

    async def kill_watcher(self) -> float:
        """Kill the worker that reads previews and start it again; the loop time of its death."""
        return await self._kill(next(w for w in self._workers if "collect" in w.stages))

    async def _kill(self, worker: _Worker) -> float:
        self.log += await worker.kill()
        self.kills += 1
        died = asyncio.get_running_loop().time()
        await worker.start()
        return died

    async def revive(self) -> None:
        """Start again what ended by itself, as a supervisor would."""
        for worker in self._workers:
            if worker.process is None or worker.process.running:
                continue
            said = await worker.kill()
            self.faulty.append(said[-3:])
            self.log += said
            await worker.start()

    async def drain(self) -> None:
        """SIGTERM to all; their exit codes are kept."""
        for worker in self._workers:
            code, said = await worker.stop()
            self.exits.append(code)
            self.log += said
        self._workers = []

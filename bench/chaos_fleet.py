"""The worker processes of a chaos run: started, killed at once, started again."""

import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Self

from tests.e2e.bot_process import BotProcess, bot

STAGES: tuple[tuple[str, ...], ...] = (
    ("collect", "extract", "publish"),
    ("telegram",),
    ("extract", "publish"),
    ("telegram",),
)


class _Worker:
    def __init__(self, env: Mapping[str, str], stages: Sequence[str]) -> None:
        self._env, self._stages = env, stages
        self._stack = AsyncExitStack()
        self.process: BotProcess | None = None

    async def start(self) -> None:
        self.process = await self._stack.enter_async_context(bot(self._env, *self._stages))

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
        self._workers = [_Worker(env, each) for each in stages]
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
        worker = self._chance.choice(self._workers)
        self.log += await worker.kill()
        self.kills += 1
        await worker.start()

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

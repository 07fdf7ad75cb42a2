"""A store whose client dies at a command, as a process does that is killed there."""

import asyncio
from pathlib import Path
from typing import Any

from bot.store.connection.auto_pipeline import PipeliningRedis


class Died(BaseException):
    """What no handler catches: a killed process tidies nothing up."""


class DyingRedis(PipeliningRedis):
    """Dies at the ``at``-th script, before the server has it or after; then nothing works."""

    def __init__(self, socket: Path, at: int, *, after: bool) -> None:
        super().__init__(unix_socket_path=str(socket), protocol=2, decode_responses=True)
        self.at, self.after, self.calls, self.dead = at, after, 0, False

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """The answer, until death."""
        if self.dead:
            raise Died
        if args[0] != "EVALSHA":
            return await super().execute_command(*args, **options)
        self.calls += 1
        self.dead = self.calls >= self.at
        if not self.dead:
            return await super().execute_command(*args, **options)
        if self.after:
            await super().execute_command(*args, **options)
        raise Died

    async def bury(self) -> None:
        """Close what a killed process leaves to its machine to close."""
        if self._batches:
            await asyncio.wait(self._batches)
        await self.aclose(close_connection_pool=True)

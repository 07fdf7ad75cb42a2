"""A Redis-compatible server of one's own that is killed and started again on the same data."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Self

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.store.connection.embedded import binary
from tests.waiting import EVENT_S

END = 20  # seconds for an orderly end
_ONCE = Retry(NoBackoff(), 0)  # a server that is not yet there is an answer


class OwnServer:
    """The shipped server on a socket beside its data; ``fsync`` is everysec or always.

    ``more`` are further settings, with ``_`` for ``-``.
    """

    def __init__(self, home: Path, fsync: str = "everysec", **more: str) -> None:
        self.socket = str(home / "own.sock")
        self._home, self._fsync = home, fsync
        self._more = {name.replace("_", "-"): value for name, value in more.items()}
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start on what is in the data directory; returns when it answers."""
        await self.launch()
        async with asyncio.timeout(EVENT_S):
            while not await self.answers():  # noqa: ASYNC110 - a server that loads has no event
                await asyncio.sleep(0.02)

    async def launch(self) -> None:
        """Start without waiting."""
        settings = {
            "port": "0",
            "unixsocket": self.socket,
            "dir": str(self._home),
            "appendonly": "yes",
            "appendfsync": self._fsync,
            "save": "",
            "maxmemory-policy": "noeviction",
            **self._more,
        }
        parts = [part for name, value in settings.items() for part in (f"--{name}", value)]
        nothing = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            str(binary()), *parts, stdout=nothing, stderr=nothing
        )

    async def answers(self) -> bool:
        """True when it is up and has loaded its data."""
        client = Redis(unix_socket_path=self.socket, socket_timeout=1, retry=_ONCE)
        try:
            return bool(await client.ping())
        except (RedisError, OSError):
            return False
        finally:
            await client.aclose()

    def signal(self, number: int) -> None:
        """SIGSTOP, SIGCONT, …"""
        os.kill(self.pid, number)

    async def end(self) -> None:
        """SIGTERM, then SIGKILL: a killed server's rewriting goes on writing into its folder."""
        if self._process is not None and self._process.returncode is None:
            self.signal(signal.SIGCONT)  # first: one that was told to end may be gone by now
            self.signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), END)
        await self.kill()

    async def kill(self) -> None:
        """SIGKILL, at once."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

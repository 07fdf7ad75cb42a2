"""The real program as a process: `fortochka run`, killed as a machine would kill it."""

import asyncio
import os
import select
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.waiting import EVENT_S

ROOT = Path(__file__).resolve().parents[2]


class BotProcess:
    """One `fortochka run`; its log is kept line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.log: list[str] = []
        self._reading = asyncio.create_task(self._read())
        self._grown = asyncio.Event()

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
            self._grown.set()
        self._grown.set()

    async def said(self, words: str, within: float = EVENT_S) -> str:
        """The first log line with these words, waited for."""
        async with asyncio.timeout(within):
            while True:
                self._grown.clear()
                for line in self.log:
                    if words in line:
                        return line
                if self._reading.done():
                    raise AssertionError("\n".join(["it ended:", *self.log]))
                await self._grown.wait()

    async def kill(self) -> None:
        """SIGKILL, at once."""
        self._process.kill()
        await self._process.wait()
        await self._reading

    async def terminate(self, within: float = EVENT_S) -> int:
        """SIGTERM; the exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self.ended(within)

    async def ended(self, within: float = EVENT_S) -> int:
        """Wait for it to end; the exit code."""
        async with asyncio.timeout(within):
            code = await self._process.wait()
        await self._reading
        return code

    def signal(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """True until it has ended."""
        return self._process.returncode is None


def environment(home: Path, **variables: str) -> Mapping[str, str]:
    """A clean environment: nothing of the machine but the path of its programs, nobody asked."""
    return {
        "PATH": os.environ["PATH"],
        "PAPERS": "off",
        "HOME": str(home),
        "FORTOCHKA_HOME": str(home / "data"),
        "LOG_FORMAT": "json",
        **variables,
    }


@asynccontextmanager
async def bot(
    env: Mapping[str, str], *stages: str, before: Sequence[str] = ()
) -> AsyncIterator[BotProcess]:
    """Start it; whatever the test does, it has ended afterwards.

    ``before`` is a command that starts the rest of its line, such as one in a namespace.
    """
    process = await asyncio.create_subprocess_exec(
        *before,
        sys.executable,
        "-m",
        "bot",
        "run",
        *stages,
        cwd=env["HOME"],
        env={**env, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    running = BotProcess(process)
    try:
        yield running
    except BaseException:
        sys.stderr.write("\n".join(running.log[-80:]))
        raise
    finally:
        if running.running:
            await running.kill()


def end_server(home: Path) -> None:
    """End the embedded server that a killed bot left behind, by its own process id."""
    pidfile = home / "data" / "redis.pid"
    if pidfile.exists():
        server = os.pidfd_open(int(pidfile.read_text()))
        signal.pidfd_send_signal(server, signal.SIGTERM)
        select.select([server], [], [])  # it writes into its folder until it has ended
        os.close(server)

"""A person at a terminal: the real program behind a pseudo-terminal, read and typed to."""

import asyncio
import os
import pty
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.bot_process import ROOT, environment
from tests.waiting import EVENT_S

_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")


class Terminal:
    """One program at a terminal; ``shown`` is all that it has put there, without controls."""

    def __init__(self, process: asyncio.subprocess.Process, master: int) -> None:
        self.process, self._master = process, master
        self.shown = ""
        self._read_to = 0
        self._grown, self._closed = asyncio.Event(), asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            piece = os.read(self._master, 1 << 16)
        except OSError:  # the other end is closed
            piece = b""
        if not piece:
            asyncio.get_running_loop().remove_reader(self._master)
            self._closed.set()
        self.shown += _CONTROLS.sub("", piece.decode(errors="replace"))
        self._grown.set()

    async def answer(self, question: str, said: str) -> None:
        """Type a line when the question has been put, after all that was answered before."""
        await self.asked(question)
        self.press(f"{said}\n")

    def press(self, keys: str) -> None:
        """Type without waiting for a question."""
        os.write(self._master, keys.encode())

    async def asked(self, question: str) -> None:
        """Wait for a question and its prompt."""
        async with asyncio.timeout(EVENT_S):
            while (at := self._prompt_of(question)) < 0:
                assert self.process.returncode is None, self.shown
                self._grown.clear()
                await self._grown.wait()
        self._read_to = at

    def _prompt_of(self, question: str) -> int:
        at = self.shown.find(question, self._read_to)
        return self.shown.find("> ", at) + 2 if at >= 0 and "> " in self.shown[at:] else -1

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(EVENT_S):
            code = await self.process.wait()
            await self._closed.wait()
        return code


@asynccontextmanager
async def terminal(home: Path, *arguments: str, **variables: str) -> AsyncIterator[Terminal]:
    """Run ``fortochka`` at a terminal; whatever the test does, it has ended afterwards."""
    master, slave = pty.openpty()
    env = {**environment(home), "PYTHONPATH": str(ROOT), "TERM": "xterm", **variables}
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=home,
            env=env,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
    finally:
        os.close(slave)
    shown = Terminal(process, master)
    try:
        yield shown
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)

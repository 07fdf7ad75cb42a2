"""Other programs for the same work: installed into an environment of the bench's own, on demand.

The product never needs them. A peer is a script of ``bench/peer`` in its own process that takes
and gives lines of JSON.
"""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import venv
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from bench.measure import Report

PROGRAMS = Path(__file__).with_name("peer")
LOCKS = Path(__file__).resolve().parent.parent
LOCK_OF = {"arq_stream": LOCKS / "requirements-bench-arq.lock"}
"""It needs an older client, so it gets an environment of its own."""

LOCK = LOCKS / "requirements-bench.lock"
"""Of all other peers."""

Ask = Callable[..., Awaitable[dict[str, float]]]


def python_of(lock: Path, *, install: bool) -> Path | None:
    """The interpreter of the environment with these packages; None where it may not be made."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    mark = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = caches / "fortochka-bench" / mark
    python, done = home / "bin" / "python", home / "installed"
    if done.is_file():
        return python
    if not install:
        return None
    venv.create(home, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    command += ["--require-hashes", "-r", str(lock)]
    said = subprocess.run(command, capture_output=True, text=True)
    if said.returncode:
        raise RuntimeError(f"the peers could not be installed: {said.stderr[-500:]}")
    done.touch()
    return python


@asynccontextmanager
async def peer(program: str, *arguments: str, install: bool) -> AsyncIterator[Ask | None]:
    """A running peer; None where it is not installed and may not be."""
    python = python_of(LOCK_OF.get(program, LOCK), install=install)
    if python is None:
        yield None
        return
    command = [str(python), "-W", "ignore", str(PROGRAMS / f"{program}.py"), *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=2**26)
    given, taken = process.stdin, process.stdout
    if given is None or taken is None:
        raise RuntimeError("a peer without pipes")

    async def ask(**question: object) -> dict[str, float]:
        given.write(json.dumps(question).encode() + b"\n")
        await given.drain()
        answer = await taken.readline()
        if not answer:
            raise RuntimeError(f"the peer {program} ended with {await process.wait()}")
        return cast("dict[str, float]", json.loads(answer))

    try:
        yield ask
    finally:
        given.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


def absent(report: Report, name: str) -> None:
    """Say that a side is missing."""
    report.note(f"{name} is not installed here; `make bench` installs it")

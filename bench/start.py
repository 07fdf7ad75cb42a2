"""Start and footprint of a worker of some stages against one process of everything (B11)."""

import asyncio
import os
import resource
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import NamedTuple

from bench.measure import Options, Report, Row, run

WORKER = ("collect", "extract")
ALL = (
    "bot.telegram.serve, bot.collect.preview.watch, bot.extract.llm.model, bot.publish.schedule, "
    "bot.app.run"
)
LIMIT = 0.5  # seconds of CPU of --help


class _Started(NamedTuple):
    """A process that is up: seconds of CPU so far, megabytes resident."""

    cpu: float
    rss: float


def main(arguments: list[str]) -> int:
    """Measure processes."""
    return run("start", arguments, measure)


async def measure(options: Options) -> Report:
    """Seconds of CPU till started, resident memory then, and the CPU of ``--help``."""
    report = Report("start")
    worker, everything, helped = list[_Started](), list[_Started](), list[float]()
    for _ in range(options.rounds):
        worker.append(await _worker())
        everything.append(await _importing(f"import {ALL};"))
        helped.append(_cpu_of(sys.executable, "-m", "bot", "--help"))
    peer = "one process that imports all stages"
    starts = tuple(each.cpu for each in worker), tuple(each.cpu for each in everything)
    memory = tuple(each.rss for each in worker), tuple(each.rss for each in everything)
    row = Row("worker of two stages started", peer, "s CPU", *starts, "B11", ("<=", 0.35))
    report.rows.append(row)
    report.rows.append(Row("its resident memory", peer, "MB", *memory, "B11", ("<=", 0.5)))
    limits = (LIMIT,) * len(helped)
    what = "CPU of fortochka --help"
    report.rows.append(Row(what, "the limit", "s", tuple(helped), limits, "B11", ("<=", 1.0)))
    return report


async def _worker() -> _Started:
    """The real command, until it says that it has started."""
    with tempfile.TemporaryDirectory(prefix="ftk") as home:
        env = {"PATH": os.environ["PATH"], "FORTOCHKA_HOME": home, "LOG_FORMAT": "json"}
        env |= {"PREVIEW_BASE_URL": "http://127.0.0.1:9", "HOME": home, "PAPERS": "off"}
        command = [sys.executable, "-m", "bot", "run", *WORKER]
        process = await asyncio.create_subprocess_exec(
            *command, env=env, cwd=Path(__file__).resolve().parent.parent, stderr=PIPE,
            stdout=DEVNULL,
        )  # fmt: skip
        if process.stderr is None:
            raise RuntimeError("a process without a log")
        async for line in process.stderr:
            if b'"started"' in line:
                break
        found = _of(process.pid)
        process.terminate()
        await process.communicate()
        return found


async def _importing(code: str) -> _Started:
    """A process that has run that code."""
    command = [sys.executable, "-c", f"{code} print(1, flush=True); input()"]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    if process.stdout is None:
        raise RuntimeError("a process without output")
    await process.stdout.readline()
    found = _of(process.pid)
    await process.communicate(b"\n")
    return found


def _of(pid: int) -> _Started:
    """What the kernel counts for a process."""
    folder = Path("/proc") / str(pid)
    times = (folder / "stat").read_text().rpartition(")")[2].split()
    ticks = int(times[11]) + int(times[12])
    pages = int((folder / "statm").read_text().split()[1])
    return _Started(ticks / os.sysconf("SC_CLK_TCK"), pages * resource.getpagesize() / 1e6)


def _cpu_of(*command: str) -> float:
    """Seconds of CPU of a command."""
    pid = os.posix_spawn(
        command[0], command, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )  # fmt: skip
    _, status, spent = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return spent.ru_utime + spent.ru_stime

"""`fortochka mcp`: a real process on the pipes of the SDK's own client, and of worse ones."""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
from array import array
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from bot.config import Settings
from bot.mcp.stdio import LONGEST_LINE
from bot.model import utc_now
from bot.store import open_store
from tests.e2e.bot_process import ROOT, environment
from tests.e2e.command import command
from tests.e2e.conftest import home
from tests.mcp.conftest import ERAS, SECRET, posts
from tests.telegram.seeding import put
from tests.waiting import EVENT_S, eventually

__all__ = ["home"]

WITHOUT_SDK = "import sys; sys.modules['mcp'] = None; from bot.__main__ import main; main()"
HELLO: Mapping[str, Any] = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def request(number: int, method: str = "tools/list", **params: Any) -> dict[str, Any]:
    """A message that wants an answer."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def lines(*messages: Mapping[str, Any]) -> bytes:
    """Messages as they are sent."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in messages)


async def seed(home: Path) -> None:
    """Put the posts into the home of the program, an hour old."""
    later = utc_now() - timedelta(hours=1) - posts()[-1].post.published_at
    moved = [
        entry.model_copy(
            update={
                "post": entry.post.model_copy(
                    update={"published_at": entry.post.published_at + later}
                )
            }
        )
        for entry in posts()
    ]
    settings = Settings(_env_file=None, redis_url=None, fortochka_home=home / "data")
    async with open_store(settings) as store:
        await put(store, *moved)


@contextlib.asynccontextmanager
async def started(home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program on our pipes; it has ended afterwards."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "mcp"),
        cwd=home,
        env={**environment(home), "PYTHONPATH": str(ROOT)},
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.DEVNULL,
        limit=1_024,  # the reader takes little ahead of who reads
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def answer(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The next line of it."""
    assert process.stdout is not None
    line = b""
    while not line.endswith(b"\n"):
        line += await process.stdout.read(65_536) if not line else await process.stdout.read(1)
    return dict(json.loads(line.split(b"\n")[0]))


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
async def test_the_sdk_s_client_asks_the_process(home: Path, era: str) -> None:
    await seed(home)
    program = StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot", "mcp"],
        env={**environment(home), "PYTHONPATH": str(ROOT)},
        cwd=home,
    )
    async with Client(program, mode=era) as client:
        assert "never instructions" in (client.instructions or "")
        for name, asked in (
            ("search", {"query": "half"}),
            ("digest", {"period": "day"}),
            ("story", {"key": "@pane_one/1"}),
            ("paper", {"id": "arXiv:2611.04821v2"}),
            ("topic_trend", {"topic": "quantization"}),
            ("ask_sources", {"question": "half a bit"}),
        ):
            found = await client.call_tool(name, asked)
            assert not found.is_error, (name, found.content)
            text = json.dumps(found.structured_content)
            assert "https://t.me/pane_" in text
            assert SECRET not in text
        assert (await client.call_tool("search", {"query": "x", "limit": 99})).is_error


@pytest.mark.slow
async def test_all_that_was_asked_before_the_end_is_answered_and_nothing_else_said(
    home: Path,
) -> None:
    await seed(home)
    asked = [request(n, "tools/call", name="digest", arguments={}) for n in range(1, 30)]
    sent = lines(HELLO, READY, *asked) + b"\n{\n[1]\n" + b"x" * (LONGEST_LINE + 1) + b"\n"
    ended = await command(home, "mcp", stdin=sent + lines(request(99, "ping"))[:-1])
    assert ended.code == 0, ended.err
    answers = [json.loads(line) for line in ended.out.splitlines()]
    errors = sorted(each["error"]["code"] for each in answers if "error" in each)
    assert errors == [-32700, -32600, -32600]
    assert {each["id"] for each in answers if "result" in each} == {0, *range(1, 30), 99}
    assert "started" not in ended.out


@pytest.mark.slow
async def test_a_store_that_is_away_is_told_by_the_tools_and_a_signal_ends_it(home: Path) -> None:
    asked = request(1, "tools/call", name="search", arguments={"query": "half"})
    away = "redis://127.0.0.1:1"
    ended = await command(home, "mcp", stdin=lines(HELLO, READY, asked), REDIS_URL=away)
    found = [json.loads(line) for line in ended.out.splitlines()][1]["result"]
    assert ended.code == 0
    assert found["isError"]
    assert "REDIS_URL" in found["content"][0]["text"]
    async with started(home) as process:
        assert process.stdin is not None
        process.stdin.write(lines(HELLO))
        assert (await answer(process))["id"] == 0
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(EVENT_S):
            assert await process.wait() == 0


@pytest.mark.slow
async def test_a_client_that_never_reads_makes_it_no_larger(home: Path) -> None:
    env = {**environment(home), "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "bot", "mcp"]
    with subprocess.Popen(  # noqa: ASYNC220 - asyncio reads ahead, and this client must not
        program, cwd=home, env=env, stdin=PIPE, stdout=PIPE
    ) as process:
        assert process.stdin and process.stdout
        asking, out = process.stdin.fileno(), process.stdout.fileno()
        os.write(asking, lines(HELLO, READY))
        await asyncio.to_thread(os.read, out, 65_536)
        before = peak_kb(process.pid)
        many = lines(*(request(number) for number in range(1, 5_000)))
        writing = asyncio.create_task(asyncio.to_thread(written, asking, many))

        async def is_full() -> bool:
            waiting = array("i", [0])
            fcntl.ioctl(out, termios.FIONREAD, waiting)
            return waiting[0] > 32_768

        await eventually(is_full)
        assert peak_kb(process.pid) - before < 40_000  # of 120 MB of answers
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait) == 0
        assert await writing < len(many)  # it took in no more than it could answer


def written(to: int, data: bytes) -> int:
    """How many of these bytes are taken before the other end is gone."""
    done = 0
    with contextlib.suppress(BrokenPipeError):
        while done < len(data):
            done += os.write(to, data[done : done + 4_096])
    return done


def peak_kb(process: int) -> int:
    """The most memory that a process had."""
    [line] = [x for x in Path(f"/proc/{process}/status").read_text().splitlines() if "VmHWM" in x]
    return int(line.split()[1])


@pytest.mark.slow
async def test_without_the_extra_a_line_names_it_and_the_bot_needs_none(home: Path) -> None:
    for arguments, variables in (
        (["mcp"], {}),
        (["run", "web"], {"WEB_PORT": "1", "MCP_TOKEN": "made-up-token-of-a-test"}),
    ):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WITHOUT_SDK, *arguments),
            cwd=home,
            env={**environment(home), "PYTHONPATH": str(ROOT), **variables},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode == 1
        assert not out
        last = err.decode().splitlines()[-1]
        assert last.endswith("needs an extra: pip install 'fortochka[mcp]'")
        assert "Traceback" not in err.decode()

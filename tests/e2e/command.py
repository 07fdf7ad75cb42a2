"""A command of the real program, run to its end."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.e2e.bot_process import ROOT, environment


class Ended(NamedTuple):
    """How a command came out."""

    code: int
    out: str
    err: str


async def command(
    home: Path, *arguments: str, before: Sequence[str] = (), stdin: bytes = b"", **variables: str
) -> Ended:
    """Run ``fortochka`` with these arguments; ``before`` is a command that starts the rest."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(*before, sys.executable, "-m", "bot", *arguments),
        cwd=home,
        env={**environment(home), "PYTHONPATH": str(ROOT), **variables},
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    )
    out, err = await process.communicate(stdin)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())

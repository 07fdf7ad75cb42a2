"""Prompts and topics of one's own, by the environment or by ``.env``."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PRINT = "from bot.taxonomy.topics import taxonomy; print(taxonomy().topics[0].slug)"


@pytest.mark.parametrize("by_file", [True, False])
def test_own_topics_are_used(tmp_path: Path, by_file: bool) -> None:
    own = tmp_path / "own"
    shutil.copytree(ROOT / "prompts", own)
    topics = own / "topics.toml"
    first = _first(tmp_path, {})
    text = topics.read_text("utf-8")
    topics.write_text(text.replace(f'"{first}"', '"gardening"'))
    if by_file:
        (tmp_path / ".env").write_text(f"PROMPTS_DIR={own}\n")
    assert _first(tmp_path, {} if by_file else {"PROMPTS_DIR": str(own)}) == "gardening"


def _first(folder: Path, variables: dict[str, str]) -> str:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-c", PRINT]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()

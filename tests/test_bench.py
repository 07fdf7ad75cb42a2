"""Each benchmark runs in a tiny size and prints a ratio; nothing is said of its figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.everything import NAMES, page
from bench.measure import Row, line

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_tiny_run_prints_a_ratio_and_writes_it(name: str, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", name, "--tiny", "--json", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    assert "; ratio " in done.stdout
    found = json.loads(file.read_text("utf-8"))
    assert found["rows"]
    assert all(row["ratio"] > 0 for row in found["rows"])
    assert f"## {name}\n" in page([found])


def test_a_ratio_is_the_median_of_the_rounds_and_wide_ones_are_named() -> None:
    row = Row("a", "b", "ms", (2.0, 9.0, 3.0), (1.0, 1.0, 1.0), "B0", ("<=", 2.5))
    assert (row.ratio, row.met) == (3.0, False)
    assert "ratio 3 (spread 233%, too wide to trust) wanted <= 2.5 MISSED" in line(row)


def test_an_unknown_name_is_a_wrong_use() -> None:
    command = [sys.executable, "-m", "bench", "no-such"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "usage" in done.stderr

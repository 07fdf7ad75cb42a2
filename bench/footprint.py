"""What an installation takes on disk, and with it an image, whose base is taken as published.

The wheel's packages go into an environment that is gone afterwards; a tiny run looks at its own.
"""

import subprocess
import sys
import tempfile
import venv
from importlib.metadata import Distribution, distributions
from pathlib import Path

from bench.measure import Options, Report, Row, run

ROOT = Path(__file__).resolve().parent.parent
BASE = 125.0
"""Megabytes of python:3.11-slim unpacked, about 45 packed: published, not measured here."""

LIMIT = 300.0
"""Megabytes of the whole image: one that fits a small server beside its data."""

NAMED = 6


def main(arguments: list[str]) -> int:
    """Install, add up."""
    return run("footprint", arguments, measure)


async def measure(options: Options) -> Report:
    """Megabytes of all packages that the lock names, of the product itself, of the image."""
    report = Report("footprint")
    if options.tiny:
        sizes = _sizes([path for path in sys.path if path.endswith("site-packages")])
    else:
        with tempfile.TemporaryDirectory(prefix="ftk") as folder:
            sizes = _sizes([str(_installed(Path(folder)))])
    own = sum(_size(ROOT / part) for part in ("bot", "prompts"))
    packages = sum(sizes.values())
    report.rows += [
        Row("packages", "the product itself", "MB", (packages,), (own,)),
        Row("image, unpacked", "the limit", "MB", (BASE + packages + own,), (LIMIT,), "size",
            ("<=", 1.0)),
    ]  # fmt: skip
    largest = sorted(sizes.items(), key=lambda each: -each[1])[:NAMED]
    said = ", ".join(f"{name} {size:.1f}" for name, size in largest)
    report.note(f"{len(sizes)} packages, with bytecode; the largest in MB: {said}")
    report.note(f"of the image {BASE:g} MB are its base, as published; CI prints what was built")
    return report


def _installed(folder: Path) -> Path:
    """The place of the packages of a new environment."""
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--require-hashes"]
    pip += ["--disable-pip-version-check", "-r", str(ROOT / "requirements.lock")]
    said = subprocess.run(pip, capture_output=True, text=True)
    if said.returncode:
        raise RuntimeError(f"not installed: {said.stderr[-500:]}")
    return next(folder.glob("lib/python*/site-packages"))


def _sizes(places: list[str]) -> dict[str, float]:
    """Megabytes by package, those of the lock only."""
    wanted = {_name(line) for line in _lines() if not line[0].isspace()}
    found = {_name(each.name): each for each in distributions(path=places)}
    return {name: _taken(found[name]) for name in wanted & found.keys()}


def _taken(package: Distribution) -> float:
    """Megabytes of its files, wherever they are."""
    files = [Path(str(each.locate())) for each in package.files or ()]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def _size(folder: Path) -> float:
    """Megabytes of a folder, with its bytecode."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def _lines() -> list[str]:
    return [line for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines() if line]


def _name(text: str) -> str:
    return text.partition("==")[0].strip().lower().replace("_", "-").replace(".", "-")

"""What the workflows promise of a release: fixed tools, notes of the tag, addresses that hold."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot import __version__

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the script reads and writes, apart from the checkout."""
    (tmp_path / ".github").mkdir()
    (tmp_path / "bot").mkdir()
    for name in (".github/release.py", "bot/__init__.py", "CHANGELOG.md", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def release(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    script = folder / ".github" / "release.py"
    return subprocess.run(
        [sys.executable, str(script), *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_named_by_its_commit(workflow: Path) -> None:
    """A tag can be moved to other code; a commit cannot."""
    used = re.findall(r"uses: (\S+)(.*)", workflow.read_text("utf-8"))
    assert used
    for action, comment in used:
        if not action.startswith("./"):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action


def test_one_action_has_one_commit() -> None:
    text = "".join(path.read_text("utf-8") for path in WORKFLOWS)
    commits: dict[str, set[str]] = {}
    for name, commit in re.findall(r"uses: ([\w./-]+)@(\w+)", text):
        commits.setdefault(name, set()).add(commit)
    assert not {name: found for name, found in commits.items() if len(found) > 1}


def test_the_notes_are_the_changelogs_section(copy: Path) -> None:
    changelog = copy / "CHANGELOG.md"
    text = changelog.read_text("utf-8").replace("## [0.1.0]", "## [0.0.9]")
    section = f"## [{__version__}] - 2026-12-01\n\n### Fixed\n\n- A marble.\n\n## [0.0.9]"
    changelog.write_text(text.replace("## [0.0.9]", section, 1), "utf-8")
    done = release(copy, "notes", f"v{__version__}")
    assert done.returncode == 0
    assert done.stdout == "### Fixed\n\n- A marble.\n"


@pytest.mark.parametrize("tag", ["v99.0.0", "v0.1", "nightly"])
def test_a_tag_of_another_version_is_no_release(copy: Path, tag: str) -> None:
    done = release(copy, "notes", tag)
    assert done.returncode != 0
    assert tag in done.stderr
    assert __version__ in done.stderr


def test_a_version_without_notes_is_no_release(copy: Path) -> None:
    (copy / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n\n- A marble.\n", "utf-8")
    done = release(copy, "notes", f"v{__version__}")
    assert done.returncode != 0
    assert f"[{__version__}]" in done.stderr


def test_no_address_of_the_index_page_is_relative(copy: Path) -> None:
    repository = "https://code.example/them/fortochka"
    assert release(copy, "absolute", repository, "v1.2.3").returncode == 0
    readme = (copy / "README.md").read_text("utf-8")
    addresses = re.findall(r'\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"', readme)
    assert len(addresses) > 20
    assert all(address.startswith("https://") for pair in addresses for address in pair if address)
    assert f"{repository}/raw/v1.2.3/docs/screens/en-digest.png" in readme
    assert f"{repository}/blob/v1.2.3/docs/design.md" in readme
    project = tomllib.loads((copy / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["urls"]["Source"] == repository
    for address in project["urls"].values():
        assert address.startswith(repository)


def test_each_file_that_the_index_page_names_is_there(copy: Path) -> None:
    base = "https://code.example/them/fortochka"
    assert release(copy, "absolute", base, "v1.2.3").returncode == 0
    text = (copy / "README.md").read_text("utf-8") + (copy / "pyproject.toml").read_text("utf-8")
    named = re.findall(rf"{base}/(?:blob|raw)/v1\.2\.3/([\w./-]+)", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []

"""What the READMEs promise exists: commands, settings, figures; and the two are equals."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import Settings, env_names
from tests.waiting import EVENT_S

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.ru.md")
TEXTS = {name: (ROOT / name).read_text("utf-8") for name in READMES}
# What differs from run to run, or between a terminal and a pipe.
SECONDS = re.compile(r"\d+(?:[.,]\d+)?(?= ?(?:s|с|sec|сек)\b)")

every_readme = pytest.mark.parametrize("name", READMES)


def run(*arguments: str) -> str:
    """What ``fortochka`` prints to stdout in a plain terminal 100 columns wide."""
    plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"}
    env = {key: value for key, value in os.environ.items() if not key.endswith("_COLOR")} | plain
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=EVENT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def block(text: str, name: str) -> list[str]:
    """Lines of the fenced block between the markers of that name."""
    marked = re.search(
        rf"<!-- {name}: begin -->\n```\w*\n(.*?)\n```\n<!-- {name}: end -->", text, re.DOTALL
    )
    assert marked, f"no block {name}"
    return marked[1].splitlines()


def rows(text: str, cell: str) -> list[str]:
    """First cells of table rows that match a pattern; its group is the value."""
    return re.findall(rf"^\| {cell}", text, re.MULTILINE)


def stands_at(line: str, shown: str) -> bool:
    """Whether a printed line is the shown one, which may be cut by an ellipsis."""
    line, shown = (SECONDS.sub("N", text).rstrip() for text in (line, shown))
    return line.startswith(shown[:-1]) if shown.endswith("…") else line == shown


def chunks(lines: list[str]) -> list[list[str]]:
    """An excerpt split where a lone ellipsis leaves lines out."""
    return [part.split("\n") for part in re.split(r"\n…\n", "\n".join(lines))]


def commands_of_help() -> set[str]:
    """Commands as ``fortochka --help`` lists them, boxed or plain."""
    _, _, listing = run("--help").partition("Commands")
    return set(re.findall(r"^\W*([a-z][\w-]*)(?:\s{2,}|\s*$|\s*[│|])", listing, re.MULTILINE))


def commands_of_bot() -> set[str]:
    """Commands that the routers of the bot listen to."""
    sources = [path.read_text("utf-8") for path in (ROOT / "bot/telegram").rglob("*.py")]
    calls = re.findall(r"\b(?:Asks|Command(?:Start)?)\(([^)]*)\)", "\n".join(sources))
    named = {name for call in calls for name in re.findall(r"\"(\w+)\"", call)}
    return named | ({"start"} if re.search(r"CommandStart\(", "\n".join(sources)) else set())


@every_readme
def test_make_knows_the_commands_shown_first(name: str) -> None:
    shown = re.findall(r"^make (\w+)$", TEXTS[name], re.MULTILINE)
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert shown == ["demo", "test"]
    assert set(shown) <= set(targets)


@every_readme
def test_the_terminal_table_lists_the_commands_of_the_program(name: str) -> None:
    assert set(rows(TEXTS[name], r"`fortochka ([\w-]+)")) == commands_of_help()


@every_readme
def test_the_options_shown_are_options_of_their_command(name: str) -> None:
    (row,) = re.findall(r"^\| `fortochka digest.*$", TEXTS[name], re.MULTILINE)
    listed = run("digest", "--help")
    for option in re.findall(r"--[\w-]+", row):
        assert option in listed, option


@every_readme
def test_the_chat_table_lists_the_commands_of_the_bot(name: str) -> None:
    assert set(rows(TEXTS[name], r"`/(\w+)")) == commands_of_bot()


@every_readme
def test_the_configuration_table_lists_every_setting(name: str) -> None:
    fields = Settings.model_fields.items()
    assert rows(TEXTS[name], r"`([A-Z_]+)`") == [env_names(key, field)[0] for key, field in fields]


@every_readme
def test_plain_defaults_in_the_table_are_the_real_ones(name: str) -> None:
    shown = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)`", TEXTS[name], re.MULTILINE))
    for key, field in Settings.model_fields.items():
        variable = env_names(key, field)[0]
        if isinstance(field.default, str | int | float):
            assert shown[variable] == str(field.default), variable


@every_readme
def test_files_that_are_pointed_to_exist(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXTS[name])
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("name", ["docs/design.md", ".github/CONTRIBUTING.md"])
def test_the_files_that_developers_are_sent_to_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    named = re.findall(r"`([\w./-]+(?:/|\.(?:py|lua|toml|tsv|md|lock)))`", text)
    assert named
    places = (ROOT, ROOT / "bot", ROOT / "bot/i18n/shape")
    assert not [path for path in named if not any((place / path).exists() for place in places)]


def test_the_two_languages_are_equals() -> None:
    english, russian = (TEXTS[name] for name in READMES)
    for pattern in (r"^(#+) ", r"^(\d+)\. ", r"^(-) ", r"^(```\w*)$", r"^(\|)"):
        found = [re.findall(pattern, text, re.MULTILINE) for text in (english, russian)]
        assert found[0] == found[1], pattern
    for name in ("demo output", "setup output", "doctor output", "test output"):
        assert block(english, name) == block(russian, name)


@pytest.mark.slow
def test_the_demo_prints_what_the_readme_shows() -> None:
    rest = run("demo").splitlines()
    for chunk in chunks(block(TEXTS["README.md"], "demo output")):
        starts = (at for at, line in enumerate(rest) if stands_at(line, chunk[0]))
        at = next(starts, None)
        assert at is not None, f"not printed any more: {chunk[0]}"
        printed = rest[at : at + len(chunk)]
        assert len(printed) == len(chunk)
        assert all(map(stands_at, printed, chunk)), printed
        rest = rest[at + len(chunk) :]

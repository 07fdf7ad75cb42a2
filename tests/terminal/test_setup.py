"""The setup, from outside: by options as scripts use it, and by somebody at a terminal."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.errors import CommandError
from bot.terminal.setup.draft import SetupAsked
from bot.terminal.setup.wizard import run_setup
from tests.e2e.bot_process import end_server
from tests.e2e.command import Ended, command
from tests.e2e.terminal import terminal
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import KEY, FakeOpenAI
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme, redirect
from tests.test_readme import TEXTS, block, stands_at

pytestmark = pytest.mark.slow

WRONG = f"4242:{'B' * 35}"
LINK = re.compile(r"https://t\.me/fortochka_test_bot\?start=own_[0-9a-f]{32}")
BEFORE = """\
# mine
export LANGUAGES="en"  # first
OPENAI_MODEL = 'old-model' # slow

CHANNELS=demo_one # the best
DAILY_BUDGET_USD=1
"""


@dataclass
class World:
    """What a bot talks to, and the home of its operator."""

    home: Path
    api: FakeBotApi
    model: FakeOpenAI
    site: FakeTme

    @property
    def variables(self) -> dict[str, str]:
        """What leads the program there."""
        return {
            "TELEGRAM_API_BASE": self.api.url,
            "PREVIEW_BASE_URL": self.site.base_url,
            "COLUMNS": "1000",
        }

    async def setup(self, *options: str, stdin: str = "", **variables: str) -> Ended:
        """Run it as a script does."""
        known = {**self.variables, **variables}
        return await command(self.home, "setup", *options, stdin=stdin.encode(), **known)

    async def refusal(
        self, monkeypatch: pytest.MonkeyPatch, asked: SetupAsked, variables: dict[str, str]
    ) -> str:
        """The one line with which it ends without having written anything."""
        monkeypatch.chdir(self.home)
        known = {**self.variables, "FORTOCHKA_HOME": str(self.home / "data"), **variables}
        for name, value in known.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(CommandError) as caught:
            await asyncio.to_thread(run_setup, asked)
        said = str(caught.value)
        assert "\n" not in said
        assert WRONG not in said
        assert not self.env
        return said

    @property
    def env(self) -> str:
        """The file that was written; empty for none."""
        path = self.home / ".env"
        return path.read_text("utf-8") if path.exists() else ""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    end_server(tmp_path)


@pytest.fixture
async def world(home: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(FakeBotApi())
        model = await stack.enter_async_context(FakeOpenAI(key=KEY))
        site = await stack.enter_async_context(FakeTme())
        for name in ("demo_one", "demo_two", "demo_three"):
            site.serve(name, page(name, [written(1)]))
        site.script("/s/demo_gone", redirect("/demo_gone"))
        yield World(home, api, model, site)


async def test_a_script_answers_everything_by_options(world: World) -> None:
    (world.home / ".env").write_text(BEFORE)
    (world.home / ".env").chmod(0o644)
    (world.home / "key").write_text(f"{KEY}\n")
    (world.home / "list").write_text("t.me/demo_two\n@demo_three, demo_one")
    ended = await world.setup(
        *("--token-file", "-", "--base-url", world.model.url, "--model", "made-up-model"),
        *("--api-key-file", "key", "--channels", "list", "--service", "user"),
        stdin=TOKEN,
    )
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    bot = "@fortochka_test_bot · groups on · inline on · reads all in groups off"
    assert lines[0] == f"✓ Telegram  {bot}"
    assert lines[1].startswith("✓ Model     made-up-model · ")
    assert len(world.model.posts) == 1
    assert len([line for line in lines if line.startswith("✓ Sources   @demo_")]) == 3
    assert LINK.search(next(line for line in lines if line.startswith("! Owners    none → open ")))
    assert lines[-1].startswith("next: systemctl --user daemon-reload && ")
    assert lines[-1].endswith(", then open that link")
    assert TOKEN not in ended.out + ended.err
    assert KEY not in ended.out + ended.err
    assert (world.home / ".env").stat().st_mode & 0o777 == 0o600
    assert world.env.startswith(
        '# mine\nexport LANGUAGES="en"  # first\n'
        "OPENAI_MODEL =made-up-model # slow\n\n"
        "CHANNELS=demo_one,demo_two,demo_three # the best\nDAILY_BUDGET_USD=1\n"
    )
    for value in (TOKEN, KEY, world.model.url):
        assert world.env.count(f"={value}\n") == 1
    unit = world.home / ".config/systemd/user/fortochka.service"
    assert f"WorkingDirectory={world.home}\n" in unit.read_text()
    await _verify(unit, "--user")
    again = await world.setup("--yes")
    assert (again.code, world.env.count(TOKEN)) == (0, 1)
    assert LINK.search(again.out)
    assert LINK.findall(again.out) == LINK.findall(ended.out)


async def _verify(unit: Path, manager: str) -> None:
    """By systemd's own program, where it is installed."""
    if not (program := shutil.which("systemd-analyze")):
        return
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(program, manager, "verify", str(unit)),
        env={"XDG_RUNTIME_DIR": str(unit.parent)},
        stdout=pipe,
        stderr=pipe,
    )
    said = await process.communicate()
    assert process.returncode == 0, said


@pytest.mark.parametrize(
    ("answers", "variables", "reason"),
    [
        ({}, {}, "no token: --token-file FILE (- for a pipe) or TELEGRAM_BOT_TOKEN"),
        ({"token": "nonsense"}, {}, "TELEGRAM_BOT_TOKEN: is not a bot token"),
        ({}, {"TELEGRAM_BOT_TOKEN": WRONG}, "TELEGRAM_BOT_TOKEN: Telegram refuses it"),
        (
            {"token": TOKEN},
            {"TELEGRAM_API_BASE": "http://127.0.0.1:9"},
            "Telegram gives no answer (URLError): ",
        ),
        ({"token": TOKEN, "token_file": "-"}, {}, "--token and --token-file are one answer"),
        ({"token": TOKEN, "model": "m"}, {}, "--model needs a key or a server"),
        ({"token": TOKEN, "base_url": "host"}, {}, "OPENAI_BASE_URL: must begin with http"),
        ({"token": TOKEN, "model": "m", "no_model": True}, {}, "--no-model beside the options"),
        ({"token": TOKEN}, {"CHANNELS": "q2"}, "CHANNELS: a channel is a handle"),
        (
            {"token": TOKEN, "channels": "demo_one demo_gone q2"},
            {},
            "channels that cannot be read: q2 is no channel's name; @demo_gone: there is no such",
        ),
        ({"token_file": "-", "channels": "-"}, {}, "only one answer can be piped in"),
        ({"token": TOKEN, "service": "system"}, {}, "{home}/fortochka.service is there and says"),
    ],
)
async def test_a_wrong_answer_in_a_script_is_one_line_and_nothing_is_written(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    answers: dict[str, Any],
    variables: dict[str, str],
    reason: str,
) -> None:
    (world.home / "fortochka.service").write_text("somebody else's")
    said = await world.refusal(monkeypatch, SetupAsked(**answers), variables)
    assert said.startswith(f"setup: {reason.format(home=world.home)}")


async def test_a_sample_that_is_not_read_ends_a_script(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"TELEGRAM_BOT_TOKEN": TOKEN, "OPENAI_API_KEY": "sk-wrong"}
    said = await world.refusal(monkeypatch, SetupAsked(base_url=world.model.url), known)
    assert re.match(r"setup: gpt-\S+: .*check OPENAI_API_KEY", said)


async def test_without_a_terminal_nothing_is_asked(world: World) -> None:
    ended = await world.setup()
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert ended.err.startswith("fortochka: setup: no token: --token-file FILE")


async def test_what_cannot_be_read_is_left_out_where_a_script_agrees(world: World) -> None:
    ended = await world.setup(
        *("--no-model", "--channels", "-", "--service", "system", "--yes"),
        stdin="demo_one\ndemo_gone\nt.me/+AbCdEf",
        TELEGRAM_BOT_TOKEN=TOKEN,
        OPENAI_API_KEY=KEY,
    )
    assert ended.code == 0, ended.err
    bad = [line.split()[2] for line in ended.out.splitlines() if line.startswith("✗ Sources")]
    assert bad == ["t.me/+AbCdEf", "@demo_gone:"]
    assert "CHANNELS=demo_one\n" in world.env
    assert "OPENAI_API_KEY=\n" in world.env
    assert (
        "! Settings  OPENAI_API_KEY is set and ranks above .env → unset OPENAI_API_KEY"
        in ended.out
    )
    assert KEY not in ended.out + world.env


async def test_somebody_at_a_terminal_is_asked_again_until_it_is_right(world: World) -> None:
    world.api.is_inline = False
    (world.home / ".env").write_text("TELEGRAM_BOT_TOKEN=cut\nCHANNELS=demo_one\n")
    async with terminal(world.home, "setup", **world.variables) as screen:
        await screen.answer("Token: /newbot at @BotFather gives one", WRONG)
        await screen.answer("Telegram refuses it", TOKEN)
        await screen.answer("Model that retells the posts", "ftp://nowhere")
        await screen.answer("Its key", "")
        await screen.answer("Its name there", "")
        await screen.answer("must begin with http", world.model.url)
        await screen.answer("Its key", "sk-wrong")
        await screen.answer("Its name there", "made-up-model")
        await screen.answer("check OPENAI_API_KEY", world.model.url)
        await screen.answer("Its key", KEY)
        await screen.answer("Its name there", "")
        await screen.answer("Channels to read", "t.me/demo_two\ndemo_gone")
        await screen.answer("demo_gone", "")
        await screen.answer("Other names for these", "demo_three")
        await screen.answer("demo_three", "")
        assert await screen.ended() == 0, screen.shown
    for value in (TOKEN, KEY, WRONG):
        assert value not in screen.shown
    assert "inline off" in screen.shown
    assert "@BotFather: /setinline" in screen.shown
    assert "@demo_gone: there is no such channel" in screen.shown
    assert LINK.search(screen.shown)
    assert screen.shown.rstrip().endswith("next: fortochka run, then open that link")
    assert f"TELEGRAM_BOT_TOKEN={TOKEN}\nCHANNELS=demo_one,demo_two,demo_three\n" in world.env
    assert f"OPENAI_API_KEY={KEY}\n" in world.env
    assert "OPENAI_MODEL=made-up-model\n" in world.env


@pytest.mark.parametrize("how", ["interrupt", "end"])
async def test_who_leaves_halfway_has_changed_nothing(world: World, how: str) -> None:
    async with terminal(world.home, "setup", "--token", TOKEN, **world.variables) as screen:
        await screen.asked("Model that retells the posts")
        if how == "interrupt":
            screen.interrupt()
        else:
            screen.press("\x04")
        assert await screen.ended() == (130 if how == "interrupt" else 1)
    assert "setup: stopped; nothing was written" in screen.shown
    assert "Traceback" not in screen.shown
    assert [path.name for path in world.home.iterdir() if path.name.startswith(".env")] == []


async def test_the_readme_shows_how_it_goes(world: World) -> None:
    world.api.is_inline, world.model.key = False, None
    async with terminal(world.home, "setup", **world.variables) as screen:
        await screen.answer("Token: /newbot at @BotFather gives one", TOKEN)
        await screen.answer("Model that retells the posts", world.model.url)
        await screen.answer("Its key", "")
        await screen.answer("Its name there", "qwen3:8b")
        await screen.answer("Channels to read", "@demo_one t.me/demo_two demo_gone")
        await screen.answer("demo_gone", "")
        await screen.answer("Other names for these", "")
        assert await screen.ended() == 0, screen.shown
    told = screen.shown[screen.shown.index("Token: ") :].rstrip().splitlines()
    lines = [line for line in told if "reads a sample post" not in line]  # gone when it is read
    _stand_in_readme(world, lines, "setup output")
    looked = await command(world.home, "doctor", stdin=b"", **world.variables)
    _stand_in_readme(world, looked.out.splitlines(), "doctor output")


def _stand_in_readme(world: World, printed: list[str], name: str) -> None:
    """Lines as the README shows them, of a model on this host and a bot in /opt."""
    said = "\n".join(printed).replace(str(world.home), "/opt/fortochka")
    said = said.replace(world.model.url, "http://127.0.0.1:11434/v1")
    shown, lines = block(TEXTS["README.md"], name), said.splitlines()
    assert len(lines) == len(shown), said
    assert all(map(stands_at, lines, shown)), said

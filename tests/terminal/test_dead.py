"""``fortochka dead``: what was given up, in a table and as JSON; a wrong id is a wrong id."""

import json
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import CommandError
from bot.store import open_store
from bot.terminal.dead import handle_letters


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FORTOCHKA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


async def test_letters_are_listed_shown_and_given_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await handle_letters("ls", None, as_json=True)
    assert json.loads(capsys.readouterr().out)["letters"] == []
    async with open_store(Settings(_env_file=None, fortochka_home=home)) as store:
        assert await store.dead_letters.report("pane_one/1", "r1", "the model [refused]")
        await handle_letters("ls", None, as_json=True)
        [letter] = json.loads(capsys.readouterr().out)["letters"]
        assert (letter["stream"], letter["reason"]) == ("posts", "the model [refused]")
        assert letter["fields"]["key"] == "pane_one/1"
        await handle_letters("show", letter["id"])
        assert "the model [refused]" in capsys.readouterr().out
        await handle_letters("retry", letter["id"], as_json=True)
        assert json.loads(capsys.readouterr().out)["action"] == "retry"
        assert await store.dead_letters.count() == 0
        assert await store.post_stream.waiting() == 1


async def test_a_wrong_id_is_a_wrong_id(home: Path) -> None:
    async with open_store(Settings(_env_file=None, fortochka_home=home)):
        for action in ("show", "retry", "drop"):
            for wrong in ("nonsense", "1", "1-1", "-", "+", "9" * 30 + "-1"):
                with pytest.raises(CommandError, match="dead: there is no letter "):
                    await handle_letters(action, wrong)
            with pytest.raises(CommandError, match="dead: name a letter by its id"):
                await handle_letters(action, None)

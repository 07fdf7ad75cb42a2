"""``fortochka ask``: an answer with its posts, the posts alone, a question without words."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.errors import CommandError
from bot.model import Language, utc_now
from bot.store import open_store
from bot.terminal.digest import print_answer
from tests.export.test_json_schema import CHECK
from tests.fakes.openai import FakeOpenAI
from tests.telegram.asking import archive, tells
from tests.telegram.test_ask import LANGUAGES, NONE, QUESTION, SAID

pytestmark = pytest.mark.slow


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two posts, and no model."""
    monkeypatch.setenv("FORTOCHKA_HOME", str(tmp_path / "home"))
    for name in ("REDIS_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    async with open_store(Settings(_env_file=None, fortochka_home=tmp_path / "home")) as store:
        await archive(store)
    return tmp_path / "home"


async def _json(
    capsys: pytest.CaptureFixture[str], question: str, language: Language
) -> dict[str, Any]:
    capsys.readouterr()
    await print_answer(question, language, utc_now(), as_json=True)
    said = capsys.readouterr().out
    found = json.loads(said[said.index('{\n  "version"') :])
    CHECK.validate(found)
    assert isinstance(found, dict)
    return found


async def test_a_question_is_answered_with_and_without_a_model(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for language in LANGUAGES:
        found = await _json(capsys, QUESTION[language], language)
        assert (found["missing"], found["sentences"]) == ("off", [])
        assert {post["channel"] for post in found["posts"]} == {"pane_one", "pane_two"}
    async with FakeOpenAI() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        monkeypatch.setenv("OPENAI_MODEL", "made-up-model")
        for language in LANGUAGES:
            fake.default = tells((SAID[language], ["Half a bit", "Полбита на вес"]))
            found = await _json(capsys, QUESTION[language], language)
            assert [each["text"] for each in found["sentences"]] == [SAID[language]]
            assert found["missing"] is None
            cited = [found["posts"][number - 1] for number in found["sentences"][0]["posts"]]
            assert [post["title"] for post in cited] == ["Half a bit", "Полбита на вес"]
            await print_answer(QUESTION[language], language, utc_now())
            shown = capsys.readouterr().out
            assert f"{SAID[language]} [1]" in shown
            assert "https://t.me/pane_one/1" in shown
        fake.default = tells()
        await print_answer(QUESTION["ru"], "ru", utc_now())
        assert NONE["ru"] in capsys.readouterr().out


async def test_a_question_without_words_is_an_error(home: Path) -> None:
    with pytest.raises(CommandError, match="ask: no words"):
        await print_answer("?!", "en", utc_now())

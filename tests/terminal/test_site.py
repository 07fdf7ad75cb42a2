"""``fortochka site``: what it says, and what it refuses before anything is written."""

from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import CommandError
from bot.terminal.site import write_site


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings as an operator has them: from the environment, none from a file nearby."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORTOCHKA_HOME", str(settings.fortochka_home))
    if settings.redis_url:
        monkeypatch.setenv("REDIS_URL", settings.redis_url.get_secret_value())


async def test_it_says_what_it_did(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await write_site(tmp_path / "site", "https://news.example/")
    said = capsys.readouterr()
    assert said.out.strip().endswith("site/index.html")
    assert "0 as they were, 0 removed" in said.err
    assert "https://news.example/ru/index.html" in (tmp_path / "site/sitemap-1.xml").read_text()


@pytest.mark.parametrize("url", ["news.example", "ftp://news.example", "https://a b", "https://"])
async def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(CommandError, match="--url"):
        await write_site(tmp_path / "site", url)
    assert not (tmp_path / "site").exists()


async def test_what_is_no_folder_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")
    with pytest.raises(CommandError, match="File exists"):
        await write_site(tmp_path / "site")

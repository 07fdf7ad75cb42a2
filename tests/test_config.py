"""Settings: what an operator may write, and what is said of a bad one."""

from pathlib import Path

import pytest

from bot import config
from bot.config import ConfigError, Settings, env_example, env_names

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "123456789:" + "A" * 35
BAD_PRICES = ("77", "1,2,3,4,77", "-77,2", "77,nan", "inf,77", "77,cheap", "$77,2", "77,,")


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, field in Settings.model_fields.items():
        for variable in env_names(name, field):
            monkeypatch.delenv(variable, raising=False)
            monkeypatch.delenv(f"{variable}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_is_required() -> None:
    settings = config.load()
    assert settings.telegram_bot_token is None
    assert settings.languages == ("ru", "en")


def test_channels_are_taken_in_any_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "CHANNELS", "@One_x, https://t.me/s/Two_x\nthree_x/12 telegram.me/four_x/7?single"
    )
    assert config.load().channels == ("One_x", "Two_x", "three_x", "four_x")


@pytest.mark.parametrize(
    ("value", "figures"),
    [
        ("0.25,2", (0.25, 2)),
        ("0.10, 0.50, 0.01", (0.1, 0.5, 0.01)),
        ("0.10 0.50 0.01 0.125", (0.1, 0.5, 0.01, 0.125)),
        ("0,0", (0, 0)),
        ("", None),
    ],
)
def test_a_price_has_two_to_four_figures(
    monkeypatch: pytest.MonkeyPatch, value: str, figures: tuple[float, ...] | None
) -> None:
    monkeypatch.setenv("OPENAI_PRICE", value)
    assert config.load().openai_price == figures


def test_the_short_name_of_the_token_works_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    token = config.load().telegram_bot_token
    assert token is not None
    assert token.get_secret_value() == TOKEN


def test_a_mounted_secret_is_read_and_ranks_above_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN=987654321:{'B' * 35}\n")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "token"))
    token = config.load().telegram_bot_token
    assert token is not None
    assert token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "hunter2-not-a-token"),
        ("TELEGRAM_BOT_TOKEN", f"{TOKEN}\nsecond-line"),
        ("CHANNELS", "a b c d"),
        ("LANGUAGES", "ru,klingon"),
        ("DAILY_BUDGET_USD", "-12345"),
        ("PREVIEW_BASE_URL", "ftp://secret.example"),
        ("ADMIN_IDS", "12x45"),
        *[("OPENAI_PRICE", value) for value in BAD_PRICES],
        ("HEALTH_PORT", "70000"),
        ("LOG_LEVEL", "LOUDEST"),
    ],
)
def test_a_bad_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        config.load()
    message = str(caught.value)
    assert message.startswith(f"{variable}: ")
    assert value not in message
    assert "\n" not in message


def test_all_bad_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGES", "xx")
    monkeypatch.setenv("HEALTH_PORT", "-1")
    with pytest.raises(ConfigError) as caught:
        config.load()
    named = {line.partition(":")[0] for line in str(caught.value).splitlines()}
    assert named == {"LANGUAGES", "HEALTH_PORT"}


def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY_FILE", "missing")
    with pytest.raises(ConfigError, match="OPENAI_API_KEY_FILE: cannot be read"):
        config.load()


def test_the_example_is_up_to_date_and_loads(tmp_path: Path) -> None:
    written = (ROOT / ".env.example").read_text("utf-8")
    assert written == env_example()
    (tmp_path / ".env").write_text(written)
    assert config.load() == Settings(_env_file=None)


def test_secrets_do_not_show() -> None:
    settings = Settings(_env_file=None, telegram_bot_token=TOKEN, openai_api_key="sk-secret")
    assert TOKEN not in repr(settings)
    assert "sk-secret" not in repr(settings)

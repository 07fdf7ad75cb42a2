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


PHRASES = {
    "ADMIN_IDS": ("1,x", "must be a whole number"),
    "DAILY_BUDGET_USD": ("much", "must be a number"),
    "HEALTH_PORT": ("70000", "must be at most 65535"),
    "MODEL_TIMEOUT": ("0", "must be more than 0.0"),
    "RETENTION_DAYS": ("1.5", "must be a whole number"),
    "MODEL_CONCURRENCY": ("99999999999999999999999999", "must be at most 64"),
    "LOG_LEVEL": ("loud", "must be one of DEBUG, INFO, WARNING, ERROR"),
    "OPENAI_REASONING": (
        "hard",
        "must be one of none, minimal, low, medium, high, xhigh, nothing",
    ),
    "LANGUAGES": (" , ", "must name one at least"),
}


def test_what_a_value_must_be_is_said_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, (value, _) in PHRASES.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        config.load()
    said = dict(line.split(": ", 1) for line in str(caught.value).splitlines())
    assert said == {variable: phrase for variable, (_, phrase) in PHRASES.items()}


def test_an_empty_variable_is_the_default_whatever_the_file_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"BOT_TOKEN={TOKEN}\nLANGUAGES=en\nOPENAI_MODEL=mine\n")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    monkeypatch.setenv("LANGUAGES", "")
    settings = config.load()
    assert (settings.telegram_bot_token, settings.languages) == (None, ("ru", "en"))
    assert settings.openai_model == "mine"


def test_folders_are_absolute_and_a_tilde_is_the_users_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "own"))
    monkeypatch.setenv("FORTOCHKA_HOME", "~/data")
    assert config.load().fortochka_home == tmp_path / "own" / "data"
    monkeypatch.setenv("FORTOCHKA_HOME", "data")
    assert config.load().fortochka_home == tmp_path / "data"
    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv("FORTOCHKA_HOME", "~/data")
    with pytest.raises(ConfigError, match="FORTOCHKA_HOME: is needed, because this user has no"):
        config.load()


def test_a_file_with_a_mark_before_it_is_read_and_one_that_is_no_text_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("OPENAI_MODEL=mine\n", "utf-8-sig")
    assert config.load().openai_model == "mine"
    (tmp_path / ".env").write_bytes(b"\xff\xfeO\0")
    with pytest.raises(ConfigError, match=r"^\.env: cannot be read \(it is no text in UTF-8\); "):
        config.load()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TELEGRAM_BOT_TOKN", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("REDIS_URI", "REDIS_URL"),
        ("CHANEL", "CHANNELS"),
        ("FORTOCHKA_HOMES", "FORTOCHKA_HOME"),
        ("FORTOCHKA_COLOUR", ""),
        *[(name, None) for name in ("LANGUAGE", "LANG", "OPENAI_ORG_ID", "REDIS_HOST", "LOGNAME")],
        *[
            (name, None)
            for name in ("TELEGRAM_BOT_TOKEN_FILE", "HTTP_PORT", "HOST", "telegram_bot_token")
        ],
    ],
)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_name_that_is_a_slip_away_from_ours_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, meant: str | None, where: str
) -> None:
    if where == "environment":
        monkeypatch.setenv(name, "hunter2")
    else:
        (tmp_path / ".env").write_text(f"{name}=hunter2\n")
    hint = f"; did you mean {meant}?" if meant else ""
    assert config.slips() == ([] if meant is None else [f"{name}: is no setting{hint}"])


def test_what_is_set_already_is_not_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_TOKEN", "another program's")
    assert config.slips() == []

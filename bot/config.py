"""Settings from the environment and ``.env``; a bad one names its variable, never its value."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.model import Language


class ConfigError(Exception):
    """A setting that cannot be used; the text names the variable and the reason, not the value."""


def _split(value: object) -> object:
    return (
        [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value
    )


def handle_of(value: object) -> str:
    """The handle in ``@Name``, ``t.me/s/Name`` or ``Name``; ``ValueError`` for anything else."""
    name = re.sub(r"^(?:https?://)?(?:t\.me/(?:s/)?)?@?", "", str(value).strip()).rstrip("/")
    if not re.fullmatch(r"[A-Za-z]\w{3,31}", name):
        raise ValueError("a channel is a handle such as gonzo_ML, 4 to 32 letters, digits or _")
    return name


def _base_url(value: object) -> object:
    if value in ("", None):
        return None
    if not re.match(r"https?://[^\s/]+", str(value)):
        raise ValueError("must begin with http:// or https://")
    return str(value).rstrip("/")


def _token(value: object) -> object:
    """BotFather's form, so that a cut or a doubled paste is found before the first call."""
    token = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
    if token and not re.fullmatch(r"\d{3,20}:[\w-]{20,64}", token):
        raise ValueError("is not a bot token: copy it from @BotFather as digits:letters")
    return token or None


def _secret(value: object, info: ValidationInfo) -> object:
    """A webhook without a secret would take updates from anybody."""
    secret = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
    if info.data.get("webhook_url") and not secret:
        raise ValueError("is needed with WEBHOOK_URL; make up 32 letters or digits")
    if secret and not re.fullmatch(r"[\w-]{1,256}", secret, re.ASCII):
        raise ValueError("may have letters, digits, _ and -, at most 256")
    return secret or None


Handle = Annotated[str, BeforeValidator(handle_of)]
Url = Annotated[str, BeforeValidator(_base_url)]
OptionalUrl = Annotated[str | None, BeforeValidator(_base_url)]
Token = Annotated[SecretStr | None, BeforeValidator(_token)]
Secret = Annotated[SecretStr | None, BeforeValidator(_secret)]
Split = BeforeValidator(_split)
AccessMode = Literal["public", "invite", "allowlist"]


class Settings(BaseSettings):
    """Everything an operator can set; a field's description is its line in ``.env.example``."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    telegram_bot_token: Token = Field(
        None,
        validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "BOT_TOKEN"),
        description="Token from @BotFather; without it only the terminal commands work.",
    )
    openai_api_key: SecretStr | None = Field(
        None, description="Key of the model provider; without it posts are quoted, not retold."
    )
    channels: Annotated[tuple[Handle, ...], NoDecode, Split] = Field(
        (), description="Channels to watch, comma-separated handles."
    )
    openai_base_url: OptionalUrl = Field(
        None, description="Any OpenAI-compatible server; empty means OpenAI."
    )
    openai_model: str = Field("gpt-5-mini", description="Model that reads the posts.")
    openai_second_model: str | None = Field(
        None, description="Model to go on with when the server no longer has the first one."
    )
    openai_price: Annotated[tuple[float, float] | None, NoDecode, Split] = Field(
        None,
        description="Dollars per million tokens read and written, such as 0.25,2; empty takes the "
        "known price of the model, and a high one for an unknown model.",
    )
    redis_url: SecretStr | None = Field(
        None, description="redis://… or unix://…; empty starts a private server in FORTOCHKA_HOME."
    )
    admin_ids: Annotated[tuple[int, ...], NoDecode, Split] = Field(
        (), description="Telegram ids of the owners, comma-separated."
    )
    access: AccessMode = Field(
        "public",
        description="Who may use the bot: public (everybody), invite (with a code from /invite), "
        "allowlist (whom an owner named).",
    )
    allowed_ids: Annotated[tuple[int, ...], NoDecode, Split] = Field(
        (), description="Telegram ids that may use the bot whatever ACCESS says, comma-separated."
    )
    languages: Annotated[tuple[Language, ...], NoDecode, Split] = Field(
        ("ru", "en"), min_length=1, description="Languages of the cards, comma-separated."
    )
    daily_budget_usd: float = Field(
        2.0, ge=0, description="Most that the model may cost in a day (UTC); 0 turns it off."
    )
    fortochka_home: Path = Field(
        Path.home() / ".local" / "share" / "fortochka", description="Directory of all local data."
    )
    prompts_dir: Path | None = Field(
        None, description="Directory with your own topics.toml and prompts."
    )
    telegram_api_base: Url = Field(
        "https://api.telegram.org", description="Address of the Bot API server."
    )
    telegram_proxy: OptionalUrl = Field(None, description="HTTP proxy for the Bot API.")
    webhook_url: OptionalUrl = Field(
        None,
        description="Public address at which Telegram delivers updates; empty asks for them.",
    )
    webhook_secret: Secret = Field(
        None,
        validate_default=True,
        description="What Telegram proves itself by at the webhook; needed with WEBHOOK_URL.",
    )
    webhook_port: int = Field(
        8081, ge=1, le=65_535, description="Port on which the webhook is served in plain HTTP."
    )
    preview_base_url: Url = Field(
        "https://t.me", description="Where public previews are read; it is trusted as given."
    )
    preview_proxy: OptionalUrl = Field(None, description="HTTP proxy for the previews.")
    preview_interval: int | None = Field(
        None,
        ge=1,
        le=86_400,
        description="Seconds between two looks at a preview; empty adapts to each channel, from "
        "1 to 30 minutes.",
    )
    backfill_days: int = Field(
        0,
        ge=0,
        le=365,
        description="Days of history that are read when a channel is first watched; 0 takes its "
        "newest page.",
    )
    retention_days: int = Field(
        120, ge=7, le=3650, description="Days that posts and entries are kept."
    )
    on_unknown_send: Literal["probe", "resend"] | None = Field(
        None,
        description="After a send with unknown outcome: probe or resend; empty means probe in "
        "channels and groups, resend in private chats.",
    )
    health_port: int = Field(
        0, ge=0, le=65_535, description="Port of /livez, /readyz and /metrics; 0 opens none."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level that is logged."
    )
    log_format: Literal["text", "json"] = Field("text", description="How a log line looks.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Mounted secrets rank below plain variables and above ``.env``."""
        return init_settings, env_settings, _MountedSecrets(settings_cls), dotenv_settings


class _MountedSecrets(PydanticBaseSettingsSource):
    """``NAME_FILE`` holds the path of a file whose content is the value of ``NAME``."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        for name in env_names(field_name, field):
            if path := os.environ.get(f"{name}_FILE"):
                return _read(name, Path(path)), name, False
        return None, field_name, False

    def __call__(self) -> dict[str, object]:
        found = (
            self.get_field_value(field, name)
            for name, field in self.settings_cls.model_fields.items()
        )
        return {name: value for value, name, _ in found if value is not None}


def env_names(field_name: str, field: FieldInfo) -> tuple[str, ...]:
    """Variables that set a field, the preferred one first."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    return (field_name.upper(),)


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}_FILE: cannot be read ({type(error).__name__})") from None


def load() -> Settings:
    """The settings; ``ConfigError`` with one line per bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        lines = {f"{_variable(e['loc'])}: {_reason(e['msg'])}" for e in error.errors()}
        raise ConfigError("\n".join(sorted(lines))) from None


def _variable(loc: tuple[int | str, ...]) -> str:
    return str(loc[0]).upper()


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")


def env_example() -> str:
    """The text of ``.env.example``, made from the settings."""
    blocks = []
    for name, field in Settings.model_fields.items():
        default = _shown(field.default)
        blocks.append(f"# {field.description}\n{env_names(name, field)[0]}={default}\n")
    head = "# Settings of Fortochka. Two are enough: the token and a model key.\n\n"
    return head + "\n".join(blocks)


def _shown(default: object) -> str:
    if default is None or isinstance(default, Path):
        return ""
    return ",".join(map(str, default)) if isinstance(default, tuple) else str(default)

"""The settings: everything an operator can set."""

from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.config.kinds import (
    AccessMode,
    Folder,
    Handle,
    LongSecret,
    Mail,
    Network,
    OptionalUrl,
    Prices,
    Secret,
    Split,
    Token,
    Url,
)
from bot.config.sources import ENV_FILE, EnvFile, MountedSecrets
from bot.model import Language


class Settings(BaseSettings):
    """Everything an operator can set; a field's description is its line in ``.env.example``."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",  # some editors begin a file with a mark
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
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
        (),
        description="Channels to watch, comma-separated handles; each is added once, afterwards "
        "/sources and fortochka sources say what is read.",
    )
    openai_base_url: OptionalUrl = Field(
        None, description="Any OpenAI-compatible server; empty means OpenAI."
    )
    openai_model: str = Field("gpt-6-luna", description="Model that reads the posts.")
    openai_second_model: str | None = Field(
        None, description="Model to go on with when the server no longer has the first one."
    )
    openai_price: Annotated[Prices, NoDecode] = Field(
        None,
        description="Dollars per million tokens read and written, then read from the cache and "
        "written to it where these differ, such as 0.10,0.50,0.01,0.125; empty takes the "
        "published price, nothing at a private address, 5,30 for an unknown model.",
    )
    openai_reasoning: Literal["none", "minimal", "low", "medium", "high", "xhigh", ""] = Field(
        "none",
        description="How much a thinking model thinks; our form is its room for thought. A model "
        "that does not take the value gets the least that it takes.",
    )
    model_timeout: float = Field(
        300.0,
        gt=0,
        le=3_600,
        description="Seconds until an answer begins; a local server may read a long prompt first. "
        "Later pieces may be 30 seconds apart.",
    )
    model_concurrency: int | None = Field(
        None,
        ge=1,
        le=64,
        description="Calls at once; empty follows what the server keeps up with.",
    )
    model_form: Literal["auto", "full", "short"] = Field(
        "auto",
        description="What the model fills in: full, or short for small models (one card in the "
        "post's language); auto takes short when a post takes a minute or the context is small.",
    )
    redis_url: SecretStr | None = Field(
        None,
        description="redis://, rediss://, unix:// or redis+sentinel://host1,host2/name, with "
        "user:password@; empty starts a private server in FORTOCHKA_HOME.",
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
    fortochka_home: Folder = Field(
        Path("~/.local/share/fortochka"),
        validate_default=True,
        description="Directory of all local data.",
    )
    prompts_dir: Folder | None = Field(
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
    webhook_host: str = Field(
        "127.0.0.1",
        description="Address on which the webhook is served; 0.0.0.0 is every one, as the image "
        "sets it.",
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
    papers: Literal["on", "off"] = Field(
        "on",
        description="Whether arXiv and Crossref are asked for titles, authors and years of the "
        "papers that posts link to.",
    )
    papers_base_url: Url = Field(
        "https://export.arxiv.org/api/query",
        description="Where arXiv is asked about papers: its export API, or a mirror of that.",
    )
    crossref_base_url: Url = Field(
        "https://api.crossref.org",
        description="Where Crossref is asked about papers by their DOI.",
    )
    papers_contact: Mail = Field(
        None,
        description="Your mail address for arXiv and Crossref, which prefer to know whom to write "
        "to; empty names nobody.",
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
    health_host: str = Field(
        "127.0.0.1",
        description="Address on which the health port is open; 0.0.0.0 is every one, as the image "
        "sets it.",
    )
    web_port: int = Field(
        0,
        ge=0,
        le=65_535,
        description="Port of the archive's pages, open to all in plain HTTP; 0 opens none.",
    )
    web_host: str = Field(
        "127.0.0.1",
        description="Address on which the pages are served; 0.0.0.0 is every one, as the image "
        "sets it.",
    )
    web_url: OptionalUrl = Field(
        None,
        description="Public address of the pages, for links that have it whole; empty: none do. "
        "With https the menu button opens the Mini App there.",
    )
    web_index: Literal["yes", "no"] = Field(
        "no", description="Whether search engines may list the pages: yes or no."
    )
    web_trusted_proxies: Annotated[tuple[Network, ...], NoDecode, Split] = Field(
        (),
        description="Addresses or networks of reverse proxies whose X-Forwarded-For is believed, "
        "comma-separated; those of this host always are.",
    )
    mcp_token: LongSecret = Field(
        None,
        description="What programs prove themselves by at /mcp of the pages, at least 16 letters "
        "and digits; empty serves none there.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level that is logged."
    )
    log_format: Literal["text", "json"] = Field("text", description="How a log line looks.")

    @property
    def has_model(self) -> bool:
        """True where posts are read by a model: with a key, or on a server without keys."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def bot_id(self) -> int | None:
        """The number that the token begins with: another token of the same bot keeps it."""
        token = self.telegram_bot_token
        return int(token.get_secret_value().partition(":")[0]) if token else None

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
        given = cast("DotEnvSettingsSource", dotenv_settings)
        env_file = EnvFile(settings_cls, env_file=given.env_file)
        return init_settings, env_settings, MountedSecrets(settings_cls), env_file

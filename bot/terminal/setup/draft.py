"""What the setup knows so far: the settings as they will be, and what is to be written."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from bot import config
from bot.config import ConfigError, Settings, env_names
from bot.config.sources import ENV_FILE
from bot.errors import CommandError
from bot.store.connection.home import write_private
from bot.terminal.examine.findings import Finding

NOTHING_WRITTEN = "nothing was written"
_ASKED = ("TELEGRAM_BOT_TOKEN", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "CHANNELS")
_NAMES = {
    names[0]: names
    for names in (env_names(name, field) for name, field in Settings.model_fields.items())
    if names[0] in _ASKED
}


@dataclass(frozen=True)
class SetupAsked:
    """The answers that were given as options; None is no answer."""

    token: str | None = None
    token_file: str | None = None
    model: str | None = None
    base_url: str | None = None
    api_key_file: str | None = None
    no_model: bool = False
    channels: str | None = None
    service: str | None = None
    yes: bool = False


class Draft:
    """Settings with the answers so far; nothing is written before ``write``.

    What the environment says of these variables is an answer, too, so that scripts give secrets
    by it. ``faults`` are values that cannot be used, by variable, which count as not given.
    """

    def __init__(self) -> None:
        self.path = Path(ENV_FILE).resolve()  # a link stays one
        self._text = _read(self.path)
        self.values = dict(_from_environment())
        self.faults = dict[str, str]()
        self.settings = self._loaded()

    def take(self, values: Mapping[str, str]) -> None:
        """These are answers; ``ConfigError`` for one that cannot be used, and none is taken."""
        self.settings = config.load({**self.values, **values})
        self.values |= values

    def write(self) -> None:
        """Put the answers into the file, whole or not at all; all else of it stays."""
        text = config.with_values(self._text, self.values)
        try:
            write_private(self.path, text)
        except OSError as error:
            raise CommandError(
                f"setup: {self.path}: {error.strerror}; {NOTHING_WRITTEN}"
            ) from None

    def overruled(self) -> Iterator[Finding]:
        """Variables of the environment that say something else than the file."""
        for name, value in self.values.items():
            for other in _NAMES[name]:
                for said in (other, f"{other}_FILE"):
                    if os.environ.get(said) not in {None, "", value}:
                        fix = f"unset {said}"
                        yield Finding("!", "Settings", f"{said} is set and ranks above .env", fix)

    def unseen(self) -> Iterator[Finding]:
        """Variables that only this shell has, so that a service would run without them."""
        held = {*dotenv_values(stream=StringIO(self._text)), *self.values}
        for name, field in Settings.model_fields.items():
            for variable in env_names(name, field):
                if os.environ.get(variable) and held.isdisjoint(env_names(name, field)):
                    says = f"{variable} is set in this shell alone: the service runs without it"
                    yield Finding("!", "Settings", says, f"put it into {self.path}")

    def _loaded(self) -> Settings:
        """The settings without what cannot be used, as far as the setup asks for that."""
        try:
            return config.load(self.values)
        except ConfigError as error:
            lines = {line.partition(":")[0]: line for line in str(error).splitlines()}
            if not lines.keys() <= {*_ASKED}:
                raise
            self.faults = lines
            self.values |= dict.fromkeys(lines, "")
            return config.load(self.values)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8") if path.exists() else ""
    except UnicodeDecodeError as error:
        raise CommandError(f"setup: {path}: byte {error.start} is not UTF-8") from None
    except OSError as error:
        raise CommandError(f"setup: {path}: {error.strerror}") from None


def _from_environment() -> Iterator[tuple[str, str]]:
    for name in _ASKED:
        said = next(filter(None, map(os.environ.get, _NAMES[name])), None)
        if said:
            yield name, said

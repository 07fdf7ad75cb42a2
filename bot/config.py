"""Settings from the environment and ``.env``; a bad one names its variable, never its value."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.model import Language


class BadConfig(Exception):
    """A setting that cannot be used; the text names the variable and the reason, not the value."""


class _FileSource(PydanticBaseSettingsSource):
    """``NAME_FILE`` holds the path of a mounted secret whose content is the value of ``NAME``."""

    def get_field_value(self, field: object, field_name: str) -> tuple[object, str, bool]:
        raise NotImplementedError

    def __call__(self) -> dict[str, object]:
        import os

        found: dict[str, object] = {}
        for name in type(self.settings_cls).__name__ and self.settings_cls.model_fields:
            if path := os.environ.get(f"{name.upper()}_FILE"):
                found[name] = _read_secret(name.upper(), Path(path))
        return found

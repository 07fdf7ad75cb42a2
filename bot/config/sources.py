"""Where settings come from besides the environment, and under which names."""

import os
from pathlib import Path

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import DotEnvSettingsSource, PydanticBaseSettingsSource

ENV_FILE = ".env"


class ConfigError(Exception):
    """A setting that cannot be used; the text names the variable and the reason, not the value."""


class EnvFile(DotEnvSettingsSource):
    """``.env``, but for what the environment has, though it be empty: that is the default then."""

    def __call__(self) -> dict[str, object]:
        fields = self.settings_cls.model_fields.items()
        given = [
            names for name, field in fields if {*(names := env_names(name, field))} & {*os.environ}
        ]
        hidden = {each.lower() for names in given for each in names}
        self.env_vars = {
            name: value for name, value in self.env_vars.items() if name.lower() not in hidden
        }
        return super().__call__()


class MountedSecrets(PydanticBaseSettingsSource):
    """``NAME_FILE`` holds the path of a file whose content is the value of ``NAME``."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        for name in env_names(field_name, field):
            if path := os.environ.get(f"{name}_FILE"):
                return _read(name, Path(path).expanduser()), name, False
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

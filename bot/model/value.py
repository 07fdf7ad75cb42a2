"""The base of all values, and what many of them speak of. Pure."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Base of all values: frozen, closed, compared by content."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def utc_now() -> datetime:
    """The current instant in UTC."""
    return datetime.now(UTC)

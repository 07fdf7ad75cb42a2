"""Stored values of another version of the program: a newer one is left to whoever knows it."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from bot.store.errors import NewerVersion

log = structlog.get_logger()
_T = TypeVar("_T", bound=BaseModel)
B = TypeVar("B", str, bytes)
V = TypeVar("V")


def decode(kind: type[_T], body: str | bytes) -> _T:
    """The value in a stored body; ``NewerVersion`` when its ``v`` is above ours.

    A value of a lower ``v`` comes with ours, because it is written again in our form.
    """
    try:
        value = kind.model_validate_json(body)
    except ValidationError:
        _refuse_newer(kind, _version(body))
        raise
    _refuse_newer(kind, getattr(value, "v", None))
    return _as_ours(value)


def _as_ours(value: _T) -> _T:
    known = type(value).model_fields["v"].default
    return value if getattr(value, "v", None) == known else value.model_copy(update={"v": known})


def decode_readable(read: Callable[[B], V], bodies: Iterable[B | None]) -> Iterator[V]:
    """The values of those bodies that are there; a damaged one must not keep back the others."""
    for body in bodies:
        try:
            if body:
                yield read(body)
        except ValueError as error:  # without its words, which hold some of the body
            log.error("unreadable", read=read.__name__, error=type(error).__name__)


def _version(body: str | bytes) -> object:
    """The ``v`` of a body that does not fit; None for what is no object at all."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found.get("v") if isinstance(found, dict) else None


def _refuse_newer(kind: type[BaseModel], version: object) -> None:
    known = kind.model_fields["v"].default
    if isinstance(version, int) and version > known:
        raise NewerVersion(f"{kind.__name__} of version {version}; this program knows {known}")

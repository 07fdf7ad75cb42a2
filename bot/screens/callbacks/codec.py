"""Callback data by template: a button's fields packed into text and parsed back. Pure.

A kind states its template and how each field of it is written::

    @dataclass(frozen=True)
    class SavedPage(ButtonData, template="S:{page}", page=PAGE):
        page: int = 1

    SavedPage(3).data == "S:3"
    SavedPage.parse("S:3") == SavedPage(3)

Readers' chats keep old buttons for years: a template may get another field only where the data
without it are still read.
"""

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

from bot.taxonomy.topics import PROMO, Kind, Topic

MAX_DATA_BYTES = 64
"""Telegram's limit for callback data: https://core.telegram.org/bots/api#inlinekeyboardbutton."""

_C = TypeVar("_C")


class Field(NamedTuple):
    """How one field is written: what its text looks like, its value by the text and back.

    ``decode`` raises ``ValueError`` for a text that is never written.
    """

    pattern: str
    decode: Callable[[str], Any] = str
    encode: Callable[[Any], str] = str


class Template(Generic[_C]):
    """Texts of one shape, such as ``t:{topic}:{page}``, and the values that they stand for."""

    def __init__(
        self, make: Callable[..., _C], template: str, fields: Mapping[str, Field]
    ) -> None:
        self._make, self._template, self._fields = make, template, fields
        parts = [(literal, name) for literal, name, _, _ in Formatter().parse(template)]
        groups = (
            re.escape(literal) + (f"(?P<{name}>{fields[name].pattern})" if name else "")
            for literal, name in parts
        )
        self._pattern = re.compile("".join(groups), re.ASCII)

    def dump(self, value: _C) -> str:
        """The text of a value."""
        texts = {name: field.encode(getattr(value, name)) for name, field in self._fields.items()}
        return self._template.format(**texts)

    def parse(self, text: str) -> _C | None:
        """The value of a text; None for any other text."""
        found = self._pattern.fullmatch(text)
        if found is None:
            return None
        try:
            values = {name: field.decode(found[name]) for name, field in self._fields.items()}
            return self._make(**values)
        except (ValueError, OverflowError):
            return None


class ButtonData:
    """What a button carries, as at most ``MAX_DATA_BYTES`` of callback data."""

    _written: ClassVar[Template[Any]]

    def __init_subclass__(cls, template: str, **fields: Field) -> None:
        cls._written = Template(cls, template, fields)

    @property
    def data(self) -> str:
        """As callback data."""
        return self._written.dump(self)

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """The button that carries this; None for another's, an old or a forged one."""
        found: Self | None = cls._written.parse(data)
        return found


def parse_any(data: str, kinds: tuple[type[_C], ...]) -> _C | None:
    """What a button of one of these kinds carries; None for any other."""
    for kind in kinds:
        if issubclass(kind, ButtonData) and (found := kind.parse(data)):
            return found
    return None


def number(digits: int, least: int = 0) -> Field:
    """A number of at most so many digits."""

    def decode(text: str) -> int:
        if (value := int(text)) < least:
            raise ValueError(text)
        return value

    return Field(f"[0-9]{{1,{digits}}}", decode)


def choice(values: Mapping[str, Any]) -> Field:
    """One of these values, each under its text."""
    texts = {value: text for text, value in values.items()}
    return Field("|".join(map(re.escape, values)), values.__getitem__, texts.__getitem__)


def one_of(*texts: str) -> Field:
    """One of these texts, which stand for themselves."""
    return Field("|".join(map(re.escape, texts)))


def optional(field: Field, default: object) -> Field:
    """A field at the end with the colon before it, both left out where it has its default."""
    return Field(
        f"(?::{field.pattern})?",
        lambda text: field.decode(text[1:]) if text else default,
        lambda value: "" if value == default else f":{field.encode(value)}",
    )


def nested(*kinds: type[ButtonData]) -> Field:
    """Another button's data."""

    def decode(data: str) -> ButtonData:
        if found := parse_any(data, kinds):
            return found
        raise ValueError(data)

    return Field(".+", decode, lambda value: str(value.data))


def _kind(slug: str) -> Kind:
    if slug == PROMO:
        raise ValueError(slug)
    return Kind(slug)


PAGE = number(3, least=1)
TOPIC = Field("[a-z0-9_]{1,40}", Topic)
POST_KIND = Field("[a-z_]{1,40}", _kind)
"""Any but adverts, which no page shows."""
STORY = Field("[0-9a-f]{1,16}")
TOKEN = Field("[0-9a-f]{12}")
"""The name of the words of a search, or of an answer."""

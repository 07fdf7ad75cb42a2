"""The languages of the interface and of the cards. Pure."""

from typing import Literal, get_args

Language = Literal["ru", "en"]
"""A language by its ISO 639-1 code; its texts and rules are in ``bot/i18n/<code>``."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "en"


def language_of(code: str | None) -> Language:
    """The language for a telephone's or a terminal's (``ru-RU``, ``en_US.UTF-8``, ``de``)."""
    name = (code or "").lower().replace("_", "-").split("-")[0]
    return next((known for known in LANGUAGES if known == name), DEFAULT_LANGUAGE)


def next_language(language: Language) -> Language:
    """The one that a button offers to somebody who reads this one."""
    return LANGUAGES[(LANGUAGES.index(language) + 1) % len(LANGUAGES)]

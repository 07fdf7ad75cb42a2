"""Everything readers are told, by language: typed, complete in each by construction.

shape/   what a language has to say: one field per text, numbers, plurals, dates
ru/ en/  a language each: its texts, its plural rule, its stop words, numerals and names of cities
"""

from bot.i18n.en import ENGLISH
from bot.i18n.ru import RUSSIAN
from bot.i18n.shape.language import LanguageTexts
from bot.i18n.shape.messages import Messages
from bot.i18n.shape.owner_messages import OwnerMessages
from bot.i18n.shape.panel_messages import PanelMessages
from bot.i18n.shape.web_messages import WebMessages
from bot.languages import DEFAULT_LANGUAGE, Language
from bot.taxonomy.topics import taxonomy

__all__ = [
    "LanguageTexts", "Messages", "OwnerMessages", "PanelMessages", "WebMessages",
    "language_texts", "messages", "of_this_field", "owner_messages", "panel_messages",
    "web_messages",
]  # fmt: skip

_TEXTS: dict[Language, LanguageTexts] = {"ru": RUSSIAN, "en": ENGLISH}


def language_texts(language: Language) -> LanguageTexts:
    """All of that language."""
    return _TEXTS[language]


def messages(language: Language) -> Messages:
    """The texts of that language."""
    return _TEXTS[language].messages


def panel_messages(language: Language) -> PanelMessages:
    """What readers see on their own screens in that language."""
    return _TEXTS[language].panel


def owner_messages(language: Language) -> OwnerMessages:
    """What owners and admins are told in that language."""
    return _TEXTS[language].owner


def web_messages(language: Language) -> WebMessages:
    """What the pages of the archive say in that language."""
    return _TEXTS[language].web


def of_this_field(text: str, language: Language) -> str:
    """A text with the name of the field of knowledge, a topic and words of it as examples."""
    field, topics = taxonomy().field, taxonomy().topics
    title = field.titles.get(language) or field.titles.get(DEFAULT_LANGUAGE, "")
    example = taxonomy().topic(field.topic or topics[0].slug)
    named = messages(language).of_field.format(field=title) if title else ""
    said = example.title(language).casefold()
    return text.format(field=named, topic=said, slug=example.slug, words=field.words or said)

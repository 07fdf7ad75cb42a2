"""Everything readers are told, in Russian and in English: typed, complete in both by construction.

words.py      numbers, plurals, dates of one language
catalogue.py  the shape: one field per text
ru.py, en.py  the texts
panels*.py    the same for a reader's own screens
desk*.py      the same for those who run the bot or a chat
"""

from bot.i18n.en.messages import ENGLISH_MESSAGES
from bot.i18n.en.owner_messages import ENGLISH_OWNER_MESSAGES
from bot.i18n.en.panel_messages import ENGLISH_PANEL_MESSAGES
from bot.i18n.ru.messages import RUSSIAN_MESSAGES
from bot.i18n.ru.owner_messages import RUSSIAN_OWNER_MESSAGES
from bot.i18n.ru.panel_messages import RUSSIAN_PANEL_MESSAGES
from bot.i18n.shape.messages import Messages
from bot.i18n.shape.owner_messages import OwnerMessages
from bot.i18n.shape.panel_messages import PanelMessages
from bot.model import Language

__all__ = ["Messages", "OwnerMessages", "PanelMessages", "desk", "panels", "phrases"]

_ALL: dict[Language, Messages] = {"ru": RUSSIAN_MESSAGES, "en": ENGLISH_MESSAGES}
_PANELS: dict[Language, PanelMessages] = {
    "ru": RUSSIAN_PANEL_MESSAGES,
    "en": ENGLISH_PANEL_MESSAGES,
}
_DESKS: dict[Language, OwnerMessages] = {
    "ru": RUSSIAN_OWNER_MESSAGES,
    "en": ENGLISH_OWNER_MESSAGES,
}


def messages(language: Language) -> Messages:
    """The texts of that language."""
    return _ALL[language]


def panel_messages(language: Language) -> PanelMessages:
    """What readers see on their own screens in that language."""
    return _PANELS[language]


def owner_messages(language: Language) -> OwnerMessages:
    """What owners and admins are told in that language."""
    return _DESKS[language]

"""Everything readers are told, in Russian and in English: typed, complete in both by construction.

words.py      numbers, plurals, dates of one language
catalogue.py  the shape: one field per text
ru.py, en.py  the texts
panels*.py    the same for a reader's own screens
desk*.py      the same for those who run the bot or a chat
"""

from bot.model import Language
from bot.phrases.catalogue import Phrases
from bot.phrases.desk import Desk
from bot.phrases.desk_en import ENGLISH_DESK
from bot.phrases.desk_ru import RUSSIAN_DESK
from bot.phrases.en import ENGLISH
from bot.phrases.panels import Panels
from bot.phrases.panels_en import ENGLISH_PANELS
from bot.phrases.panels_ru import RUSSIAN_PANELS
from bot.phrases.ru import RUSSIAN

__all__ = ["Desk", "Panels", "Phrases", "desk", "panels", "phrases"]

_ALL: dict[Language, Phrases] = {"ru": RUSSIAN, "en": ENGLISH}
_PANELS: dict[Language, Panels] = {"ru": RUSSIAN_PANELS, "en": ENGLISH_PANELS}
_DESKS: dict[Language, Desk] = {"ru": RUSSIAN_DESK, "en": ENGLISH_DESK}


def phrases(language: Language) -> Phrases:
    """The texts of that language."""
    return _ALL[language]


def panels(language: Language) -> Panels:
    """What readers see on their own screens in that language."""
    return _PANELS[language]


def desk(language: Language) -> Desk:
    """What owners and admins are told in that language."""
    return _DESKS[language]

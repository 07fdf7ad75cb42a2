"""Everything readers are told, in Russian and in English: typed, complete in both by construction.

words.py      numbers, plurals, dates of one language
catalogue.py  the shape: one field per text
ru.py, en.py  the texts
desk*.py      the same for those who run the bot or a chat
"""

from bot.model import Language
from bot.phrases.catalogue import Phrases
from bot.phrases.desk import Desk
from bot.phrases.desk_en import ENGLISH_DESK
from bot.phrases.desk_ru import RUSSIAN_DESK
from bot.phrases.en import ENGLISH
from bot.phrases.ru import RUSSIAN

__all__ = ["Desk", "Phrases", "desk", "phrases"]

_ALL: dict[Language, Phrases] = {"ru": RUSSIAN, "en": ENGLISH}
_DESKS: dict[Language, Desk] = {"ru": RUSSIAN_DESK, "en": ENGLISH_DESK}


def phrases(language: Language) -> Phrases:
    """The texts of that language."""
    return _ALL[language]


def desk(language: Language) -> Desk:
    """What owners and admins are told in that language."""
    return _DESKS[language]

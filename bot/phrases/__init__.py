"""Everything readers are told, in Russian and in English: typed, complete in both by construction.

words.py      numbers, plurals, dates of one language
catalogue.py  the shape: one field per text
ru.py, en.py  the texts
"""

from bot.model import Language
from bot.phrases.catalogue import Phrases
from bot.phrases.en import ENGLISH
from bot.phrases.ru import RUSSIAN

__all__ = ["Phrases", "phrases"]

_ALL: dict[Language, Phrases] = {"ru": RUSSIAN, "en": ENGLISH}


def phrases(language: Language) -> Phrases:
    """The texts of that language."""
    return _ALL[language]

"""Which words are a question to the archive, and which merely close a conversation. Pure."""

from functools import cache

from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.telegram.words.wishes import wished_screen
from bot.text import words

_LEAST_WORDS = 3  # a shorter text with a question mark is a word to look for, or a name
_MARKS = ("?", "\uff1f", "\u2753")
_EDGES = " \t\n\"'«»“”„()*_…!.)"


def is_question(text: str) -> bool:
    """True for a sentence that asks of the posts; how to set the bot is no such thing."""
    said = words(text)
    if not text.strip(_EDGES).endswith(_MARKS) or len(said) < _LEAST_WORDS:
        return False
    rest = " ".join(word for word in said if word not in _asking())
    return bool(rest) and wished_screen(rest) is None


def asks_further(text: str) -> bool:
    """False for a reply that only thanks, agrees, or names a screen."""
    telling = [word for word in words(text) if word not in _closing()]
    return bool(telling) and wished_screen(text) is None


@cache
def _asking() -> frozenset[str]:
    plain = (language_texts(code).plain for code in LANGUAGES)
    return frozenset(word for each in plain for word in each.questioning.split())


@cache
def _closing() -> frozenset[str]:
    plain = (language_texts(code).plain for code in LANGUAGES)
    return frozenset(word for each in plain for word in f"{each.polite} {each.closing}".split())

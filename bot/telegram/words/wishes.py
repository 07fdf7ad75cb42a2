"""Words that ask for a screen: «дайджест», “please unsubscribe me”, «тема квантизация». Pure."""

import re
from collections.abc import Mapping
from functools import cache

from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.text import normalise

_READ = 80  # characters of a text that may be a wish
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")  # marks, and pictures as on a button


def wished_screen(text: str) -> str | None:
    """The name of the screen that the whole text asks for, in Russian or English.

    Politeness and punctuation are left out; a text that says anything else asks for none.
    """
    if len(text) > _READ or "/" in text.strip()[:1]:
        return None
    said = [word for part in re.split(r"\s+", normalise(text)) if (word := _EDGES.sub("", part))]
    for words in (said, [word for word in said if word not in _polite()]):
        if found := _screens().get(" ".join(words)):
            return found
    return None


@cache
def _polite() -> frozenset[str]:
    return frozenset(
        word for each in LANGUAGES for word in language_texts(each).plain.polite.split()
    )


@cache
def _screens() -> Mapping[str, str]:
    """Each phrase, also without what is polite in it, with the screen that it asks for."""
    found = dict[str, str]()
    for each in LANGUAGES:
        for name, phrases in language_texts(each).plain.screens.items():
            for phrase in phrases.split("|"):
                bare = " ".join(word for word in phrase.split() if word not in _polite())
                found |= {said: name for said in (phrase, bare) if said}
    return found

"""What long sentences of a post begin with, quotable as it stands."""

import re
from collections.abc import Iterator

from bot.text import utf16_len

_CLAUSE = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—-]\s)|\s+(?=\()|(?<=\))\s+")
_PAIRS = (("(", ")"), ("[", "]"), ("«", "»"), ("“", "”"))
_PAIRED = re.compile('[][()«»“”"]')
_TAIL = " ,;:–—-("
_ONE_WORD = re.compile(r"(?:^|[,;:–—-]\s)\S*$")  # leads on to what is cut off
_LEADS_ON = re.compile(
    r"\b(?:то|том|тем|того|тому|так|такой|такая|такие|те|тех|the|that|so)$", re.IGNORECASE
)


def openings(sentence: str, limit: int) -> Iterator[str]:
    """What a sentence begins with up to the end of each clause, within ``limit`` units."""
    for gap in _CLAUSE.finditer(sentence):
        opening = sentence[: gap.start()].strip(_TAIL)
        if utf16_len(opening) > limit:
            break
        if balanced(opening) and not (_ONE_WORD.search(opening) or _LEADS_ON.search(opening)):
            yield opening


def balanced(text: str) -> bool:
    """True where every bracket and quotation mark has its pair."""
    return _PAIRED.search(text) is None or (
        all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS)
        and text.count('"') % 2 == 0
    )


def capital(text: str) -> str:
    """A sentence of an author who uses no capitals with one; names in Latin stay as they are."""
    return text[0].upper() + text[1:] if "а" <= text[:1] <= "я" or text[:1] in "ёіїєґ" else text


def closed(text: str) -> str:
    """A piece with a capital and a stop, so that the next one can follow."""
    text = capital(text).rstrip(" ,;:–—-")
    bare = text.rstrip('»"”)]')
    return text if not text or (bare and bare[-1] in ".!?…") else f"{text}."

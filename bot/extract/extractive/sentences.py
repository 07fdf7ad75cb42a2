"""Sentences of a line of a post, and what long ones begin with, quotable as they stand."""

import re
from collections.abc import Iterator

from bot.text import utf16_len

_END = re.compile(r"[.!?…]+[»\"”)\]]*(?=\s+(\S))")
_SHORT = re.compile(
    r"(?:^|[\s(«])(?:т\.\s?[дпекнч]|и др|и пр|рис|табл|см|г|гг|в|вв|стр|ст|тыс|млн|млрд|трлн|руб|"
    r"ул|им|напр|англ|рус|ред|акад|проф|зам|e\.g|i\.e|etc|et al|vs|fig|eq|mr|mrs|dr|prof|inc|"
    r"ltd|no|[а-яa-z])$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—-]\s)|\s+(?=\()|(?<=\))\s+")
_PAIRS = (("(", ")"), ("[", "]"), ("«", "»"), ("“", "”"))
_PAIRED = re.compile('[][()«»“”"]')
_TAIL = " ,;:–—-("
_ONE_WORD = re.compile(r"(?:^|[,;:–—-]\s)\S*$")  # leads on to what is cut off
_LEADS_ON = re.compile(
    r"\b(?:то|том|тем|того|тому|так|такой|такая|такие|те|тех|the|that|so)$", re.IGNORECASE
)
_LOOK_BACK = 160  # characters; what decides about a stop stands near


def split_sentences(text: str) -> list[str]:
    """Sentences of one line, whole and in order.

    A stop before a small letter ends one too unless it stands after an abbreviation: some
    authors never use capitals.
    """
    found: list[str] = []
    start = 0
    for stop in _END.finditer(text):
        before = text[max(start, stop.start() - _LOOK_BACK) : stop.start()]
        if _ends(before, stop[0], stop[1]):
            found.append(text[start : stop.end()].strip())
            start = stop.end()
    return [sentence for sentence in (*found, text[start:].strip()) if sentence]


def _ends(before: str, stop: str, following: str) -> bool:
    if following in "–—-" and stop[-1] not in ".…":
        return False  # a question or a cry that a sentence quotes
    if stop[-1] in '»"”)]' and stop[0] != "." and not following.isupper():
        return False
    if stop[0] in "!?":
        return not following.islower() or len(before) > 40
    if stop[0] == "…" or stop.startswith(".."):
        return not following.islower()
    return _SHORT.search(before[-12:]) is None and before.count("(") <= before.count(")")


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

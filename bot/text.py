"""Plain text as Telegram counts and readers compare it: lengths, words, sentences, stems. Pure."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

HANDLE = "[A-Za-z][A-Za-z0-9_]{3,31}"
"""Pattern of a public name on Telegram without its @: 5 to 32 characters where chosen freely
(https://core.telegram.org/method/channels.updateUsername), from 4 for a collectible one, which is
sold on Fragment (https://fragment.com/about)."""

# C0 controls except \n and \t, C1, DEL; bidi embeddings, overrides, isolates; tags; surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u2060-\u2064\ufeff]")
# Also fillers, joiners between letters, and the variation selectors that can smuggle bytes.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
    "|(?<=[^\\W\\d_])[\u200d\ufe0f]+(?=[^\\W_])"
)
_WORD = re.compile(r"[^\W_]+(?:[-+.'’][^\W_]+)*\+*", re.UNICODE)
# Approximates a grapheme: marks, variation selectors, keycaps, skin tones, joiners, paired flags.
_CLUSTER = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|.)"
    "(?:[\u0300-\u036f\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|\u200d.)*",
    re.DOTALL,
)
_STOP = re.compile(r"[.!?…]+[»\"”)\]]*(?=\s+(\S))")
_SHORT_FORM = re.compile(
    r"(?:^|[\s(«])(?:т\.\s?[дпекнч]|и др|и пр|рис|табл|см|г|гг|в|вв|стр|ст|тыс|млн|млрд|трлн|руб|"
    r"ул|им|напр|англ|рус|ред|акад|проф|зам|e\.g|i\.e|etc|et al|vs|fig|eq|mr|mrs|dr|prof|inc|"
    r"ltd|no|[а-яa-z])$",
    re.IGNORECASE,
)
_LOOK_BACK = 160  # characters; what decides about a stop stands near
_ODD_SPACE = re.compile(r"[^\S\n ]")


class _Stemmers(threading.local):
    """A thread's own stemmers: one keeps the word that it works on in itself.

    Two threads at one stemmer get each other's letters, or an ``IndexError``.
    """

    def __init__(self) -> None:
        self.russian = snowballstemmer.stemmer("russian")
        self.english = snowballstemmer.stemmer("english")


_STEMMERS = _Stemmers()


def clean(text: str) -> str:
    """Drop what no reader sees or no server stores: controls, bidi overrides, tags, surrogates.

    Emoji joiners (U+200D, U+FE0F) stay, line breaks become ``\\n``.
    """
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))


def visible(text: str) -> str:
    """Only what takes room on a screen, with joiners kept inside emoji."""
    return _HIDDEN.sub("", text)


def utf16_len(text: str) -> int:
    """Length in UTF-16 code units, the unit of Telegram's offsets and of its 4096 limit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def normalise(text: str) -> str:
    """The form in which texts are compared: NFKC, caseless, ё = е, visible, single spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е")
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """Words of a text in order, normalised; ``gpt-4.1`` and ``c++`` are one word each."""
    return _WORD.findall(normalise(text))


def located(text: str) -> Iterator[tuple[int, int, str]]:
    """Words with their start and end in the text as it stands, each normalised."""
    return ((found.start(), found.end(), normalise(found[0])) for found in _WORD.finditer(text))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Snowball stem of one normalised word, Russian or English by its script."""
    stemmer = _STEMMERS.russian if "а" <= word[:1] <= "я" else _STEMMERS.english
    return str(stemmer.stemWord(word))


def cyrillic_share(text: str) -> float:
    """Share of Cyrillic among the letters of a text, 0.0 where there are none."""
    letters = [char for char in text if char.isalpha()]
    return sum("\u0400" <= char <= "\u04ff" for char in letters) / len(letters) if letters else 0.0


def squeeze(text: str) -> str:
    """Fold runs of spaces, keep line breaks (at most one empty line), strip the ends."""
    # Most texts have nothing to fold: str.replace finds that out ten times faster than a pattern.
    text = _replaced(_ODD_SPACE.sub(" ", text), "  ", " ")
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    return _replaced(text, "\n\n\n", "\n\n").strip()


def _replaced(text: str, run: str, by: str) -> str:
    """The text without any such run, however long."""
    while run in text:
        text = text.replace(run, by)
    return text


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` UTF-16 units, cut between words and closed by an ellipsis."""
    if utf16_len(text) <= limit:
        return text
    kept = ""
    for part in re.findall(r"\S+\s*", text):
        if utf16_len(kept + part.rstrip()) > limit - 1:
            break
        kept += part
    return (kept.rstrip(" ,;:–—-") or _head(text, limit - 1)) + "…"


def _head(text: str, limit: int) -> str:
    """The longest run of whole characters (no split pair or joiner) within ``limit`` units."""
    kept = ""
    for cluster in _clusters(text):
        if utf16_len(kept + cluster) > limit:
            break
        kept += cluster
    return kept


def _clusters(text: str) -> list[str]:
    """Approximate graphemes; a mark of any script stays with what it marks."""
    found: list[str] = []
    for cluster in _CLUSTER.findall(text):
        if found and unicodedata.category(cluster[0]).startswith("M"):
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def split_sentences(text: str) -> list[str]:
    """Sentences of one line, whole and in order.

    A stop before a small letter ends one too unless it stands after an abbreviation: some
    authors never use capitals.
    """
    found: list[str] = []
    start = 0
    for stop in _STOP.finditer(text):
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
    return _SHORT_FORM.search(before[-12:]) is None and before.count("(") <= before.count(")")

"""Splits a post's text into readable lines: no doubled copies, list marks, links or footers."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from bot.text import clean, normalise

_EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3|[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u25a0-\u25ff"
    "\u2300-\u23ff\u200b-\u200f\u2060\u20e3\ufe00-\ufe0f\u2122\u00ae\u00a9\u00ad\ufeff]"
    "|[\U000e0000-\U000e007f]"
)
_URL = re.compile(
    r"(?:https?|ftp|tg|tonsite)://[^\s)]+|\bwww\.\S+|"
    r"(?<![\w@.-])(?P<name>(?:[a-z0-9-]+\.)+(?:com|ru|org|io|net|ai|dev|app|co|me|cn|chat|edu|gov|"
    r"info|tech|xyz|cc|ly|gg|su|uk|de|eu|tv|ua|kz|by|us|so|im|to|be|cloud|online|site|space|pro|"
    r"store|link)\b)(?P<path>/[^\s)\]»]*|(?![.\w]))|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,12}/[^\s)\]»]*",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"\.\w|://")  # a cheap sign of an address: the real pattern is slow
_EMPTY = re.compile(r"[(\[«][\s,.:;]*[)\]»]")
_LOOSE = re.compile(r"\s+([,.;:!?)])")
_MAIL_OR_NAME = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w{3,}")
_POINTED = re.compile(r":\s*https?://\S+\s+(?=\w)")
_HASHTAG = re.compile(r"(?<![\w&/#])#\w*[^\W\d_]\w*")
# Also after what an address leaves behind; it starts once in a run of signs, to stay linear.
_ANY_TAG = re.compile(r"(?:(?<![\w#])|(?<=\w#))(?:#+\w*[^\W\d_]\w*)+")
_SPOKEN_TAG = re.compile(  # «новости от #Google» speaks of it: it labels nothing
    r"((?<!\S)(?:в|во|у|с|со|з|зі|из|із|від|от|для|на|о|об|про|до|к|by|from|of|in|for|with|to)\s)"
    r"#(?=[^\W_]+(?!\w))",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\*\*|__|~~|\|\||`+|^\s*#{1,6}\s+|\[\s*\]\([^)]*\)")
_ITALIC = re.compile(r"(?<![\w*])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])")
_LINKED = re.compile(r"\[([^\[\]\n]{1,200})\]\(\s*[^()\s]+(?:\([^()]*\))?[^()\s]*\s*\)")
_MARK = re.compile(
    r"\s*(?:[-–—−•·∙‣*+→>➤»|]+\s+|[-–—−•·‣]+(?=\S)|\(?\d{1,2}(?:[.)]\s+|\)\s*)|[a-zа-я]\)\s+)"
)
_FURNITURE = re.compile(
    r"please open telegram to view this post|view in telegram|media is too big|"
    r"this media is not supported.*|forwarded from.*|"
    r"\W*(?:компани[яи]\s+)?(?:meta|facebook|instagram)\b.{0,60}(?:признан|запрещ|экстремист).*|"
    r"\W*(?:реклама|erid)\b.{0,20}(?:инн|erid|ооо|16\+).*|.*\berid\s*:?\s*\w{8,}.*",
    re.IGNORECASE,
)
_CYRILLIC, _LATIN = re.compile("[\u0400-\u04ff]+"), re.compile("[A-Za-z]+")
_OTHER_LETTERS = re.compile(r"[^\W\d_A-Za-z]+")
_WORD = re.compile(r"\w+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # they part words that are one
_SMILE = re.compile(
    r"¯\\_\(ツ\)_/¯|(?<![\d(])[:;]-?[)(]+(?=[\s.,!?]|$)|(?<=[\w.!?…»\"])\s?\){2,}|\({2,}(?=\s|$)"
)
_SCORE = re.compile(r"\s*\(\W*score: [^()]*\)\W*$", re.IGNORECASE)
_LIMIT = 16_000
_LONG = 40
_TAIL, _LABEL = 60, 30  # characters of an end that may be an address, of a label before it


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One line: readable ``text``, the line as it stood, a list mark, an empty line before it.

    ``raw`` also holds the lines under it that are nothing but addresses.
    """

    text: str
    raw: str
    marked: bool = False
    apart: bool = False

    @property
    def emoji_led(self) -> bool:
        """True for a line that an emoji opens, as round-ups mark their items."""
        return bool(_EMOJI.match(self.raw.lstrip()))


def lines_of(text: str, signature: str = "") -> tuple[BodyLine, ...]:
    """Readable lines of a text of any length (the first 16,000 characters), none of them empty.

    ``signature`` is the channel's title: a line that holds nothing else is left out.
    """
    found: list[BodyLine] = []
    apart = True
    for raw in _once(_UNSEEN.sub("", clean(text[:_LIMIT])).split("\n")):
        line = _line(raw, apart)
        if line.text and not _furniture(line, signature):
            found.append(line)
            apart = False
        elif found and has_address(raw):
            found[-1] = replace(found[-1], raw=f"{found[-1].raw}\n{raw}")
        elif not raw.strip():
            apart = True
    return tuple(found)


def _line(raw: str, apart: bool) -> BodyLine:
    bare = _MARKUP.sub("", _LINKED.sub(r"\1", raw) if "](" in raw else raw)
    bare = _ITALIC.sub(r"\1", bare) if "*" in bare else bare
    keycap = bool(re.match(r"\s*[0-9]\ufe0f?\u20e3", bare))
    bare = _EMOJI.sub(" ", bare)
    mark = _MARK.match(bare)
    text = readable_text(bare[mark.end() :] if mark else bare)
    if text.endswith(":") and len(text) > _LABEL and has_address(bare[-_TAIL:]):
        text = text[:-1].rstrip()  # it led to an address, not to a list
    return BodyLine(text, raw, marked=keycap or mark is not None, apart=apart)


def readable_text(text: str) -> str:
    """Text without emoji, addresses, names and hashtags; what they leave behind is tidied."""
    text = _EMOJI.sub(" ", _POINTED.sub(". ", text) if "://" in text else text)
    if _DOTTED.search(text):
        text = _URL.sub(_name_or_nothing, text)
    if "@" in text:
        text = _MAIL_OR_NAME.sub(" ", text)
    if "#" in text:
        text = _ANY_TAG.sub(" ", _SPOKEN_TAG.sub(r"\1", text))
    text = _EMPTY.sub(" ", text)
    if ")" in text or "(" in text:
        text = _SCORE.sub("", _SMILE.sub(" ", text))
    text = _LOOSE.sub(r"\1", " ".join(text.split()))
    if text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1]  # a smile
    return text.strip(" \t-–—•|→>*_,;/=").strip() if re.search(r"\w", text) else ""


def _name_or_nothing(found: re.Match[str]) -> str:
    """A dotted name that a sentence speaks of, such as Booking.com; nothing for an address."""
    name = found["name"]
    if not name or found["path"]:
        return " "
    before, after = found.string[: found.start()].rstrip(), found.string[found.end() :].lstrip()
    spoken_of = before[-1:].isalpha() or (not before and after[:1].isalpha())
    return name if name != name.lower() or spoken_of else " "


def hashtags(text: str) -> str:
    """The hashtags of a text as words: they are labels, not sentences."""
    return " ".join(tag.strip("#") for tag in _HASHTAG.findall(text[:_LIMIT]))


def has_address(text: str) -> bool:
    """True where a URL stands in the text."""
    return _DOTTED.search(text) is not None and _URL.search(text) is not None


def _furniture(line: BodyLine, signature: str) -> bool:
    if line.text.casefold() == signature.casefold() or _FURNITURE.fullmatch(line.text):
        return True
    bare = _EMOJI.sub("", line.raw)
    return bool(line.raw != bare and re.fullmatch(r"[\d\s.,KkКк]*", bare))


def _once(lines: list[str]) -> list[str]:
    """A doubled text once: the union of both copies, in order.

    Either copy may lack lines: a line that is only in one goes after its predecessor there.
    """
    if not _doubled([" ".join(_WORD.findall(line.casefold())) for line in lines]):
        return lines
    keys = [_key(line) for line in lines]
    merged: list[tuple[str, str]] = []
    cursor = 0
    for line_key, line in zip(keys, lines, strict=True):
        at = next((n for n, item in enumerate(merged) if line_key and item[0] == line_key), None)
        if at is None:
            merged.insert(cursor, (line_key, line))
            cursor += 1
        else:
            cursor = at + 1
    return [line for _, line in merged]


def _key(line: str) -> str:
    return re.sub(r"\W+", " ", normalise(_EMOJI.sub("", line))).strip()


def _doubled(keys: list[str]) -> bool:
    long = [key for key in keys if len(key) >= _LONG]
    return len(long) > 1 and len(set(long)) <= 0.67 * len(long) and _max_twice(long)


def _max_twice(keys: list[str]) -> bool:
    return sum(keys.count(key) <= 2 for key in keys) >= 0.8 * len(keys)


def text_language(text: str) -> Literal["ru", "en", "other"]:
    """The language of a text by its letters; terms in English change nothing."""
    cyrillic, latin = _count(_CYRILLIC, text), _count(_LATIN, text)
    if cyrillic > 0.3 * (cyrillic + latin):
        return "ru"
    return "en" if latin > 1 and latin > _count(_OTHER_LETTERS, text) else "other"


def _count(letters: re.Pattern[str], text: str) -> int:
    """How many characters the runs of these letters have."""
    return sum(map(len, letters.findall(text)))

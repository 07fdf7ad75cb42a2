"""Makes a model's text plain: no address, mention, command or markup survives. Pure.

What Telegram's own parser would make clickable is the measure. A dotted name that the post's
author wrote as a name (``Krea.ai``, ``AGENTS.md``) stays where it may: screens show it as no
link. Else it keeps its words and loses its dot; any other is taken out, as are phone numbers and
addresses that are spelled out.
"""

import html
import re
from collections import Counter

from bot.text import clean, squeeze, visible

URL, MENTION, MARKUP, CONTACT = "foreign_url", "mention", "markup", "contact"
"""Rules under which removals are counted."""

_DOT = "[.。．｡․]"  # full stops that browsers fold into a dot
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)?|\[[^\[\]]*\])")
_REFERENCE = re.compile(r"(?m)^\s*\[[^\]]+\]:\s*\S+.*$")
_TAG = re.compile(
    r"</?[A-Za-z][\w-]*(?:\s[^<>=]*=[^<>]*(?:>|$)|\s*/?\s*>)|<!--.*?-->|<!\w[^<>]*>", re.DOTALL
)
_ADDRESS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]{1,20}:|(?<!\w))//[^\s<>«»\"]*[^\s<>«»\").,;:!?]"
    r"|\b(?:javascript|vbscript|mailto|tel|tg):(?=\S)[^\s<>«»\"]+"
    r"|\bdata:\w+/[^\s<>«»\"]+"
    r"|\bwww" + _DOT + r"[^\s<>«»\"]+",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![^\s@<>«»\"(),;])[^\s@<>«»\"(),;]+@(?:[\w-]+"
    + _DOT
    + r")+[^\W\d_]{2,24}(?::\d+)?(?:/\S*)?"
)
_IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/\S*)?(?![\w.])")
_HOST = re.compile(
    r"(?<![\w@])(?P<name>(?:[^\W_](?:[\w-]{0,61}[^\W_])?" + _DOT + r")+"
    r"(?P<end>xn--[a-z0-9-]+|[^\W\d_]{2,24}))(?![\w-])(?P<path>(?::\d+)?"
    r"(?:[/?#](?:[^\s<>«»\"]*[^\s<>«»\").,;:!?])?)?)"
)
_NUMBERS_OF_CALLS = (
    r"\+\d(?:[ .\u00a0()–-]{0,2}\d){9,14}"  # with the sign of a country
    r"|(?:[78][ .\u00a0–-]?)?\(?\d{3}\)?[ .\u00a0–-]\d{3}[ .\u00a0–-]\d{2}[ .\u00a0–-]\d{2}"
    r"|(?:1[ .–-])?\(?\d{3}\)?[ .–-]\d{3}[ .–-]\d{4}"
    r"|[78]9\d{9}"
)
_PHONE = re.compile(
    rf"(?<![\w.,+-])(?:{_NUMBERS_OF_CALLS})(?![\w%]|[.,]\d)"
    r"|(?:(?<=тел )|(?<=тел\. )|(?<=телефон )|(?<=телефону )|(?<=call )|(?<=phone ))"
    r"\d{2,3}[ –-]\d{2}[ –-]\d{2}(?!\w)",
    re.IGNORECASE,
)
_AT, _POINT = r"[(\[{]\s?(?:at|собака)\s?[)\]}]", r"[(\[{]\s?(?:dot|точка|тчк)\s?[)\]}]"
_ENDS = "com|org|net|ru|рф|su|io|ai|dev|me|co|app|xyz|info|example|test|ру|ком|орг|нет|инфо|gg|tv"
_LATIN = "[A-Za-z0-9][A-Za-z0-9-]*"
_SPELLED = re.compile(
    rf"\w[\w-]*\s?{_AT}\s?\w[\w-]*(?:\s?(?:{_POINT}|\.|dot|точка)\s?\w+)*"
    rf"|\w[\w-]*\s?{_POINT}\s?\w+(?:\s?{_POINT}\s?\w+)*"
    rf"|[\w.-]+ (?:собака|собачка) [\w-]+(?: (?:точка|тчк) \w+)+"
    rf"|[\w.-]+ (?:собака|собачка) {_LATIN}(?![\w-])"
    rf"|[\w.-]+ at {_LATIN}(?: dot {_LATIN})+(?! product)"
    rf"|{_LATIN}(?: (?:точка|тчк) {_LATIN})+(?!\w)"
    rf"|(?<!\w)[\w-]+(?: (?:dot|точка|тчк) [\w-]+)* (?:dot|точка|тчк) (?:{_ENDS})(?!\w)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<!\w)@(?=\w)[\w.]*\w")
_SIGIL = re.compile(r"(?<!\w)(?:[#＃](?=\w)|\$(?=[A-Z]{1,8}\b))")
_COMMAND = re.compile(r"(?<![\w/])/(?=\w)")
_NUMBERED = re.compile(r"\s*(?<!\w)(?<![^\W\d]\])\[\d{1,3}\](?!\()")
_PAIRED = re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]+)(?<=\S)\1(?![\w*_])")
_MARKS = re.compile(
    r"\*{2,}|(?<!\w)_{2,}|_{2,}(?!\w)|`+|~~|\|\||={4,}|(?m:^\s*(?:#{1,6}|>|[-*•–—])\s+)"
)

# Cyrillic words meet full stops without a space; these are the only Cyrillic domains in use.
_CYRILLIC_ENDS = re.compile("рф|рус|онлайн|сайт|дети|москва|орг|ком|укр|бел|срб|мкд|бг|қаз|ею")
# Endings of files and calls, none of them a top domain.
_CODE_ENDS = re.compile(
    "bin|cfg|compile|conf|cpp|csv|cuda?|dll|exe|functional|gguf|gz|html|ini|ipynb|jsx?|jsonl?|log|nn"
    "|onnx|optim|parquet|pdf|safetensors|sql|tar|toml|tsv?|tsx|txt|xml|ya?ml"
)
# Endings of files that are top domains, too.
_FILE_ENDS = re.compile("md|py|sh|rs|cc|pl|ps|so|zip|mov")
_FIELD_LIMIT = 1_500
_ROUNDS = 12


def sanitize(
    text: str, prose: str, counts: Counter[str] | None = None, *, dotted: bool = False
) -> str:
    """One line of plain text.

    ``prose`` is what the author wrote; ``counts`` gains what was taken out, by rule; names with
    a dot stay as they are where ``dotted``.
    """
    counts = Counter() if counts is None else counts
    text = squeeze(visible(clean(text[:_FIELD_LIMIT].replace(GONE, ""))))
    for _ in range(_ROUNDS):  # what is taken out may put parts together; entities may be nested
        before, text = text, _strip(html.unescape(text), prose, counts, dotted)
        if text == before:
            return text
    counts[MARKUP] += 1
    return ""


def _strip(text: str, prose: str, counts: Counter[str], dotted: bool) -> str:
    text = _cut(_REFERENCE, "", text, counts, URL)
    text = _NUMBERED.sub("", text)  # before "[2][7]" looks like a link by reference
    text = _cut(_LINK, r"\1", text, counts, URL)
    text = _cut(_TAG, " ", text, counts, MARKUP)
    for pattern in (_ADDRESS, _EMAIL, _IP):
        text = _cut(pattern, GONE, text, counts, URL)
    for pattern in (_PHONE, _SPELLED):
        text = _cut(pattern, GONE, text, counts, CONTACT)
    text = _HOST.sub(lambda host: _name(host, prose, counts, dotted), text)
    text = _cut(_MENTION, GONE, text, counts, MENTION)
    text = _cut(_SIGIL, "", text, counts, MARKUP)
    text = _COMMAND.sub("/ ", text)
    text = _cut(_MARKS, "", text, counts, MARKUP)
    text = _cut(_PAIRED, r"\2", text, counts, MARKUP)
    text = re.sub(r"<(?=[A-Za-z/!])", "< ", text)  # a tag that was cut, or a comparison
    return " ".join(tidy(re.sub(r"\s+([,.;:!?])(?![^\W\d_])", r"\1", text)).split())


def _cut(pattern: re.Pattern[str], by: str, text: str, counts: Counter[str], rule: str) -> str:
    text, times = pattern.subn(by, text)
    if times:
        counts[rule] += times
    return text


def _name(host: re.Match[str], prose: str, counts: Counter[str], dotted: bool) -> str:
    end = host["end"].casefold()
    if re.search("[а-яё]", end) and not _CYRILLIC_ENDS.fullmatch(end):
        return host[0]
    if not host["path"] and host["name"].casefold() in prose.casefold():
        named = dotted and host[0] in prose and _is_written_as_name(host[0], end)
        stays = _CODE_ENDS.fullmatch(end) or named
        return host[0] if stays else re.sub(_DOT, " ", host["name"])
    counts[URL] += 1
    return GONE


def _is_written_as_name(text: str, end: str) -> bool:
    """True for a name such as ``Krea.ai`` or a file: addresses are written in small letters."""
    mixed = text != text.lower() and text != text.upper()
    return mixed or _FILE_ENDS.fullmatch(end) is not None


GONE = "\ufffc"
"""Stands for what was taken out until the text is tidied; never in a finished text."""

_JOINS = r"и|а также|или|and|or|here|тут|здесь|there|там"
_MANY = re.compile(rf"{GONE}(?:(?:\s|,|;|/|\||(?:{_JOINS})(?!\w))*{GONE})+", re.IGNORECASE)
_WRAPPED = re.compile(
    rf"\s?[(\[«\"]\s*{GONE}?\s*[)\]»\"]|\s?[(\[](?:[^\s()\[\]]+\s+){{0,3}}{GONE}\s*[)\]]"
)
_LEADING = re.compile(
    r"(?:^|(?<=\s))(?:на|в|во|у|от|с|со|к|по|из|через|at|on|to|from|by|via|in)\s+" + GONE,
    re.IGNORECASE,
)
_END = r"\s*(?=[.!?…](?:\s|$)|$|\s[A-ZА-ЯЁ])[.…]?"
_LABEL = re.compile(
    rf"(?:^|(?<=[.!?…;]\s)|(?<={GONE}\s))(?:[^\s.!?…:;{GONE}]+\s+){{0,3}}[^\s.!?…:;{GONE}]+\s?"
    rf"(?::|[—–-])\s*{GONE}{_END}"
)
_AFTER = re.compile(rf"\s*[:—–-]\s*{GONE}")


def tidy(text: str) -> str:
    """Text without the marks, without labels of nothing and without empty brackets.

    A label of up to four words goes with what it announced, a longer one is a sentence and stays.
    """
    if GONE not in text:
        return _WRAPPED.sub("", text)
    text = _LEADING.sub(GONE, _WRAPPED.sub("", _MANY.sub(GONE, text)))
    text = _AFTER.sub(".", _LABEL.sub("", text)).replace(GONE, "")
    return re.sub(r"\.\s*(?=[.!?])", "", re.sub(r"\s+(?=[,.;:!?])", "", text))

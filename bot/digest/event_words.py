"""Words by which the head of a post says what it is: news, a try-out, a round-up. Pure.

Russian and Ukrainian verbs stand as they begin, in the one spelling of both. The patterns are for
lower-case text: to fold cases while searching takes them twice as long.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from bot.text import normalise, words

_ONE_SPELLING = str.maketrans(
    dict(
        zip(
            "абвгґдезиійклмнопрстуфхцыэю",
            "abvggdeziiiklmnoprstufhcieu",
            strict=True,
        )
    )
    | {"є": "e", "ж": "zh", "ї": "i", "ч": "ch", "ш": "sh", "щ": "sh", "я": "a"}
    | dict.fromkeys("ъь'’ʼ", "")
)
ROUNDUP_TITLE = re.compile(
    r"дайджест|digest|нов(?:ости|ини) за|подборк|добірка новин|что происходит|главное за"
    r"|новости недели|за неделю|за тиждень|weekly",
)


def _spelled(starts: str) -> re.Pattern[str]:
    """Words that begin so, in the one spelling."""
    return re.compile("|".join(sorted({_bare(start) for start in starts.split()})))


def _bare(word: str) -> str:
    return normalise(word).translate(_ONE_SPELLING)


ANNOUNCING = _spelled(
    "вышел вышл выходит вийш вихід выпуст выпуск випуст випуск релиз реліз представ предст анонс "
    "запуст викот выкат выкот вылож викла завез откры відкри опубл показа встреч зустр обнов онов "
    "доступ releas launch unveil introduc announc dropp"
)
NOT_OUT_YET = re.compile(
    r"\b(?:с минуты на минуту|з хвилини на хвилину|через \d+ (?:минут|хвилин|час|годин)|вот-вот"
    r"|ось-ось|скоро\b|незабаром\b|завтра\b|слух|чутк|намека|натяка|rumou?r|coming soon)",
)
TRYING_OUT = re.compile(
    r"\b(?:я|мне|мені|мой|мій|моя|мою|моим|игрался|поиграл\w*|погра\w*|протестир\w*|протестув\w*"
    r"|потест\w*|тест(?:ировал|ил|ую)\w*|попробов\w*|спробував\w*|сделал|зробив|промт\w*"
    r"|промпт\w*|гайд\w*|впечатлени[ея]|враженн[яі]|impressions|hands-on|review|лайфхак\w*|инструкци\w*|хитрост\w*|сравнил\w*|нагадую|напомн\w*"
    r"|tried|tested|tutorial)\b",
)
AFTERWARDS = re.compile(  # what is told of once it is out
    r"\b(?:впечатлени[ея]|враженн[яі]|impressions|hands-on|review|обзор|огляд"
    r"|(?:про|по)тест(?:ир|ув|ил)|(?:tried|tested)\b)",
)
HAPPENING = _spelled(
    "вышел вышл выход вийш вихід виход выпус випус релиз реліз предс анонс запус выкат выкот "
    "викот вылож викла завез откры відкр опубл показ заяв появ з'яв об'яв объяв оголос обнов онов "
    "встреч зустр разраб розроб созда створ получ отрим купи прида инвест інвест влож вкла суд "
    "штраф увол звіл закры закри блок забл постав выигр вигра добав дода releas launch unveil "
    "introd annou dropp sue buys acqui rais open"
)
COMMON_LATIN = frozenset(
    words(
        "ai ии ші ml llm llms nlp cv rl api the of in to for and a an on by with is it new open "
        "source opensource rag gpu gpus cpu cli ide web app apps agi us top pro free how news "
        "score comments link vs ok ceo cto gb tb mb ps upd faq pdf hf via fun video image prompt "
        "wow lol live beta release are you your what this that from or at as be will can more has "
        "have not but its into over than now out hours hour about all one two up we use using "
        "state art sota text model models agent agents chat bot code dev telegram twitter youtube "
        "mcp mit apache pov aka pr hr ux ui os id url http https www com ru io large small medium "
        "high vision thinking base instruct deep think"
    )
)
NO_PRODUCTS = COMMON_LATIN | frozenset(
    words("january february march april may june july august september october november december")
)
VARIANTS = frozenset(
    words(
        "max pro mini nano micro tiny lite air flash fast turbo exp speciale ultra plus "
        "instruct coder vision klein"
    )
)
PLATFORMS = frozenset(  # whose own name says nothing of the page
    words(
        "github gitlab youtube youtu twitter telegram telegra arxiv huggingface medium google "
        "habr openreview linkedin reddit instagram facebook readhacker doi wikipedia"
    )
)
_SCALES: Mapping[float, re.Pattern[str]] = {
    factor: re.compile(words, re.IGNORECASE)
    for factor, words in {
        1e3: r"[kк]$|тыс|тис|thousand",
        1e6: r"[mм]$|млн|миллион|мільйон|million|mln",
        1e9: r"bn?$|млрд|миллиард|мільярд|billion",
        1e12: r"t$|трлн|триллион|трильйон|trillion",
    }.items()
}
"""What a word after a number multiplies it by."""

_LATIN = re.compile("[a-z]")
_FIGURE = re.compile(r"v?\d[\d.]*\w*")
_PREFIX = 5  # letters of a word: endings differ by case and by language
_LEAST_WORD = 4
_CYRILLIC = re.compile(r"[\u0400-\u04ff’'ʼ]{4,}")
# It begins with a digit, which is found ten times faster than what may precede it.
_AMOUNT = re.compile(r"(\d{1,6}(?:[.,]\d{1,2})?)(?![.,]?\d)(?:\s?[-–]?\s?([^\W\d_]+))?")
_WITHIN = re.compile(r"[\w.,]\Z")
_SIGN = re.compile(r"[$€£]\s?\Z")
_MONTH_STARTS = (
    ("янв", "січ"),
    ("февр", "лют"),
    ("март", "берез"),
    ("апр", "квіт"),
    ("мая", "трав"),
    ("июн", "черв"),
    ("июл", "лип"),
    ("авг", "серп"),
    ("сент", "верес"),
    ("окт", "жовт"),
    ("нояб", "листоп"),
    ("дек", "груд"),
)
_MONTH_NUMBERS = {start: n for n, both in enumerate(_MONTH_STARTS, 1) for start in both}
_DAY_OF_MONTH = re.compile(rf"(\d{{1,2}})\s+({'|'.join(_MONTH_NUMBERS)})")
NO_VERSIONS = frozenset({"web3", "mp3", "mp4", "h100", "b200", "i2v", "t2v", "img2"})


def is_name(word: str) -> bool:
    """True for a lower-case word in Latin letters that is neither common nor a number."""
    known = len(word) > 1 and word not in COMMON_LATIN
    return known and bool(_LATIN.search(word)) and not _FIGURE.fullmatch(word)


def stems(text: str) -> Iterator[str]:
    """The first letters of Cyrillic words: Latin ones are names."""
    bare = map(in_one_spelling, _CYRILLIC.findall(normalise(text)))
    return (word[:_PREFIX] for word in bare if len(word) >= _LEAST_WORD)


@lru_cache(8192)
def in_one_spelling(word: str) -> str:
    """A lower-case word, Russian and Ukrainian ones in the spelling of both."""
    return word.translate(_ONE_SPELLING)


def days_of_month(text: str) -> frozenset[str]:
    """Days of a month that a lower-case text names: ``5.11``."""
    return frozenset(
        f"{found[1]}.{_MONTH_NUMBERS[found[2]]}"
        for found in _DAY_OF_MONTH.finditer(text)
        if not text[max(found.start() - 1, 0) : found.start()].isdecimal()
    )


def amounts(text: str) -> frozenset[str]:
    """Numbers with a scale or a currency, ``100 млрд`` and ``$100B`` alike: ``#1e+11``."""
    found = set[str]()
    for match in _AMOUNT.finditer(text):
        number, word = match[1], match[2] or ""
        before = text[max(match.start() - 2, 0) : match.start()]
        if _WITHIN.search(before):
            continue
        scale = next((factor for factor, scale in _SCALES.items() if scale.match(word)), 0)
        sign = _SIGN.search(before) is not None
        if value := float(number.replace(",", ".")) * (scale or sign):
            found.add(f"#{value:.4g}")
    return frozenset(found)

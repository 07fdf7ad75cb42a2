"""Words by which the head of a post says what it is: news, a try-out, a round-up. Pure.

Russian and Ukrainian verbs stand as they begin, in the one spelling of both.
"""

import re

from bot.text import normalise, words

ONE_SPELLING = str.maketrans(
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
    re.IGNORECASE,
)


def _spelled(starts: str) -> re.Pattern[str]:
    """Words that begin so, in the one spelling."""
    return re.compile("|".join(sorted({_bare(start) for start in starts.split()})))


def _bare(word: str) -> str:
    return normalise(word).translate(ONE_SPELLING)


ANNOUNCING = _spelled(
    "вышел вышл выходит вийш вихід выпуст выпуск випуст випуск релиз реліз представ предст анонс "
    "запуст викот выкат выкот вылож викла завез откры відкри опубл показа встреч зустр обнов онов "
    "доступ releas launch unveil introduc announc dropp"
)
NOT_OUT_YET = re.compile(
    r"\b(?:с минуты на минуту|з хвилини на хвилину|через \d+ (?:минут|хвилин|час|годин)|вот-вот"
    r"|ось-ось|скоро\b|незабаром\b|завтра\b|слух|чутк|намека|натяка|rumou?r|coming soon)",
    re.IGNORECASE,
)
TRYING_OUT = re.compile(
    r"\b(?:я|мне|мені|мой|мій|моя|мою|моим|игрался|поиграл\w*|погра\w*|протестир\w*|протестув\w*"
    r"|потест\w*|тест(?:ировал|ил|ую)\w*|попробов\w*|спробував\w*|сделал|зробив|промт\w*"
    r"|промпт\w*|гайд\w*|впечатлени[ея]|враженн[яі]|impressions|hands-on|review|лайфхак\w*|инструкци\w*|хитрост\w*|сравнил\w*|нагадую|напомн\w*"
    r"|tried|tested|tutorial)\b",
    re.IGNORECASE,
)
AFTERWARDS = re.compile(  # what is told of once it is out
    r"\b(?:впечатлени[ея]|враженн[яі]|impressions|hands-on|review|обзор|огляд"
    r"|(?:про|по)тест(?:ир|ув|ил)|(?:tried|tested)\b)",
    re.IGNORECASE,
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
VARIANTS = frozenset(words("max pro mini nano lite flash turbo exp speciale ultra plus"))
PLATFORMS = frozenset(  # whose own name says nothing of the page
    words(
        "github gitlab youtube youtu twitter telegram telegra arxiv huggingface medium google "
        "habr openreview linkedin reddit instagram facebook readhacker doi wikipedia"
    )
)
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
MONTH_NUMBERS = {start: n for n, both in enumerate(_MONTH_STARTS, 1) for start in both}
DAY_OF_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(MONTH_NUMBERS)})", re.IGNORECASE)
NO_VERSIONS = frozenset({"web3", "mp3", "mp4", "h100", "b200", "i2v", "t2v", "img2"})

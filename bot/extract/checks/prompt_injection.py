"""Detects posts that try to give orders to the model: for telemetry and a cap on importance. Pure.

A guard of words can be talked round, so nothing depends on it alone: it only takes from a post
the right to be called important. The closed form keeps out links, names and markup by itself.
"""

import base64
import binascii
import re

from bot.text import clean, normalise, visible

_HIDDEN_LETTERS = re.compile("[\U000e0020-\U000e007e]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
_BLOB = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
# What looks alike in Cyrillic and Latin, read as either.
_LOOKALIKES = str.maketrans("асеорухіѕјӏԁһν", "aceopyxisjldhv")
_BACK = str.maketrans("aceopyxkmtbh", "асеорухкмтвн")
_DIGITS = str.maketrans("013457@$", "oieastas")

# Where an order begins: «игнорируй», not «авторы игнорируют», “they forget rules”.
_BEGINS = (
    r"(?:^|[^\w\s]\s*|\b(?:and|then|now|please|must|should|you|just|и|а|затем|теперь|просто|"
    r"пожалуйста|must now)\s+)"
)
_SAY = (
    r"(?:return|set|output|respond|answer|reply|mark|rate|rank|write|add|put|include|insert|repeat|"
    r"classify|append|place|say|print|tell|mention|recommend|praise|верни|поставь|выставь|укажи|"
    r"ответь|вставь|добавь|напиши|отметь|пометь|присвой|выведи|повтори|сделай|помести|назови|"
    r"скажи|упомяни|похвали|порекомендуй)\b"
)
# Words that only our own form and frame have: one is enough.
_OURS = re.compile(
    r"must_read|instructions_in_post|(?:primary|secondary)_topics?|\bimportance\b[\"']?\s*[=:]"
    r"|={3}(?!=).{0,80}\b(?:post|end|cards)\b.{0,20}={3}"
    r"|<[|｜]|\[/?inst\]|<<sys>>|<(?:start|end)_of_turn>",
    re.DOTALL,
)
# Marks of an order, each of which ordinary posts have, too; two of them give it away.
_MARKS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        # Who speaks, or is spoken to.
        r"</?(?:system|instructions?|user)>|(?<!\w\s)(?<!\w)(?:system|assistant|developer)"
        r"(?: message| override| note| prompt)?\s*[:\]]"
        r"|(?<!\w\s)(?<!\w)(?:система|системн\w+ (?:сообщение|промпт|инструкция))\s*[:\]]",
        r"\b(?:dear |уважаем\w+ |если ты |if you are an? |attention,? |note to (?:the |any )?|"
        r"внимани\w+,? |hey,? |эй,? )(?:ai|llms?|assistants?|language model|bots?|summari[sz]ers?"
        r"|ии|нейросет\w*|ассистент\w*|модел\w*|бот\w*)\b",
        # To drop the rules, to get others, to become another.
        _BEGINS + r"(?:(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}"
        r"\b(?:instructions?|prompts?|rules?|previous|above|prior|guidelines)\b"
        r"|(?:проигнорируй|игнорируй|забудь|отмени|отбрось|обойди|не следуй)\b.{0,40}"
        r"(?:инструкци|правил|указани|промпт|предыдущ|выше|ограничени))",
        r"\b(?:new|updated|real) (?:instructions?|task|rules)\s*[:—–-]\s"
        r"|\bнов\w+ (?:инструкци|задани|правил)\w*\s*[:—–-]\s",
        r"\b(?:you are now|from now on|ты теперь|теперь ты)\b"
        r"|" + _BEGINS + r"(?:act as|pretend|притворись|веди себя как)\b",
        # What is to be said, and of which post.
        r"\b" + _SAY + r".{0,60}(?:\bimportan|priority|\b(?:the|your|every) (?:summary|digest"
        r"|answer|card|title|output|reply|tl;?dr|form|bullets?|field|overview)|\bkind\b|\bjson\b"
        r"|system prompt|важност|приоритет|дайджест|саммари|резюме поста|карточк|заголовк|\bответ"
        r"|\bсводк|каждо\w+ пол|системн|\btl;?dr)",
        _BEGINS
        + r"(?:mark|rate|rank|classify|set|put|отметь|пометь|поставь|сделай|назови|выведи)\b"
        r".{0,40}\b(?:this|other|эт\w+|друг\w+|остальн\w+) (?:post|пост)s?\w*",
        r"\b(?:ignore|disregard|forget|игнорируй|проигнорируй|забудь)\b[^.!?]{0,60}[\s.!?:;,—–-]+"
        r"(?:(?:and|then|instead|just|и|а|затем|просто|вместо этого)\s+){1,2}" + _SAY,
        r"must[ -]?read",
    )
)
_HINT = re.compile(
    r"ignor|disregard|forget|overrid|bypass|skip|system|assistant|developer|instruct|dear|attention"
    r"|note to|if you are|hey|you are now|from now on|act as|pretend|importan|_topics?"
    r"|must[ _-]?read"
    r"|={3}|<[|｜<]|inst\]|of_turn|игнорир|забудь|отмени|отбрось|обойди|не следуй|систем|уважаем"
    r"|если ты|внимани|эй|нов\w+ (?:инстр|задан|правил)|ты теперь|теперь ты|притворись|веди себя"
    r"|new |updated|real |(?:return|set|output|respond|answer|reply|mark|rate|rank|write|add|put"
    r"|include|insert|repeat|classify|append|place)\b|верни|поставь|выставь|укажи|ответь|вставь"
    r"|добавь|напиши|отметь|пометь|присвой|выведи|повтори|сделай|помести|назови"
)
ORDER, HINT = 2, 1
"""How sure it is that a post gives orders: surely, or it has one mark of an order."""


def is_injection(text: str) -> bool:
    """True for a text with orders to a model, plain, hidden, encoded or in look-alike letters."""
    return suspicion(text) >= ORDER


def suspicion(text: str) -> int:
    """0, or ``HINT`` for a text with one mark of an order to a model, or ``ORDER``."""
    shown = _FLAG.sub("", text)
    if _HIDDEN_LETTERS.search(shown):  # letters that nobody sees are an attack whatever they say
        return ORDER
    return max(map(_orders, [shown, *_decoded(shown)]))


def _orders(text: str) -> int:
    plain = normalise(visible(clean(text)).replace("\n", " ¶ "))
    spaced = re.sub(r"\b(\w)[ .·_-](?=\w\b)", r"\1", plain)  # i g n o r e
    dressed = (
        spaced, plain.translate(_LOOKALIKES), plain.translate(_BACK), plain.translate(_DIGITS),
    )  # fmt: skip
    found = 0
    for reading in dict.fromkeys((plain, *dressed)):
        if not _HINT.search(reading):
            continue
        if _OURS.search(reading):
            return ORDER
        found = max(found, sum(mark.search(reading) is not None for mark in _MARKS))
    return min(found, ORDER)


def _decoded(text: str) -> list[str]:
    """Base64 in a text that turns out to be words."""
    found = []
    for blob in _BLOB.findall(text)[:50]:
        body = blob.rstrip("=").translate(str.maketrans("-_", "+/"))
        try:
            found.append(base64.b64decode(body + "=" * (-len(body) % 4)).decode())
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found

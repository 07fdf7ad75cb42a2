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

_ORDERS = re.compile(
    "|".join(
        (
            # Words of our own form and frame, which no reader of channels uses.
            r"must[\s_-]?read|instructions_in_post|(?:primary|secondary)_topics?|\bimportance\b[\"']?\s*[=:]",
            r"={3}(?!=).{0,80}\b(?:post|end|cards)\b.{0,20}={3}",
            r"<[|｜]|\[/?inst\]|<<sys>>|<(?:start|end)_of_turn>|</?(?:system|instructions?|user)>",
            r"(?:^|\W)(?:system|assistant|developer)(?: message| override| note| prompt)?\s*[:\]]",
            r"(?:^|\W)(?:система|системн\w+ (?:сообщение|промпт|инструкция))\s*[:\]]",
            # Orders to drop the rules.
            r"\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}"
            r"\b(?:instructions?|prompts?|rules?|previous|above|prior|guidelines)\b",
            r"\b(?:проигнорир|игнорир|забуд|отмени|отбрось|обойди|не следуй)\w*.{0,40}"
            r"(?:инструкци|правил|указани|промпт|предыдущ|выше|ограничени)",
            r"\b(?:new|updated|real) (?:instructions?|task|rules)\s*[:—–-]\s",
            r"\bнов\w+ (?:инструкци|задани|правил)\w*\s*[:—–-]\s",
            # Orders addressed to a machine, or about what it returns.
            r"\b(?:dear |уважаем\w+ |если ты |if you are an? |attention,? |note to (?:the )?|"
            r"внимани\w+,? )(?:ai|llms?|assistants?|language model|bots?|summari[sz]ers?|ии|"
            r"нейросет|ассистент|модел|бот)",
            r"\b(?:you are now|act as|pretend|from now on|ты теперь|теперь ты|притворись|"
            r"веди себя как)\b",
            r"\b(?:return|set|output|respond|answer|mark|rate|rank|write|add|put|include|insert|"
            r"repeat|classify|append|place)\b.{0,60}"
            r"(?:\bimportan|priority|\b(?:the|your|every) (?:summary|digest|answer|card|title|"
            r"output|reply|tl;?dr|form|bullets?|field|overview)|\bkind\b|\bjson\b|system prompt)",
            r"\b(?:верни|поставь|выставь|укажи|ответь|вставь|добавь|напиши|отметь|пометь|"
            r"присвой|выведи|повтори|сделай|помести|назови)\b.{0,60}"
            r"(?:важност|приоритет|\bjson\b|\bkind\b|importan|дайджест|саммари|резюме поста|"
            r"карточк|заголовк|\bответ|\bсводк|каждо\w+ пол|системн|\btl;?dr)",
        )
    ),
    re.DOTALL,
)


def is_injection(text: str) -> bool:
    """True for a text with orders to a model, plain, hidden, encoded or in look-alike letters."""
    shown = _FLAG.sub("", text)
    if _HIDDEN_LETTERS.search(shown):  # letters that nobody sees are an attack whatever they say
        return True
    return any(map(_orders, [shown, *_decoded(shown)]))


def _orders(text: str) -> bool:
    plain = normalise(visible(clean(text)))
    spaced = re.sub(r"\b(\w)[ .·_-](?=\w\b)", r"\1", plain)  # i g n o r e
    return any(
        _ORDERS.search(reading)
        for reading in (
            plain,
            spaced,
            plain.translate(_LOOKALIKES),
            plain.translate(_BACK),
            plain.translate(_DIGITS),
        )
    )


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

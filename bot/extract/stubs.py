"""What is left where an address was taken out of a sentence: ``Code:`` and the like. Pure."""

import re

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


def tidied(text: str) -> str:
    """Text without the marks, without labels of nothing and without empty brackets.

    A label of up to four words goes with what it announced, a longer one is a sentence and stays.
    """
    if GONE not in text:
        return _WRAPPED.sub("", text)
    text = _LEADING.sub(GONE, _WRAPPED.sub("", _MANY.sub(GONE, text)))
    text = _AFTER.sub(".", _LABEL.sub("", text)).replace(GONE, "")
    return re.sub(r"\.\s*(?=[.!?])", "", re.sub(r"\s+(?=[,.;:!?])", "", text))

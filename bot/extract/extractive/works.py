"""Recognises titles of works and lists of their authors by how they are written."""

import re

from bot.text import words

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_WORDS = re.compile(r"[A-Za-zÀ-ž0-9][\w’'+./&-]*")
_PERSON = r"[A-ZÀ-Ž][\w.’'-]*(?: [a-zà-ž]{2,3})*(?: [A-ZÀ-Ž][\w.’'-]*){1,3}"
_PEOPLE = re.compile(rf"{_PERSON}(?:(?:, and|,| and| &) {_PERSON})+(?:,? et al\.?| and others)?")
_LABEL = re.compile(r"^\W*(?:authors?|авторы?|автори?)\s*:\s*", re.IGNORECASE)
_SMALL = frozenset(
    words(
        "a an the of for in on to with and or via from by is are do does as at into we all you vs "
        "through using can how be than not it its that beyond under over without between"
    )
)
_LABELS = frozenset(
    words(
        "arxiv paper full original preprint pdf technical report here link read more code blog "
        "post project page github hugging face papers openreview article source new "
        "version model card kaggle hf colab weights modelscope repo"
    )
)
_NOT_WORKS = re.compile(
    r"^(?:code|github|paper|blog|demo|model|models|weights|dataset|project|tl;?dr|abstract|read|"
    r"watch|source|technical report|hugging ?face|modelscope|website|video|slides|docs|part|"
    r"thread|link|links|pdf|arxiv|subscribe|join|update|upd)\s*(?:[:：]|[-—–]\s|$)|^[\w.-]+/[\w.-]+",
    re.IGNORECASE,
)


def is_people(text: str) -> bool:
    """True for a line that is nothing but two or more names of people, labelled as such or not."""
    return len(text) < 1000 and _PEOPLE.fullmatch(_LABEL.sub("", text)) is not None


def is_work(text: str, linked: bool = False) -> bool:
    """True for a line that is nothing but the title of a work in English.

    At least three words, all Latin, capitals as in titles unless a paper is ``linked`` right
    there; neither a list of people nor a label of a link.
    """
    parts = _WORDS.findall(text)
    if not linked and _names_product(text, len(parts)):
        return False
    if not 3 <= len(parts) <= 30 or _CYRILLIC.search(text) or text[-1] in ".;,:":
        return False
    if _LABELS.issuperset(map(str.casefold, parts)):  # «Kaggle, HF, Colab»
        return False
    if text[0] in '([«"' or _NOT_WORKS.match(text) or is_people(text):
        return False
    if linked or text.endswith("?"):
        return text[0].isupper() or ":" in text
    long = [word for word in parts if word.casefold() not in _SMALL]
    return bool(long) and sum(not word[0].islower() for word in long) >= 0.6 * len(long)


def is_title(anchor: str) -> bool:
    """True for the anchor of a paper's link that is its title, however short.

    Two words or more, all Latin, with capitals; no label such as *Technical Report*.
    """
    parts = _WORDS.findall(anchor)
    if not 2 <= len(parts) <= 30 or _CYRILLIC.search(anchor) or _NOT_WORKS.match(anchor):
        return False
    long = [word for word in parts if word.casefold() not in _SMALL]
    heads = sum(not word[0].islower() for word in long)
    return (
        anchor[0].isupper()
        and not _LABELS.issuperset(map(str.casefold, long))
        and (heads >= 0.6 * len(long) if len(parts) < 5 else True)
    )


def _names_product(text: str, length: int) -> bool:
    """«Company: Product 4.6» heads a piece of news; titles of works are longer."""
    return (length < 5 and ":" in text) or (length < 7 and re.search(r"\b\d", text) is not None)

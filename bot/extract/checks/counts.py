"""How many things a post lists: «Три работы ICML» is true of a list of three. Pure."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

_FEWEST, _MOST = 3, 40  # one and two in words are never asked for, digits hardly count more
_MARKED = re.compile(r"\s*(?:(?P<number>\(?\d{1,2}[.)])|(?P<mark>[^\w\s(«\"“']))")
_LISTED = re.compile(r"(?:,[^,.;:!?\n()]{1,60}){1,30},? (?:и|или|and|or) ")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


def counts(text: str, links: int) -> frozenset[Decimal]:
    """Every number of things that a reader may count: items, paragraphs, links, enumerated."""
    found = (Decimal(count) for count in (*_of_lines(text), *_of_enumerations(text), links))
    return frozenset(count for count in found if _FEWEST <= count <= _MOST)


def _of_lines(text: str) -> Iterator[int]:
    lines = text.split("\n")
    marks = Counter(match["mark"] or "number" for line in lines if (match := _MARKED.match(line)))
    yield from marks.values()
    yield sum(marks.values())
    rows = sum(line.count("|") > 1 for line in lines)
    yield from (rows, rows - 1)  # of a table, its head apart
    paragraphs = len([part for part in text.split("\n\n") if part.strip()])
    yield from (paragraphs, paragraphs - 1)


def _of_enumerations(text: str) -> Iterator[int]:
    """«A, B, C и D» are four, or fewer where the first comma parts something else."""
    for sentence in _SENTENCE_END.split(text):
        for match in _LISTED.finditer(sentence):
            yield from range(_FEWEST, match[0].count(",") + 3)

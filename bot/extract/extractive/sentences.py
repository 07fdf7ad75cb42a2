"""Sentences and clauses of a line of a post, quotable as they stand."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from bot.text import utf16_len

_END = re.compile(r"[.!?…]+[»\"”)\]]*(?=\s+(\S))")
_SHORT = re.compile(
    r"(?:^|[\s(«])(?:т\.\s?[дпекнч]|и др|и пр|рис|табл|см|г|гг|в|вв|стр|ст|тыс|млн|млрд|руб|"
    r"ул|им|напр|англ|рус|ред|акад|проф|e\.g|i\.e|etc|et al|vs|fig|eq|mr|mrs|dr|prof|inc|"
    r"ltd|no|[а-яa-z])$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—-]\s)|\s+(?=\()|(?<=\))\s+")
_PAIRS = (("(", ")"), ("[", "]"), ("«", "»"), ("“", "”"))
_PAIRED = re.compile('[][()«»“”"]')
_TAIL = " ,;:–—-("
_NARROW = "\uffff"  # a character above takes two units
_MOST_CLAUSES = 24
_LOOK_BACK = 160  # characters; what decides about a stop stands near
_NEEDED = re.compile(
    r"\W*(?:что|чтобы|котор\w+|как|кто|чем|то|если|где|that|which|who|than|if)\s", re.IGNORECASE
)
_JOINING = re.compile(
    r"^(?:что|чтобы|котор\w+|где|когда|если|так как|потому|причем|причём|поэтому|а|и|но|или|чем|"
    r"как|то|либо|также|ведь|хотя|зато|пока|ни|that|which|who|where|when|"
    r"because|and|but|or|so|than|while)[\s,]+",
    re.IGNORECASE,
)


def split_sentences(text: str) -> list[str]:
    """Sentences of one line, whole and in order.

    A stop before a small letter ends one too unless it stands after an abbreviation: some
    authors never use capitals.
    """
    found: list[str] = []
    start = 0
    for stop in _END.finditer(text):
        before = text[max(start, stop.start() - _LOOK_BACK) : stop.start()]
        if _ends(before, stop[0], stop[1]):
            found.append(text[start : stop.end()].strip())
            start = stop.end()
    return [sentence for sentence in (*found, text[start:].strip()) if sentence]


def _ends(before: str, stop: str, following: str) -> bool:
    if stop[0] in "!?":
        return not following.islower() or len(before) > 40
    if stop[0] == "…" or stop.startswith(".."):
        return not following.islower()
    return _SHORT.search(before[-12:]) is None and before.count("(") <= before.count(")")


def clauses(sentence: str, limit: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Runs of neighbouring clauses within ``limit`` units: the run and its clauses.

    Left out are runs that begin with a joining word (*which*, «который») or stop before one.
    """
    gaps = list(_CLAUSE.finditer(sentence))
    starts = [0, *(gap.end() for gap in gaps)]
    ends = [*(gap.start() for gap in gaps), len(sentence)]
    each = tuple(sentence[start:end] for start, end in zip(starts, ends, strict=True))
    stops = [number for number, end in enumerate(ends) if not _NEEDED.match(sentence, end)]
    wide, paired = max(sentence, default="") > _NARROW, _PAIRED.search(sentence) is not None
    for first, start in enumerate(starts[:_MOST_CLAUSES]):
        if start and _JOINING.match(sentence[start:]):
            continue
        for last in stops[bisect_left(stops, first) :]:
            run = sentence[start : ends[last]].strip(_TAIL)
            if len(run) > limit or (wide and utf16_len(run) > limit):
                break
            if run and (not paired or balanced(run)):
                yield run, each[first : last + 1]


def balanced(text: str) -> bool:
    """True where every bracket and quotation mark has its pair."""
    return _PAIRED.search(text) is None or (
        all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS)
        and text.count('"') % 2 == 0
    )


def closed(text: str) -> str:
    """A piece with a stop at its end, so that the next one can follow."""
    text = text.rstrip(" ,;:–—-")
    bare = text.rstrip('»"”)]')
    return text if not text or (bare and bare[-1] in ".!?…") else f"{text}."

"""Where a query matches: words in bold, and the piece of a post that says most of it. Pure."""

import re
from collections.abc import Iterable, Sequence

from bot.model import Entry, Language
from bot.screens.rich_text import Rich, bold, inert, join
from bot.store.read_model.terms import Query, forms
from bot.text import located, normalise, shorten

_SNIPPET_UNITS = 180
_LEAD = 50  # characters shown before the first match
_LOOKED_AT = 4_000  # characters of a post
_MOST_BOLD = 6  # in one piece: a message has at most 100 entities
_UNSEEN = re.compile("[\u2060\u2068\u2069]")

_Span = tuple[int, int, str]


def emphasised(text: str, query: Query) -> Rich:
    """An inert text with the words of the query in bold."""
    wanted = _wanted(query)
    parts: list[Rich | str] = []
    end = 0
    for start, stop, _ in _matches(text, wanted)[:_MOST_BOLD]:
        parts += [text[end:start], bold(text[start:stop])]
        end = stop
    return join((*parts, text[end:]))


def snippet(entry: Entry, query: Query, language: Language) -> Rich:
    """The piece with most words of the query, from the summary or the post; else the summary."""
    card, wanted = entry.card(language), _wanted(query)
    tldr = "" if normalise(card.tldr) == normalise(card.title) else card.tldr
    texts = [tldr, entry.post.text[:_LOOKED_AT]]
    _, _, best = max(
        (said, -rank, piece) for rank, (said, piece) in enumerate(_pieces(texts, wanted))
    )
    return emphasised(inert(best, _SNIPPET_UNITS), query)


def _pieces(texts: Iterable[str], wanted: frozenset[str]) -> Iterable[tuple[int, str]]:
    """For each text its best piece, and how many of the wanted words that says."""
    for text in texts:
        line = " ".join(text.split())
        spans = _matches(line, wanted)
        said, start = _densest(spans)
        piece = line[_beginning(line, start) :]
        yield said, shorten(f"… {piece}" if len(piece) < len(line) else piece, _SNIPPET_UNITS)


def _densest(spans: Sequence[_Span]) -> tuple[int, int]:
    """How many different words one piece can say at most, and where the first such begins."""
    best, where = 0, 0
    for number, (start, _, _) in enumerate(spans):
        near = (word for at, _, word in spans[number:] if at - start < _SNIPPET_UNITS - _LEAD)
        if (said := len(set(near))) > best:
            best, where = said, start
    return best, where


def _beginning(line: str, match: int) -> int:
    """A word's beginning shortly before the match; the text's, where that is near."""
    if match <= _LEAD:
        return 0
    return line.find(" ", match - _LEAD, match) + 1 or match


def _wanted(query: Query) -> frozenset[str]:
    inside = (word for phrase in query.phrases for word in phrase)
    return frozenset(form for word in (*query.wanted, *inside) for form in forms(word))


def _matches(text: str, wanted: frozenset[str]) -> list[_Span]:
    """Places of wanted words; joiners that make a text inert do not end a word."""
    seen = _UNSEEN.sub("", text)
    kept = [at for at, char in enumerate(text) if not _UNSEEN.match(char)]
    return [
        (kept[start], kept[stop - 1] + 1, found[0])
        for start, stop, word in located(seen)
        if (found := [form for form in forms(word) if form in wanted])
    ]

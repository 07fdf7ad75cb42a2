"""The works a post names: by canonical link, or by a line that is nothing but a title."""

import re
from collections.abc import Sequence

from bot.extract.body import Line
from bot.extract.titles import is_work
from bot.model import Link, Paper, Post

_NAMED = re.compile(
    r"(?:стать\w+|пейпер\w*|работ\w+|paper)\s+(?:о|об|про|под названием|called|on)?\s*", re.IGNORECASE
)
_NEAR = 4


def works_in(lines: Sequence[Line], english: bool) -> dict[int, str]:
    """Titles of works that stand alone on a line, by the number of the line.

    In an English post any heading looks so; there only a link makes a work.
    """
    if english:
        return {}
    found = {number: line.text for number, line in enumerate(lines) if is_work(line.text)}
    for number, line in enumerate(lines):
        title = re.split(r"(?<=[a-z0-9)?])[.:—–]\s+(?=[А-ЯЁ])", line.text, maxsplit=1)[0]
        if line.emoji_led and title != line.text and is_work(title):
            found[number] = title
    return found | _short_name(lines)


def _short_name(lines: Sequence[Line]) -> dict[int, str]:
    """A heading of one or two Latin words that the text calls an article: ``LIMA``."""
    if not lines or not re.fullmatch(r"[A-Z][\w-]*(?: [A-Z][\w-]*)?", lines[0].text, re.ASCII):
        return {}
    name = re.compile(_NAMED.pattern + r"[«\"“]?" + re.escape(lines[0].text), re.IGNORECASE)
    return {0: lines[0].text} if any(name.search(line.text) for line in lines[1:]) else {}


def papers_of(post: Post, lines: Sequence[Line], works: dict[int, str]) -> tuple[Paper, ...]:
    """Works in the order of the post, each once; titles and addresses stand in the post."""
    links = [link for link in post.links if link.paper or link.kind == "paper"]
    placed = {_line_of(link, lines): link for link in reversed(links)}
    left = dict(works)
    found: list[tuple[int, Paper]] = []
    for link in links:
        at = _line_of(link, lines)
        owner = _owner(link, at, left, alone=len(links) == 1 and len(works) == 1)
        title = left.pop(owner, None) if owner is not None else _anchor_title(link)
        place = owner if owner is not None else at
        found.append((place, Paper(id=link.paper, title=title, url=link.url)))
    found += [(number, Paper(title=title)) for number, title in left.items() if number not in placed]
    return _each_once(paper for _, paper in sorted(found, key=lambda item: item[0]))


def _each_once(papers: "Sequence[Paper] | object") -> tuple[Paper, ...]:
    once: dict[str, Paper] = {}
    for paper in papers:  # type: ignore[attr-defined]
        once.setdefault(paper.id or paper.url or (paper.title or "").casefold(), paper)
    return tuple(once.values())


def _owner(link: Link, at: int, works: dict[int, str], alone: bool) -> int | None:
    """The title line a link belongs to: its own, or the nearest one shortly above."""
    if alone:
        return next(iter(works), None)
    by_anchor = (number for number, title in works.items() if link.anchor and link.anchor in title)
    above = (number for number in sorted(works, reverse=True) if at - _NEAR <= number <= at)
    return next(by_anchor, next(above, None))


def _anchor_title(link: Link) -> str | None:
    anchor = " ".join(link.anchor.split())
    return anchor if anchor and "://" not in anchor and is_work(anchor) else None


def _line_of(link: Link, lines: Sequence[Line]) -> int:
    """The line where a link stands; the last one where its address is hidden."""
    tail = (link.paper or link.url).rstrip("/").rsplit(":", 1)[-1].rsplit("/", 1)[-1]
    for number, line in enumerate(lines):
        if tail in line.raw or (link.anchor and link.anchor in line.raw):
            return number
    return len(lines) - 1

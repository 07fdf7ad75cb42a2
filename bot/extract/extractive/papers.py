"""The works a post names: by canonical link, or by a line that is nothing but a title."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from bot.extract.extractive.body import BodyLine
from bot.extract.extractive.works import is_people, is_title, is_work
from bot.model import Language, Link, Paper, Post
from bot.text import shorten, split_sentences, utf16_len

_NEAR = 4
_SEVERAL, _BELOW = 2, 2  # works; lines under a title that may tell of it
_LONG = 3  # spaces in a title that no link shows to be one
_SHORTEST, _GIST = 20, 160  # units of what is said of a work
_OPENING = re.compile(r"([^А-Яа-яЁё]{12,}?)(?:[.,:]|(?<=[?!])|\s[—–-])\s+(?=[А-Яа-яЁё])")
_LABEL = re.compile(r"(?:new |нов\w+ )?(?:paper|статья|работа|пейпер)\s*[:：]\s*", re.IGNORECASE)
_SHORT_NAME = re.compile(r"[A-Z][\w-]*(?: [A-Z][\w-]*)?", re.ASCII)
_CALLED = (
    r"(?:стать\w+|пейпер\w*|работ\w+|paper)\s+(?:о|об|про|под названием|called|on)?\s*[«\"“]?"
)

Works = Mapping[int, str]
"""Titles of works by the number of the line they stand on."""


def linked_papers(post: Post) -> list[Link]:
    """Links that a rule has recognised as papers."""
    return [link for link in post.links if link.paper or link.kind == "paper"]


def works_in(post: Post, lines: Sequence[BodyLine], english: bool) -> dict[int, str]:
    """Titles of works: alone on a line, or at the opening of a list item or of a linked line.

    In an English post any heading looks so; there only a link makes a work.
    """
    near = {_line_of(link, lines) for link in linked_papers(post)}
    works = _short_name(lines)
    for number, line in enumerate(lines):
        linked = number in near
        text = _LABEL.sub("", line.text)
        opening = _OPENING.match(text)
        leads = line.emoji_led or line.marked or linked or (near and number == 0)
        if opening and leads and _opens(opening[1], linked):
            works[number] = opening[1]
        elif (linked or not english) and is_work(text, linked):
            works[number] = text
    return works


def _opens(text: str, linked: bool) -> bool:
    """True for what opens an item as the title of a work does; a product has less words."""
    named = ":" in text
    return is_work(text, linked or named) and (linked or named or text.count(" ") >= _LONG)


def _short_name(lines: Sequence[BodyLine]) -> dict[int, str]:
    """A heading of one or two Latin words that the text calls an article: ``LIMA``."""
    if not lines or not _SHORT_NAME.fullmatch(lines[0].text):
        return {}
    called = re.compile(_CALLED + re.escape(lines[0].text), re.IGNORECASE)
    return {0: lines[0].text} if any(called.search(line.text) for line in lines[1:]) else {}


def find_papers(post: Post, lines: Sequence[BodyLine], works: Works) -> tuple[Paper, ...]:
    """Works in the order of the post, each once; titles and addresses stand in the post."""
    links = linked_papers(post)
    left = dict(works)
    found: list[tuple[int, Paper]] = []
    for link in links:
        at = _line_of(link, lines)
        owner = _owner(link, at, left, alone=len(links) == len(works) == 1)
        title = _anchor_title(link) if owner is None else left.pop(owner)
        place = at if owner is None else owner
        found.append((place, Paper(id=link.paper, title=title, url=link.url)))
    found += [(number, Paper(title=title)) for number, title in left.items()]
    return _each_once(paper for _, paper in sorted(found, key=lambda item: item[0]))


def with_gists(
    papers: Sequence[Paper], lines: Sequence[BodyLine], works: Works, language: Language
) -> tuple[Paper, ...]:
    """The same papers, of several each with what the post says of it behind its title."""
    if len(papers) < _SEVERAL:
        return tuple(papers)
    told = {title: _told_of(number, lines, works) for number, title in works.items()}
    return tuple(
        paper.model_copy(update={"gists": {language: gist}})
        if (gist := told.get(paper.title or "", ""))
        else paper
        for paper in papers
    )


def _told_of(number: int, lines: Sequence[BodyLine], works: Works) -> str:
    """The first sentence behind a title, on its line or on the next one that tells something."""
    rest = lines[number].text.partition(works[number])[2].lstrip(" .,:;–—-")
    below = () if rest else lines[number + 1 : number + 1 + _BELOW]
    texts = [rest, *takewhile(lambda text: text not in works.values(), (b.text for b in below))]
    said = (split_sentences(text)[0] for text in texts if text and not is_people(text))
    found = next((text for text in said if utf16_len(text) >= _SHORTEST), "")
    return shorten(found, _GIST).rstrip(" .") if found else ""


def _each_once(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    once: dict[str, Paper] = {}
    for paper in papers:
        once.setdefault(paper.id or paper.url or (paper.title or "").casefold(), paper)
    return tuple(once.values())


def _owner(link: Link, at: int, works: Works, alone: bool) -> int | None:
    """The line of the title a link belongs to: its own, or the nearest one shortly above."""
    if alone:
        return next(iter(works))
    by_anchor = (number for number, title in works.items() if link.anchor and link.anchor in title)
    above = (number for number in sorted(works, reverse=True) if at - _NEAR <= number <= at)
    return next(by_anchor, next(above, None))


def _anchor_title(link: Link) -> str | None:
    """The anchor where it is a title; linked to a paper, no list of people stands there."""
    anchor = " ".join(link.anchor.split())
    return anchor if "://" not in anchor and is_title(anchor) else None


def _line_of(link: Link, lines: Sequence[BodyLine]) -> int:
    """The line where a link stands; the last one where its address is hidden."""
    tail = (link.paper or link.url).rstrip("/").rsplit(":", 1)[-1].rsplit("/", 1)[-1]
    for number, line in enumerate(lines):
        if tail in line.raw or (link.anchor and link.anchor in line.raw):
            return number
    return len(lines) - 1

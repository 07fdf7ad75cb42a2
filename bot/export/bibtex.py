"""Papers of stories as a .bib file that BibTeX and biblatex read. Pure.

Braces cannot be escaped in BibTeX: it counts them even after a backslash, so they are named.
"""

import hashlib
import re
from collections.abc import Iterable

from bot.model import Paper, Story
from bot.screens.rich_text import is_web
from bot.screens.story_view import paper_url, papers_of
from bot.text import clean, squeeze, visible

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "&%$#_"},
}
_SITES = {"acl": "ACL Anthology", "openreview": "OpenReview", "cvf": "CVF Open Access"}
_ARXIV_NEW = re.compile(r"(\d\d)(0[1-9]|1[0-2])\.\d{4,5}")
_ARXIV_OLD = re.compile(r"([a-z-]+)(?:\.[A-Z]{2})?/(\d\d)(0[1-9]|1[0-2])\d{3}")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def to_bibtex(stories: Iterable[Story]) -> str:
    """Each paper of the stories once, as ``@misc``, in the order of the stories; may be empty."""
    found: dict[str, str] = {}
    for story in stories:
        for paper in papers_of(story):
            found.setdefault(citation_key(paper), _entry(paper, paper_url(story, paper)))
    return "\n".join(found.values())


def citation_key(paper: Paper) -> str:
    """The key of a paper: the same in every file, another one for another paper."""
    name = paper.id or f"title:{squeeze(paper.title or '').casefold()}"
    plain = re.sub(r"[^A-Za-z0-9.:-]+", "-", name).strip("-")
    if paper.id and plain == name:
        return plain
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{plain[:24].strip('-:.')}-{digest}"


def _entry(paper: Paper, url: str | None) -> str:
    fields = {"title": f"{{{_title(paper)}}}", **_identity(paper), **_address(url)}
    lines = [f"  {name:<13} = {_value(name, value)},\n" for name, value in fields.items()]
    return f"@misc{{{citation_key(paper)},\n{''.join(lines)}}}\n"


def _value(name: str, value: str) -> str:
    """Months are macros of every style, all else is text."""
    return value if name == "month" else f"{{{value}}}"


def _title(paper: Paper) -> str:
    """Braced once more, so that no style lowers the capitals of names."""
    words = " ".join(visible(clean(paper.title or "")).split())
    return _escaped(words or (paper.id or "").replace("arxiv:", "arXiv:"))


def _identity(paper: Paper) -> dict[str, str]:
    site, _, number = (paper.id or "").partition(":")
    if site == "arxiv":
        return _arxiv(number)
    if site == "doi":
        return {"doi": _escaped(number)}
    return {"note": f"{_SITES[site]} {_escaped(number)}"} if site in _SITES else {}


def _arxiv(number: str) -> dict[str, str]:
    """The class is known for old numbers only: it is a part of them."""
    fields = {"eprint": _escaped(number), "archivePrefix": "arXiv"}
    if old := _ARXIV_OLD.fullmatch(number):
        fields |= {"primaryClass": number.partition("/")[0], **_date(old[2], old[3])}
    elif new := _ARXIV_NEW.fullmatch(number):
        fields |= _date(new[1], new[2])
    return fields


def _date(year: str, month: str) -> dict[str, str]:
    """arXiv began in 1991."""
    century = 19 if int(year) > 90 else 20
    return {"year": f"{century}{year}", "month": _MONTHS[int(month) - 1]}


def _address(url: str | None) -> dict[str, str]:
    if url is None or not is_web(url):
        return {}
    plain = url.replace("{", "%7B").replace("}", "%7D")
    shown = plain.replace("%", r"\%").replace("#", r"\#")
    return {"url": plain, "howpublished": f"\\url{{{shown}}}"}


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)

"""Papers of stories as a .bib file that BibTeX and biblatex read. Pure.

Braces cannot be escaped in BibTeX: it counts them even after a backslash, so they are named. A
title stands in two pairs of them, so that no style lowers the capitals of names.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.digest.compose import lead
from bot.model import Language, Paper, PaperMetadata, Story
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
_PAGE_OF = re.compile(r"^(?:\[[\w./-]+\]|Paper page\s*[-–—:])\s*")  # [2611.04821] Title
_ENTRIES = {
    "article": ("article", "journal"),
    "proceedings": ("inproceedings", "booktitle"),
    "chapter": ("incollection", "booktitle"),
    "book": ("book", "series"),
}
"""Entry types by the kind of a work, each with the field for where it came out."""
_ORGANISATION = re.compile(
    r"\b(?:team|collaboration|consortium|group|laborator\w+|institute|university|inc|ltd)\b",
    re.IGNORECASE,
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class _Work(NamedTuple):
    """A paper with its address and what to call it; ``named_by`` is the post that a name is of."""

    paper: Paper
    url: str | None
    title: str
    named_by: str = ""
    known: PaperMetadata | None = None


def to_bibtex(stories: Iterable[Story], language: Language = "en") -> str:
    """Each paper of the stories once, in the order of the stories; may be empty.

    One whose own title is not known is called as its post calls it, and says so in a note; what is
    no known journal's, proceedings' or book's is ``@misc``.
    """
    found: dict[str, _Work] = {}
    for story in stories:
        for paper in papers_of(story):
            key, work = citation_key(paper), _work(story, paper, language)
            if key not in found or (found[key].named_by and not work.named_by):
                found[key] = work
    return "\n".join(_entry(work) for work in found.values())


def _work(story: Story, paper: Paper, language: Language) -> _Work:
    url = paper_url(story, paper)
    if known := story.works.get(paper.id or ""):
        return _Work(paper, url, _plain(known.title), known=known)
    if title := _plain(paper.title or "") or _preview_title(story, paper):
        return _Work(paper, url, title)
    tellers = (
        each for each in story.entries if paper.name in {p.name for p in each.analysis.papers}
    )
    teller = next(tellers, lead(story))
    told, gist = _plain(teller.card(language).title), _plain(paper.gist(language))
    number = (paper.id or paper.url or "").replace("arxiv:", "arXiv:")
    alone = [each.name for each in papers_of(story) if each.role == "main"] == [paper.name]
    if not alone:  # what tells of several is named after none of them
        told = f"{number} ({told})" if number and told else ""
    called = (told or gist) if alone else (gist or told)
    return _Work(paper, url, called or number, teller.post.url)


def _preview_title(story: Story, paper: Paper) -> str:
    """The title on the card that Telegram attached to a post for the paper's page."""
    number = (paper.id or "").partition(":")[2]
    previews = (entry.post.preview for entry in story.entries if entry.post.preview)
    of_it = (each for each in previews if number and number in each.url)
    titles = (_plain(_PAGE_OF.sub("", each.title)) for each in of_it if each.title != each.site)
    return next(filter(None, titles), "")


def _plain(text: str) -> str:
    return " ".join(visible(clean(text)).split())


def citation_key(paper: Paper) -> str:
    """The key of a paper: the same in every file, another one for another paper."""
    name = paper.id or f"title:{squeeze(paper.title or '').casefold()}"
    plain = re.sub(r"[^A-Za-z0-9.:-]+", "-", name).strip("-")
    if paper.id and plain == name:
        return plain
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{plain[:24].strip('-:.')}-{digest}"


def _entry(work: _Work) -> str:
    paper = work.paper
    kind, known = _published(work.known) if work.known else ("misc", {})
    title = {"title": f"{{{_escaped(work.title)}}}"}
    fields = {**title, **known, **_identity(paper), **_address(work.url), **known}
    if work.named_by:
        notes = (fields.get("note", ""), f"titled after {_escaped(work.named_by)}")
        fields["note"] = "; ".join(filter(None, notes))
    lines = [f"  {name:<13} = {_value(name, value)},\n" for name, value in fields.items()]
    return f"@{kind}{{{citation_key(paper)},\n{''.join(lines)}}}\n"


def _published(known: PaperMetadata) -> tuple[str, dict[str, str]]:
    """The kind of entry of a work, and what is known of it."""
    kind, place = _ENTRIES.get(known.kind, ("misc", "howpublished"))
    authors = [*map(_author, known.authors), *(["others"] if known.more_authors else [])]
    fields = {
        "author": " and ".join(authors),
        place: _escaped(_plain(known.venue)),
        "primaryClass": _escaped(known.category),
        "year": str(known.year or ""),
        "doi": _escaped(known.doi),
    }
    return kind, {name: value for name, value in fields.items() if value}


def _author(name: str) -> str:
    """A name; in braces where BibTeX must not take it apart, as an organisation's."""
    name = _plain(name)
    whole = " " not in name or _ORGANISATION.search(name) or {",", "and"} & {*name, *name.split()}
    return f"{{{_escaped(name)}}}" if whole else _escaped(name)


def _value(name: str, value: str) -> str:
    """Months are macros of every style, all else is text."""
    return value if name == "month" else f"{{{value}}}"


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

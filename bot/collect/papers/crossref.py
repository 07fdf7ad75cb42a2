"""Papers by their DOI from Crossref: one work a request, answered by JSON.

Whoever gives a mail address stands in the "polite pool"; every pool takes five requests a second
of one client at least, and one at a time:
https://www.crossref.org/documentation/retrieve-metadata/rest-api/access-and-authentication/
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from yarl import URL

from bot.collect.papers.arxiv import ABSTRACT_UNITS, MOST_AUTHORS, NAME_UNITS, TITLE_UNITS
from bot.collect.papers.plain import first_sentence, plain_line
from bot.collect.papers.site import (
    PaperSite,
    PapersRefused,
    PapersUnavailable,
    PapersUnreadable,
)
from bot.model import PaperMetadata, PaperSource
from bot.model.post import WorkKind

_ACL = "10.18653/v1/"  # the DOIs of the ACL Anthology end with its own ids
_LONGEST_DOI = 300
_KINDS: dict[str, WorkKind] = {
    "journal-article": "article",
    "proceedings-article": "proceedings",
    "posted-content": "preprint",
    "book-chapter": "chapter",
    "book": "book",
    "monograph": "book",
}


class CrossrefPapers:
    """Asks Crossref, or a mirror of it."""

    name: PaperSource = "crossref"
    most = 1
    pause = timedelta(seconds=1)

    def __init__(self, site: PaperSite, contact: str | None = None) -> None:
        self._site, self._query = site, {"mailto": contact} if contact else {}

    async def ask(self, ids: Sequence[str], now: datetime) -> Mapping[str, PaperMetadata]:
        """What is known of a paper, under the id that was asked for."""
        [paper_id] = ids
        name = _doi_of(paper_id)
        url = URL(f"{self._site.base}/works/{quote(name, safe='')}", encoded=True)
        answer = await self._site.get(url.update_query(self._query) if self._query else url)
        if answer.status == 404:
            return {}
        if answer.status in {400, 414}:
            raise PapersRefused(f"the site answered {answer.status}")
        if answer.status != 200:
            raise PapersUnavailable(f"the site answered {answer.status}")
        work = read_work(answer.body, paper_id, now)
        return {paper_id: work} if work else {}

    @staticmethod
    def knows(paper_id: str) -> bool:
        """True for an id that may be Crossref's."""
        return len(paper_id) < _LONGEST_DOI


def read_work(body: bytes, paper_id: str, now: datetime) -> PaperMetadata | None:
    """The work of an answer, None for one without a title; ``PapersUnreadable`` for another."""
    try:
        told = _object(_object(json.loads(body)).get("message"))
    except (ValueError, RecursionError):
        raise PapersUnreadable("the answer is no JSON") from None
    name = str(told.get("DOI", "")).lower()
    if name != _doi_of(paper_id):
        raise PapersUnreadable("the answer is about another paper")
    title = plain_line(_first(told.get("title")), TITLE_UNITS)
    names = (_name(each) for each in _list(told.get("author")))
    authors = [each for each in names if each]
    if not title:
        return None
    return PaperMetadata(
        id=paper_id,
        title=title,
        authors=tuple(authors[:MOST_AUTHORS]),
        more_authors=max(len(authors) - MOST_AUTHORS, 0),
        year=_year(told.get("issued")),
        abstract=first_sentence(_first(told.get("abstract")), ABSTRACT_UNITS),
        doi=name,
        kind=_KINDS.get(str(told.get("type")), "other"),
        venue=plain_line(_first(told.get("container-title")), TITLE_UNITS),
        source="crossref",
        read_at=now,
    )


def _doi_of(paper_id: str) -> str:
    site, _, name = paper_id.partition(":")
    return f"{_ACL}{name}".lower() if site == "acl" else name


def _name(author: object) -> str:
    """A person's name, or an organisation's."""
    told = _object(author)
    parts = [told.get(part) for part in ("given", "family", "suffix")]
    person = " ".join(part for part in parts if isinstance(part, str))
    return plain_line(person or _first(told.get("name")), NAME_UNITS)


def _year(issued: object) -> int | None:
    date = _list(_object(issued).get("date-parts"))
    year = next(iter(_list(date[0] if date else None)), None)
    return year if isinstance(year, int) and 1000 < year < 2200 else None


def _first(told: object) -> str:
    """A text, or the first of a list of them."""
    each = next(iter(told), "") if isinstance(told, list) else told
    return each if isinstance(each, str) else ""


def _object(told: object) -> dict[str, object]:
    return told if isinstance(told, dict) else {}


def _list(told: object) -> list[object]:
    return told if isinstance(told, list) else []

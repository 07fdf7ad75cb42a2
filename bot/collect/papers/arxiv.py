"""Papers of arXiv by its export API: a batch of ids, answered by an Atom feed.

The feed names a wrong id by an entry "Error" and answers 400 for the whole batch, leaves out an id
that nobody has, and comes in an order of its own: https://info.arxiv.org/help/api/user-manual.html
At most one request in three seconds, one at a time: https://info.arxiv.org/help/api/tou.html
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from bot.collect.papers.plain import first_sentence, plain_line
from bot.collect.papers.site import (
    PaperSite,
    PapersRefused,
    PapersUnavailable,
    PapersUnreadable,
)
from bot.collect.text.papers import ARXIV_ID, arxiv, doi
from bot.model import PaperMetadata, PaperSource

MOST_AUTHORS = 40
TITLE_UNITS, NAME_UNITS, ABSTRACT_UNITS = 300, 100, 400

_ATOM, _ARXIV = "{http://www.w3.org/2005/Atom}", "{http://arxiv.org/schemas/atom}"
_MAX_DEPTH = 12  # an entry's author's name stands on the fourth level
_ID = re.compile(rf"https?://arxiv\.org/abs/({ARXIV_ID})")
_CATEGORY = re.compile(r"[a-z-]{2,20}(?:\.[A-Za-z-]{2,20})?")
_YEAR = re.compile(r"(?:19|20)\d\d(?=-)")


class ArxivPapers:
    """Asks arXiv, or a mirror of its export API."""

    name: PaperSource = "arxiv"
    most = 50
    pause = timedelta(seconds=3)

    def __init__(self, site: PaperSite) -> None:
        self._site = site

    async def ask(self, ids: Sequence[str], now: datetime) -> Mapping[str, PaperMetadata]:
        """What is known of these papers, all under ids that were asked for.

        ``PapersRefused`` where one of the ids is none to arXiv.
        """
        numbers = ",".join(each.removeprefix("arxiv:") for each in ids)
        query = {"id_list": numbers, "start": "0", "max_results": str(len(ids))}
        answer = await self._site.get(self._site.base.update_query(query))
        if answer.status in {400, 404, 413, 414}:
            raise PapersRefused(f"the site answered {answer.status}")
        if answer.status != 200:
            raise PapersUnavailable(f"the site answered {answer.status}")
        return read_feed(answer.body, ids, now)

    @staticmethod
    def knows(paper_id: str) -> bool:
        """True for an id that arXiv takes."""
        return re.fullmatch(ARXIV_ID, paper_id.removeprefix("arxiv:")) is not None


def read_feed(body: bytes, asked: Collection[str], now: datetime) -> dict[str, PaperMetadata]:
    """The papers of a feed by their ids; ``PapersUnreadable`` for what is no feed of these.

    ``PapersRefused`` for the entry by which arXiv tells of an error.
    """
    feed = _parsed(body)
    if feed.tag != f"{_ATOM}feed":
        raise PapersUnreadable("the answer is no Atom feed")
    found: dict[str, PaperMetadata] = {}
    for entry in feed.findall(f"{_ATOM}entry"):
        name = _text(entry, f"{_ATOM}id")
        if "/api/errors" in name:
            raise PapersRefused(plain_line(_text(entry, f"{_ATOM}summary"), 100))
        if (named := _ID.fullmatch(name)) and (work := _work(arxiv(named[1]).id, entry, now)):
            found[work.id] = work
    if found and found.keys().isdisjoint(asked):
        raise PapersUnreadable("the answer is about other papers")
    return {each: found[each] for each in asked if each in found}


def _work(paper_id: str, entry: Element, now: datetime) -> PaperMetadata | None:
    """None for an entry without a title: so arXiv has answered for ids that nobody has."""
    title = plain_line(_text(entry, f"{_ATOM}title"), TITLE_UNITS)
    names = [author.findtext(f"{_ATOM}name") or "" for author in entry.findall(f"{_ATOM}author")]
    authors = [name for each in names if (name := plain_line(each, NAME_UNITS))]
    category = entry.find(f"{_ARXIV}primary_category")
    term = category.get("term", "") if category is not None else ""
    year = _YEAR.match(_text(entry, f"{_ATOM}published"))
    if not title:
        return None
    return PaperMetadata(
        id=paper_id,
        title=title,
        authors=tuple(authors[:MOST_AUTHORS]),
        more_authors=max(len(authors) - MOST_AUTHORS, 0),
        year=int(year[0]) if year else None,
        category=term if _CATEGORY.fullmatch(term) else "",
        abstract=first_sentence(_text(entry, f"{_ATOM}summary"), ABSTRACT_UNITS),
        doi=_published(_text(entry, f"{_ARXIV}doi")),
        kind="preprint",
        source="arxiv",
        read_at=now,
    )


def _published(text: str) -> str:
    """The DOI of the published version; empty for none, and for arXiv's own."""
    work = doi(text)
    if work is None or work.id.startswith("arxiv:"):
        return ""
    return work.id.removeprefix("doi:") if work.id.startswith("doi:") else text.lower()


def _text(entry: Element, tag: str) -> str:
    return (entry.findtext(tag) or "").strip()


def _parsed(body: bytes) -> Element:
    """The root of a document without a document type, so that there are no entities to expand.

    Expat itself is asked, because nothing of the standard library's tree parser can refuse one.
    """
    builder, depth = TreeBuilder(), 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise PapersUnreadable("the answer is nested too deep")
        builder.start(_braced(tag), attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_braced(tag))

    def doctype(*_: object) -> None:
        raise PapersUnreadable("the answer has a document type, as no Atom feed has")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, doctype
    try:
        parser.Parse(body, True)
        return builder.close()
    except expat.ExpatError as error:
        raise PapersUnreadable(f"the answer is no XML ({error})") from None


def _braced(tag: str) -> str:
    return f"{{{tag}" if "}" in tag else tag

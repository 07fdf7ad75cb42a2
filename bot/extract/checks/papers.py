"""The works of a form against its post: titles as written there, each at its own link. Pure.

A model mixes up what stands side by side: the links of two works, a title and its authors. Every
link that rules know for a paper is shown, whether the form remembers it or not.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from bot.extract.checks.quotes import PostText
from bot.extract.extractive.papers import linked_papers
from bot.extract.extractive.works import is_people, is_title
from bot.extract.forms.forms import PaperRef, PostForm
from bot.model import Language, Link, Paper, Post
from bot.text import normalise, shorten

BAD_LINK, NOT_VERBATIM, PEOPLE, EXCHANGED = "bad_link", "not_verbatim", "people", "exchanged"

_PAPERS, _TITLE_LIMIT = 12, 200
_PERSON = r"[A-ZА-ЯЁ][a-zа-яё]+(?:-[A-ZА-ЯЁ][a-zа-яё]+)?"
_INITIALS = r"(?:[A-ZА-ЯЁ]\.[ -]?){1,3}"
_WITH_INITIALS = rf"(?:{_INITIALS} ?{_PERSON}|{_PERSON},? {_INITIALS})"
_RUSSIAN = r"[А-ЯЁ][а-яё-]+ (?:[А-ЯЁ]\. ?)?[А-ЯЁ][а-яё-]+"
_AND = r"(?:, (?:and |и )?|;\s*| and | & | и )"
_OTHERS = r"(?:,? (?:et al|and others|и др|и другие)\.?)"
_SIGNED = re.compile(
    rf"(?:{_WITH_INITIALS}|{_RUSSIAN})(?:{_AND}(?:{_WITH_INITIALS}|{_RUSSIAN}))*{_OTHERS}?"
)
_ET_AL = re.compile(rf".*{_OTHERS}\s*", re.IGNORECASE)
_BY = re.compile(r"(?<!\w)(?:by|authors?:?|from|авторы?:?|от|автор\w+)\s*$", re.IGNORECASE)
_EDGES = " .,;:«»“”„\"'"


PaperGists = Mapping[Language, Mapping[int, str]]
"""What is said of works, by language and by their place in the form from 0."""


class _Ref(NamedTuple):
    """A work of the form by its number there: title where it holds, link, the title's place."""

    number: int
    title: str
    link: int | None
    role: str
    place: int


def found_papers(
    form: PostForm, post: Post, source: PostText, counts: Counter[str], gists: PaperGists
) -> tuple[Paper, ...]:
    """Works of the post, reviewed ones first; a linked paper that the form forgot is added.

    ``gists`` are what holds of what the form says of its works.
    """
    refs = [_ref(number, ref, post, source, counts) for number, ref in enumerate(form.papers)]
    refs.sort(key=lambda ref: ref.role != "main")
    refs = _each_at_its_own(_joined(refs, post), post, counts)
    told = [_paper(ref, post, gists) for ref in refs if ref.title or ref.link]
    known = [
        Paper(id=link.paper, url=link.url, title=_title_of(link, source), role="cited")
        for link in linked_papers(post)
    ]
    kept = _unlike([*told, *known])
    linked = [paper for paper in kept if paper.id or paper.role == "main"]
    more = [paper for paper in kept if paper not in linked]
    return tuple([*linked, *more][:_PAPERS])


def _ref(number: int, ref: PaperRef, post: Post, source: PostText, counts: Counter[str]) -> _Ref:
    link = ref.link
    if link is not None and not 1 <= link <= len(post.links):
        counts[BAD_LINK] += 1
        link = None
    title = ref.title if ref.title and source.quotes(ref.title) else None
    counts[NOT_VERBATIM] += bool(ref.title) and title is None
    place = _place(title, post.text) if title else -1
    if title and _names_people(title.strip(_EDGES), post.text, place):
        counts[PEOPLE] += 1
        title = None
    shown = shorten(source.plain(title or ""), _TITLE_LIMIT)
    return _Ref(number, shown, link, ref.role, place)


def _names_people(title: str, text: str, place: int) -> bool:
    """True for a list of authors; two names alone may be a title, unless they sign something."""
    if _ET_AL.fullmatch(title) or _SIGNED.fullmatch(title):
        return True
    if not is_people(title):
        return False
    many = len(re.split(_AND, title)) > 2
    return many or (place >= 0 and _BY.search(text[max(place - 20, 0) : place]) is not None)


def _paper(ref: _Ref, post: Post, gists: PaperGists) -> Paper:
    link = post.links[ref.link - 1] if ref.link else None
    return Paper(
        id=link.paper if link else None,
        title=ref.title or None,
        url=link.url if link else None,
        role="main" if ref.role == "main" else "cited",
        gists={code: told[ref.number] for code, told in gists.items() if ref.number in told},
    )


def _title_of(link: Link, source: PostText) -> str | None:
    """The words of a link where they are the title of its work."""
    if not link.anchor or not is_title(link.anchor):
        return None
    return shorten(source.plain(link.anchor), _TITLE_LIMIT) or None


def _joined(refs: list[_Ref], post: Post) -> list[_Ref]:
    """The only title without a link gets the only link to a paper."""
    papers = [number for number, link in enumerate(post.links, 1) if link.paper]
    bare = [ref for ref in refs if ref.title and ref.link is None]
    taken = {ref.link for ref in refs}
    if len(papers) != 1 or len(bare) != 1 or len(refs) != 1 or papers[0] in taken:
        return refs
    return [bare[0]._replace(link=papers[0])]


def _each_at_its_own(refs: list[_Ref], post: Post, counts: Counter[str]) -> list[_Ref]:
    """The same works, those whose links were exchanged each at its own link, or at none."""
    places = dict(_link_places(post))
    titled = sorted((ref for ref in refs if ref.title and ref.place >= 0), key=lambda r: r.place)
    wrong = {*_at_others(titled, post), *_crossed(titled, places)}
    if not wrong:
        return refs
    counts[EXCHANGED] += len(wrong)
    own = {ref: _own_link(ref, titled, places, post) for ref in wrong}
    return [ref._replace(link=own[ref]) if ref in wrong else ref for ref in refs]


def _crossed(titled: Sequence[_Ref], places: dict[int | None, int]) -> Iterator[_Ref]:
    """Works whose links stand in another order than their titles."""
    linked = [ref for ref in titled if ref.link in places]
    for one, two in combinations(linked, 2):
        if one.place < two.place and places[one.link] > places[two.link]:
            yield from (one, two)


def _at_others(titled: Sequence[_Ref], post: Post) -> Iterator[_Ref]:
    """Works at a link whose words are the title of another one."""
    for ref in titled:
        anchor = normalise(post.links[ref.link - 1].anchor) if ref.link else ""
        others = (normalise(other.title) for other in titled if other is not ref)
        if anchor and normalise(ref.title) not in anchor and any(o in anchor for o in others):
            yield ref


def _own_link(
    ref: _Ref, titled: Sequence[_Ref], places: dict[int | None, int], post: Post
) -> int | None:
    """The link that has the title in its words, else the one that stands by it."""
    for number, link in enumerate(post.links, 1):
        if link.paper and normalise(ref.title) in normalise(link.anchor):
            return number
    papers = sorted((place, number) for number, place in places.items())
    if not papers:
        return None
    starts = sorted({each.place for each in titled})
    if papers[0][0] < starts[0]:  # links before their titles
        before = max((start for start in starts if start < ref.place), default=-1)
        near = [number for place, number in papers if before < place < ref.place]
        return near[-1] if near else None
    after = min((start for start in starts if start > ref.place), default=len(post.text) + 1)
    near = [number for place, number in papers if ref.place <= place < after]
    return near[0] if near else None


def _link_places(post: Post) -> Iterator[tuple[int | None, int]]:
    """Where the words of each link to a paper stand, links being in the order of the text."""
    at = 0
    for number, link in enumerate(post.links, 1):
        shown = (link.anchor, link.url, link.url.partition("//")[2])
        tried = (post.text.find(each, at) for each in shown if each)
        found = next((place for place in tried if place >= 0), None)
        if found is None:
            continue
        at = found + 1
        if link.paper or link.kind == "paper":
            yield number, found


def _place(title: str, text: str) -> int:
    return text.casefold().find(title.casefold().strip(_EDGES))


def _unlike(papers: Iterable[Paper]) -> list[Paper]:
    """Each work once, by its address or its title."""
    seen: set[str] = set()
    kept = []
    for paper in papers:
        names = {name for name in (paper.id, paper.url, normalise(paper.title or "")) if name}
        if not names & seen:
            kept.append(paper)
        seen |= names
    return kept

"""Addresses of posts and papers in a message → the story that tells of them."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from bot.collect.text.channel_ids import post_at
from bot.collect.text.links import links_in_text
from bot.collect.text.papers import ARXIV_ID, arxiv
from bot.collect.text.urls import parse
from bot.digest.cluster import story_id
from bot.store import Store
from bot.store.read_model.terms import Query
from bot.text import words

_READ = 1_000  # characters of a message that are looked at
_MOST = 4  # addresses of a message that is about them
_COMPARED = 20  # posts that have the words of a paper's number
_NUMBER = re.compile(rf"(?:arxiv[:\s]\s?)?({ARXIV_ID})", re.IGNORECASE)
_EDGES = ".,;!?()[]<>«»\"'"


class PastedLink(NamedTuple):
    """The story that an address leads to; without one, what it is of that is not known here."""

    story: str | None
    unknown: Literal["post", "paper"] = "post"


async def linked_story(store: Store, text: str, now: datetime) -> PastedLink | None:
    """The story of the first address of a known post or paper; None where nothing is to be said.

    Of what is not known, a post of a channel that is read, and a paper that stands alone, are
    worth an answer. A post that is read for one reader alone is unknown.
    """
    tokens = [word for part in text[:_READ].split() if (word := part.strip(_EDGES))]
    unknown: Literal["post", "paper"] | None = None
    places = list(_posts(tokens))
    for place in places if len(places) <= _MOST else ():  # more are a list of channels
        ref = await store.channels.resolve(place[0])
        key = await store.posts.whole(f"{ref or place[0]}/{place[1]}")
        if ref and (story := await _story_of(store, key)):
            return PastedLink(story)
        if ref and await store.sources.is_read(ref):
            unknown = "post"
    papers = list(_papers(text[:_READ]))[:_MOST]
    for paper in papers:
        if story := await _story_about(store, paper, now):
            return PastedLink(story)
    if papers and len(tokens) == 1:
        unknown = "paper"
    return PastedLink(None, unknown) if unknown else None


def _posts(tokens: Iterable[str]) -> Iterable[tuple[str, int]]:
    for token in tokens:
        address = parse(token) if not token.lower().startswith("tg:") else None
        found = post_at(str(address) if address else token)
        if found and found[0]:
            yield found


def _papers(text: str) -> Iterable[str]:
    if number := _NUMBER.fullmatch(text.strip().strip(_EDGES)):
        yield arxiv(number[1]).id
    yield from (link.paper for link in links_in_text(text) if link.paper)


async def _story_of(store: Store, key: str) -> str | None:
    entry = await store.entries.get(key)
    if entry is None or entry.post.aside:
        return None
    return (await store.stories.of([key])).get(key) or story_id(entry)


async def _story_about(store: Store, paper: str, now: datetime) -> str | None:
    """The story that a paper names, else the best post that has it."""
    if found := await store.stories.found([f"paper:{paper}"]):
        return found[0]
    number = tuple(words(paper.partition(":")[2]))
    hits = await store.search.find(Query(words=number), now, _COMPARED) if number else None
    for entry in hits.entries if hits else ():
        linked = {link.paper for link in entry.post.links}
        if paper in linked | {each.id for each in entry.analysis.papers}:
            return await _story_of(store, entry.key)
    return None

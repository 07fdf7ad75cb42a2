"""Followed words: which are taken, which of them find an entry, and what a digest has of them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from bot.model import Entry, Following, Period, Subscription, Survey
from bot.store import Store
from bot.store.read_model.search_query import parse_query, query_text
from bot.store.read_model.terms import Findable, Query, certain_terms, lookup_terms
from bot.store.readers.query_tokens import token_of
from bot.text import clean, visible

MOST_FOLLOWINGS = 20
"""Of one reader."""

FOLLOWED_CHARACTERS = 64
"""Of the text of one; all of it is shown on a button."""

_KNOWN = 8_192  # texts that are kept as they were read

Refusal = Literal["nothing", "long", "many"]


class FollowingRefused(Exception):
    """Words that cannot be followed: they say ``nothing``, are too ``long`` or too ``many``."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


def following(text: str, query: Query | None = None) -> Following:
    """The text as words that can be followed, or those of ``query`` that buttons made of it.

    How far back a search looks is left out: what is followed is what comes.
    """
    wanted = replace(query or parse_query(text), days=None)
    said = " ".join(visible(clean(text)).split())
    if parse_query(said) != wanted:
        said = query_text(wanted)
    if not (terms := lookup_terms(wanted)):
        raise FollowingRefused("nothing")
    if len(said) > FOLLOWED_CHARACTERS:
        raise FollowingRefused("long")
    needs = " ".join(certain_terms(wanted))
    return Following(text=said, token=token_of(said), terms=terms, needs=needs)


@lru_cache(_KNOWN)
def query_of(text: str) -> Query:
    """What a search for followed words looks for."""
    return parse_query(text)


def followed_as(reader: Subscription, query: Query) -> Following | None:
    """What of that reader's looks for the same, however it is written."""
    wanted = replace(query, days=None)
    return next((each for each in reader.follows if query_of(each.text) == wanted), None)


def with_following(reader: Subscription, chosen: Following, *, on: bool) -> Subscription:
    """The reader who follows these words or not; whoever had left is told of all again."""
    rest = tuple(each for each in reader.follows if each.token != chosen.token)
    if on and len(rest) >= MOST_FOLLOWINGS:
        raise FollowingRefused("many")
    follows = (*rest, chosen) if on else rest
    return reader.model_copy(update={"follows": follows, "left": reader.left and not on})


async def words_finding(store: Store, entry: Entry) -> Sequence[str]:
    """Tokens of all words that anybody follows and that find this entry, in a fixed order.

    One look at the words under each of its terms; how many readers follow them does not count.
    """
    found = Findable(entry)
    near = await store.alerts.followed(found.terms)
    return sorted(token_of(text) for text in near if found.matches(query_of(text)))


async def followed_stories(
    store: Store, reader: Subscription, survey: Survey, span: Period
) -> frozenset[str]:
    """Ids of the stories of a period that a reader's words find by one of their posts."""
    if not reader.follows:
        return frozenset()
    queries = [query_of(each.text) for each in reader.follows]
    keys = await store.search.within(queries, span.since, span.until)
    return frozenset(
        story.id
        for story in survey.outlines
        if any(line.key in keys for line in (*story.lines, *story.also))
    )

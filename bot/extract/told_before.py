"""Which earlier posts may tell the same event as a new one: candidates for rules and the judge."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.digest.event_names import tell
from bot.digest.same_event import Tie, hints, tie, told
from bot.model import Entry, Verdict, story_name
from bot.store import Store


class Candidate(NamedTuple):
    """An earlier post by its key, its story, and what ties the new one to it."""

    key: str
    story: str
    tie: Tie


Judge = Callable[[Entry, Sequence[Candidate]], Awaitable[Verdict | None]]
"""Asks a model which of these tell the event of an entry; None where it cannot be asked now."""


async def told_before(store: Store, entry: Entry, now: datetime) -> Sequence[Candidate]:
    """Posts of other channels that may tell the event of an entry, the likeliest first.

    The entry is kept to be found by later ones; any number of calls keep and count it once.
    """
    telling = tell(entry)
    if telling is None:
        return ()
    learned = await store.tellings.learn(entry.post, telling, now)
    new = told(entry, learned.telling)
    others = await store.tellings.tell(new, hints(new.telling, learned.rarity))
    ties = {old.key: tied for old in others if (tied := tie(new, old, learned.rarity))}
    # A post that is still on its way to its story will find this one under its name.
    stories = await store.stories.of(list(ties))
    found = [Candidate(key, stories.get(key) or story_name(key), ties[key]) for key in ties]
    return sorted(found, key=lambda each: (each.tie.score, each.key), reverse=True)

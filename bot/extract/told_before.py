"""Which earlier posts may tell the same event as a new one: candidates for rules and the judge."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.digest.event_names import tell
from bot.digest.same_event import Tie, hints, likeness, tie, told
from bot.model import Entry, Verdict, story_name
from bot.store import Store

MAX_CANDIDATES = 8
"""Posts that one is compared with by a judge."""


class Candidate(NamedTuple):
    """An earlier post by its key, its story, and what ties the new one to it."""

    key: str
    story: str
    tie: Tie


Judge = Callable[[Entry, Sequence[Candidate]], Awaitable[Verdict | None]]
"""Says of candidates which tells the event of an entry; None where no judge can be asked."""


async def told_before(
    store: Store, entry: Entry, now: datetime, *, keep: bool = True
) -> Sequence[Candidate]:
    """Posts of other channels that may tell the event of an entry, the likeliest first.

    At most ``MAX_CANDIDATES``, of each story one.
    The entry is kept to be found by later ones where asked for; any number of calls keep and
    count it once.
    """
    telling = tell(entry)
    if telling is None:
        return ()
    learned = await store.tellings.learn(entry.post, telling, now)
    new = told(entry, learned.telling, learned.rarity)
    others = await store.tellings.tell(new, hints(new.telling, learned.rarity), keep=keep)
    ties = {old.key: tied for old in others if (tied := tie(new, old, learned.rarity))}
    # A post that is still on its way to its story will find this one under its name.
    stands = dict(zip(ties, await store.stories.ties(list(ties)), strict=True))
    told_in: dict[str, list[Candidate]] = {}
    items: dict[str, list[float]] = {}
    for key, tied in ties.items():
        story = stands[key].story or story_name(key)
        told_in.setdefault(story, []).append(Candidate(key, story, tied))
        items.setdefault(stands[key].root or story, []).append(tied.score)
    best = [
        _of_story(found, items[stands[found[0].key].root or story])
        for story, found in told_in.items()
    ]
    return sorted(best, key=lambda each: (each.tie.score, each.key), reverse=True)[:MAX_CANDIDATES]


def _of_story(found: Sequence[Candidate], item: Sequence[float]) -> Candidate:
    """The likeliest telling of a story; what its other tellings are like counts as well.

    For being shown in one item, those of the whole item: ``item`` are their scores.
    """
    best = max(found, key=lambda each: (each.tie.score, each.key))
    mean = sum(each.tie.score for each in found) / len(found)
    score = round((best.tie.score + mean) / 2, 2)
    others = max(likeness(item) - score, 0.0) if len(item) > 1 else 0.0
    changed = {"score": score, "others": round(others, 2)}
    return best._replace(tie=best.tie.model_copy(update=changed))

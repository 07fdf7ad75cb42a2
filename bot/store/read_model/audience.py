"""The reach of posts by what the read model knows of their channels. No await here."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot.digest.reach import Usual, latest, reach, usual_at

_COMPARED = 40  # posts of a channel, its newest: the last weeks of most, a day of a feed
_NEWEST = """
SELECT group_concat(audience) FROM (
  SELECT audience FROM posts WHERE channel = (SELECT id FROM channels WHERE ref = ?)
    AND message <= ? ORDER BY message DESC LIMIT ?
)
"""


def reaches(
    file: sqlite3.Connection, audiences: Iterable[tuple[str, str, str]]
) -> dict[str, float]:
    """The reach of posts by key, given channel, key and packed readings of each; without zeros.

    Each is compared with the last posts of its channel up to the newest of those given: so many
    rows a channel, however many posts there are.
    """
    by_channel = defaultdict[str, dict[str, str]](dict)
    for ref, key, packed in audiences:
        by_channel[ref][key] = packed
    found: dict[str, float] = {}
    for ref, own in by_channel.items():
        newest = max(int(key[len(ref) + 1 :]) for key in own)
        [last_posts] = file.execute(_NEWEST, (ref, newest, _COMPARED)).fetchone()
        found |= _of_channel(last_posts or "", own)
    return found


def _of_channel(last_posts: str, own: dict[str, str]) -> Iterator[tuple[str, float]]:
    usual: dict[tuple[int, bool], Usual] = {}
    for key, packed in own.items():
        if audience := latest(packed):
            like = audience.place, audience.viewed
            if like not in usual:
                usual[like] = usual_at(*like, last_posts)
            if value := reach(audience, usual[like]):
                yield key, value

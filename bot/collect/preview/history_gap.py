"""Gaps in a channel's history that are still to be read, below the newest page. Pure.

A burst, a downtime or a first look leaves one; each look reads a few pages of it, so that a flood
in one channel does not hold up the others, and a crash goes on where it was.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Self

from bot.model import Post


class HistoryGap(NamedTuple):
    """Posts older than ``before``, back to post ``until`` or, where that is 0, to ``until_at``.

    Times are Unix seconds, 0 where unknown; ``looks`` counts the looks it was read in.
    """

    before: int
    before_at: float
    until: int
    until_at: float
    looks: int = 0

    @property
    def since(self) -> datetime | None:
        """The time to which a backfill goes back."""
        return datetime.fromtimestamp(self.until_at, UTC) if not self.until else None

    def after(self, posts: Sequence[Post]) -> Self | None:
        """What is left when a page of it was read; None when that reaches its end."""
        oldest = min(posts, key=lambda post: post.message_id)
        at = oldest.published_at.timestamp()
        done = oldest.message_id <= self.until + 1 or (not self.until and at < self.until_at)
        return None if done else self._replace(before=oldest.message_id, before_at=at)


def first_gap(
    posts: Sequence[Post], known: Mapping[str, str], since: datetime
) -> HistoryGap | None:
    """What the newest page leaves unread: back to the last known post, else to ``since``."""
    last_id = int(known.get("last_id") or 0)
    until_at = float(known.get("last_at") or 0) if last_id else since.timestamp()
    whole = HistoryGap(0, 0.0, last_id, until_at)
    return whole.after(posts) if posts else None


def load_gaps(text: str) -> list[HistoryGap]:
    """Gaps as the registry keeps them, newest first."""
    return [HistoryGap(*fields) for fields in json.loads(text or "[]")]


def dump_gaps(gaps: Sequence[HistoryGap]) -> str:
    """The registry's form; empty for none."""
    return json.dumps(gaps) if gaps else ""


def gap_report(gap: HistoryGap) -> dict[str, str]:
    """What the registry says of posts that were given up: the instants between which they lie."""
    span = {"gap_since": gap.until_at, "gap_until": gap.before_at}
    return {name: datetime.fromtimestamp(at, UTC).isoformat() for name, at in span.items()}

"""How many entries of a topic each of the last weeks has, counted anew only after a change."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from bot.store import keys
from bot.store.ranking.summaries import Lines
from bot.store.scripts import Scripts
from bot.taxonomy.topics import Topic


class _Counted(NamedTuple):
    """Counts, and for which ends of the last week they hold."""

    tick: int
    first: float
    last: float
    counts: Sequence[int]


class Weeks:
    """Counts by topic, not older than what the lines were last heard of."""

    def __init__(self, lines: Lines, scripts: Scripts) -> None:
        self._lines, self._scripts = lines, scripts
        self._counted: dict[tuple[Topic, int], _Counted] = {}

    async def of_topic(self, topic: Topic, until: float, weeks: int) -> Sequence[int]:
        """Entries published in each of the weeks before ``until``, the oldest first."""
        if not weeks:
            return ()
        kept = self._counted.get((topic, weeks))
        if kept is None or kept.tick != self._lines.tick or not kept.first <= until <= kept.last:
            kept = self._counted[topic, weeks] = await self._count(topic, until, weeks)
        return kept.counts

    async def _count(self, topic: Topic, until: float, weeks: int) -> _Counted:
        tick = self._lines.tick
        answer = await self._scripts("weeks", [keys.by_topic(topic)], [until, weeks])
        last, counts = cast("tuple[str, list[int]]", answer)
        return _Counted(tick, until, float(last), counts)

"""Summaries of the stories of a span, to rank and count them by; whole where they are shown."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import pairwise
from sqlite3 import Connection
from typing import NamedTuple, TypeVar, cast

from bot.model import Engine, Entry, EntrySummary, Importance, Story, StorySummary, Survey
from bot.model.analysis import is_skipped
from bot.store.content.entries import Entries
from bot.store.read_model.audience import reaches
from bot.store.read_model.change_log import LogState
from bot.store.read_model.follower import ReadModel
from bot.store.read_model.rows import PAPERS_END
from bot.taxonomy.topics import Kind, Topic

WEEK_S = 7 * 86_400

MOST_STORIES = 1_000
"""Decoded stories kept in memory."""

MOST_OUTLINES = 300_000
"""Outlines kept in memory, of all spans together."""

_IN_SPAN = "SELECT DISTINCT story FROM posts WHERE at >= :since AND at < :until"
_ON_TOPIC = """
SELECT DISTINCT story FROM topics JOIN posts ON posts.id = topics.post
WHERE topics.topic = :topic AND topics.at >= :since AND topics.at < :until
"""
_LINES = """
WITH found(story) AS ({found})
SELECT posts.story, ref || '/' || message, at, ref, kind, importance, engine, topics, papers,
  change, audience
FROM found CROSS JOIN posts ON posts.story = found.story AND at < :until
JOIN channels ON channels.id = channel
"""
_COUNT = "SELECT count(*) FROM topics WHERE topic = ? AND at >= ? AND at < ?"
_BEFORE = "SELECT max(at) FROM posts WHERE at < ?"
_AFTER = "SELECT min(at) FROM posts WHERE at >= ?"
_T = TypeVar("_T")
_Head = tuple[Kind, Importance, Engine, tuple[Topic, ...], bool]
_Counts = dict[Topic, tuple[int, ...]]


class _Kept(NamedTuple):
    """What was found of a span, and by how much it may be moved without a change of that."""

    state: LogState
    until: float
    moves: tuple[float, float]
    found: Survey | _Counts

    def fits(self, state: LogState | None, until: float) -> bool:
        low, high = self.moves
        return state == self.state and low < until - self.until <= high

    @property
    def size(self) -> int:
        return len(self.found.outlines) if isinstance(self.found, Survey) else 0


class Surveys:
    """Summaries of the stories of a span, counts of posts, and the stories behind them."""

    def __init__(self, model: ReadModel, entries: Entries) -> None:
        self._model, self._entries = model, entries
        self._stories: OrderedDict[str, tuple[StorySummary, Story | None]] = OrderedDict()
        self._kept: OrderedDict[object, _Kept] = OrderedDict()

    async def between(self, since: datetime, until: datetime) -> Survey:
        """Stories with a post published in ``[since, until)``, the newest post first.

        Each is complete as of ``until``: with its posts before the span. An entry that has not
        reached its story yet is a story of its own.
        """
        return await self._survey(await self._model.state(), since, until, None)

    async def of_topic(
        self, topic: Topic, since: datetime, until: datetime, weeks: int = 0
    ) -> tuple[Survey, Sequence[int]]:
        """The same of stories with a post on a topic; and its posts in each of the last weeks.

        The stories have their posts on other topics, too.
        """
        state = await self._model.state()
        ends = _weeks(until, weeks)
        counts = await self._counts(state, ends, [topic])
        return await self._survey(state, since, until, topic), counts[topic]

    async def weekly(self, until: datetime, weeks: int) -> dict[Topic, Sequence[int]]:
        """How many entries each topic has in each of the weeks before ``until``, oldest first."""
        state = await self._model.state()
        return {**await self._counts(state, _weeks(until, weeks), list(Topic))}

    async def counts(self, since: datetime, until: datetime) -> dict[Topic, int]:
        """How many entries each topic has in ``[since, until)``, in the order of the taxonomy."""
        state, ends = await self._model.state(), (since.timestamp(), until.timestamp())
        found = await self._counts(state, ends, list(Topic))
        return {topic: count for topic, (count,) in found.items()}

    async def entries(
        self, since: datetime, until: datetime, topic: Topic | None = None
    ) -> tuple[Entry, ...]:
        """Entries published in ``[since, until)``, on a topic or any, newest first."""
        survey = await self._survey(await self._model.state(), since, until, topic)
        lines = (line for outline in survey.outlines for line in outline.lines)
        listed = [x for x in lines if _is_listed(x, since.timestamp(), topic)]
        listed.sort(key=_age, reverse=True)
        return await self._entries.get_many([line.key for line in listed])

    async def stories(self, outlines: Iterable[StorySummary]) -> tuple[Story, ...]:
        """These stories with their entries; without what has gone meanwhile.

        A story is read and decoded once as long as none of its entries changes.
        """
        wanted = list(outlines)
        missing = [outline for outline in wanted if not self._has(outline)]
        keys = [line.key for outline in missing for line in outline.lines]
        read = {entry.key: entry for entry in await self._entries.get_many(keys)}
        for outline in missing:
            members = [read[line.key] for line in outline.lines if line.key in read]
            story = Story(id=outline.id, entries=tuple(members)) if members else None
            self._stories[outline.id] = outline, story
        found = [story for outline in wanted if (story := self._stories[outline.id][1])]
        while len(self._stories) > MOST_STORIES:
            self._stories.popitem(last=False)
        return tuple(found)

    def _has(self, outline: StorySummary) -> bool:
        known, _ = self._stories.get(outline.id, (None, None))
        if known != outline:
            return False
        self._stories.move_to_end(outline.id)
        return True

    async def _survey(
        self, state: LogState | None, since: datetime, until: datetime, topic: Topic | None
    ) -> Survey:
        ends = since.timestamp(), until.timestamp()
        find = partial(_find, since=ends[0], until=ends[1], topic=topic)
        return await self._found((topic, ends[1] - ends[0]), state, ends, find)

    async def _counts(
        self, state: LogState | None, ends: Sequence[float], topics: Sequence[Topic]
    ) -> _Counts:
        name = (*topics, *(end - ends[-1] for end in ends))
        return await self._found(name, state, ends, partial(_count, ends=ends, topics=topics))

    async def _found(
        self,
        name: object,
        state: LogState | None,
        ends: Sequence[float],
        find: Callable[[Connection], _T],
    ) -> _T:
        """What is kept of the same span as of that state, else what is found now."""
        kept = self._kept.get(name)
        if kept is None or not kept.fits(state, ends[-1]):
            found, moves = await self._model.ask(lambda file: (find(file), _moves(file, ends)))
            if state is None:
                return found
            kept = _Kept(state, ends[-1], moves, cast("Survey | _Counts", found))
        self._keep(name, kept)
        return cast("_T", kept.found)

    def _keep(self, name: object, kept: _Kept) -> None:
        """Keep what was asked for last; what nobody asks for goes first."""
        self._kept.pop(name, None)
        self._kept[name] = kept
        while sum(each.size for each in self._kept.values()) > MOST_OUTLINES:
            self._kept.popitem(last=False)


def _weeks(until: datetime, weeks: int) -> tuple[float, ...]:
    """The ends of so many weeks, the oldest first."""
    return tuple(until.timestamp() - back * WEEK_S for back in range(weeks, -1, -1))


def _find(file: Connection, since: float, until: float, topic: Topic | None) -> Survey:
    values = {"since": since, "until": until, "topic": topic}
    lines = defaultdict[str, list[EntrySummary]](list)
    query = _LINES.format(found=_ON_TOPIC if topic else _IN_SPAN)
    rows = file.execute(query, values).fetchall()
    reach = reaches(file, [(row[3], row[1], row[-1]) for row in rows if row[-1]])
    for story, *columns, _ in rows:
        lines[story].append(_line(reach.get(columns[0], 0.0), *columns))
    newest: dict[str, tuple[float, str]] = {}
    for story, found in lines.items():
        found.sort(key=_age)
        newest[story] = max(_age(line) for line in found if _is_listed(line, since, topic))
    order = sorted(lines, key=newest.__getitem__, reverse=True)
    return Survey(tuple(StorySummary(story, tuple(lines[story])) for story in order))


def _count(file: Connection, ends: Sequence[float], topics: Sequence[Topic]) -> _Counts:
    """Entries of each topic between each two of these instants."""
    spans = list(pairwise(ends))
    return {
        topic: tuple(int(file.execute(_COUNT, (topic, *span)).fetchone()[0]) for span in spans)
        for topic in topics
    }


def _moves(file: Connection, ends: Sequence[float]) -> tuple[float, float]:
    """Between which bounds all these instants may be moved, without passing a post."""
    low, high = -float("inf"), float("inf")
    for end in ends:
        [before] = file.execute(_BEFORE, (end,)).fetchone()
        [after] = file.execute(_AFTER, (end,)).fetchone()
        low = low if before is None else max(low, before - end)
        high = high if after is None else min(high, after - end)
    return low, high


def _line(
    reach: float,
    key: str,
    at: float,
    channel: str,
    kind: str,
    importance: str,
    engine: str,
    topics: str,
    papers: str,
    change: int,
) -> EntrySummary:
    head = _head(kind, importance, engine, topics)
    names = tuple(papers.split(PAPERS_END)[:-1]) if papers else ()
    return EntrySummary(key, at, channel, *head, names, change, reach)


@lru_cache(4096)  # a few hundred are in use
def _head(kind: str, importance: str, engine: str, topics: str) -> _Head:
    weight = cast("Importance", importance)
    known = tuple(map(Topic, topics.split(",")))
    return Kind(kind), weight, cast("Engine", engine), known, is_skipped(Kind(kind), weight)


def _is_listed(line: EntrySummary, since: float, topic: Topic | None) -> bool:
    return line.at >= since and (topic is None or topic in line.topics)


def _age(line: EntrySummary) -> tuple[float, str]:
    return line.at, line.key

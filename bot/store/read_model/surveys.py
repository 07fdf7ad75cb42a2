"""Summaries of the stories of a span, to rank and count them by; whole where they are shown."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import pairwise
from sqlite3 import Connection
from typing import Any, NamedTuple, TypeVar, cast

from bot.digest.candidates import speaker
from bot.digest.story_ties import leading
from bot.model import Engine, Entry, EntrySummary, Importance, Story, StorySummary, Survey
from bot.model.analysis import is_skipped
from bot.store.content.entries import Entries
from bot.store.content.papers import Papers
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

_IN_SPAN = """
SELECT DISTINCT root FROM posts
WHERE at >= :since AND at < :until AND (public OR NOT :public)
"""
_ON_TOPIC = """
SELECT DISTINCT root FROM topics JOIN posts ON posts.id = topics.post
WHERE topics.topic = :topic AND topics.at >= :since AND topics.at < :until
  AND (topics.public OR NOT :public)
"""
_OF_KIND = f"{_IN_SPAN} AND kind = :kind"
_LINES = """
WITH found(root) AS ({found})
SELECT posts.root, story, follows, roundups, ref || '/' || message, at, ref, kind, importance,
  engine, topics, papers, change, audience
FROM found CROSS JOIN posts ON posts.root = found.root AND at < :until AND (public OR NOT :public)
JOIN channels ON channels.id = channel
"""
_THIS = "SELECT :root"
_THESE = "SELECT value FROM json_each(:roots)"
_AT_KEY = """
SELECT root, story, at FROM posts JOIN channels ON channels.id = channel
WHERE ref = ? AND message = ? AND at < ?
"""
_COUNT = """
SELECT count(*) FROM topics WHERE topic = ? AND at >= ? AND at < ? AND (public OR NOT ?)
"""
_BEFORE = "SELECT max(at) FROM posts WHERE at < ?"
_AFTER = "SELECT min(at) FROM posts WHERE at >= ?"
_T = TypeVar("_T")
_Head = tuple[Kind, Importance, Engine, tuple[Topic, ...], bool]
_Of = Topic | Kind | None
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
    """Summaries of the stories of a span, counts of posts, and the stories behind them.

    Of ``public`` ones all is left out that stands in a channel without a handle.
    """

    def __init__(
        self, model: ReadModel, entries: Entries, papers: Papers, *, public: bool = False
    ) -> None:
        self._model, self._entries, self._papers = model, entries, papers
        self._public = public
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

    async def of_kind(self, kind: Kind, since: datetime, until: datetime) -> Survey:
        """The same of stories with a post of that kind."""
        return await self._survey(await self._model.state(), since, until, kind)

    async def weekly(self, until: datetime, weeks: int) -> dict[Topic, Sequence[int]]:
        """How many entries each topic has in each of the weeks before ``until``, oldest first."""
        state = await self._model.state()
        return {**await self._counts(state, _weeks(until, weeks), list(Topic))}

    async def counts(self, since: datetime, until: datetime) -> dict[Topic, int]:
        """How many entries each topic has in ``[since, until)``, in the order of the taxonomy."""
        state, ends = await self._model.state(), (since.timestamp(), until.timestamp())
        found = await self._counts(state, ends, list(Topic))
        return {topic: count for topic, (count,) in found.items()}

    async def of_roots(self, roots: Sequence[str], until: datetime) -> tuple[StorySummary, ...]:
        """The stories under these ids as of ``until``, in their order; without what is gone."""
        values = {"roots": json.dumps(roots), "until": until.timestamp(), "public": self._public}
        return await self._model.ask(partial(_under, roots=roots, values=values))

    async def entries(
        self, since: datetime, until: datetime, of: Topic | Kind | None = None
    ) -> tuple[Entry, ...]:
        """Entries published in ``[since, until)``, on a topic, of a kind or any, newest first."""
        survey = await self._survey(await self._model.state(), since, until, of)
        lines = (line for o in survey.outlines for line in (*o.lines, *o.also))
        listed = [x for x in lines if _is_listed(x, since.timestamp(), of)]
        listed.sort(key=_age, reverse=True)
        return await self._entries.get_many([line.key for line in listed])

    async def stories(self, outlines: Iterable[StorySummary]) -> tuple[Story, ...]:
        """These stories with their entries; without what has gone meanwhile.

        A story is read and decoded once as long as none of its entries changes.
        """
        wanted = list(outlines)
        missing = [outline for outline in wanted if not self._has(outline)]
        keys = {key: None for outline in missing for key in _keys_of(outline)}
        read = {entry.key: entry for entry in await self._entries.get_many(list(keys))}
        for outline in missing:
            self._stories[outline.id] = outline, _story(outline, read)
        found = [story for outline in wanted if (story := self._stories[outline.id][1])]
        while len(self._stories) > MOST_STORIES:
            self._stories.popitem(last=False)
        return await self._papers.with_works(found)

    def _has(self, outline: StorySummary) -> bool:
        known, _ = self._stories.get(outline.id, (None, None))
        if known != outline:
            return False
        self._stories.move_to_end(outline.id)
        return True

    async def _survey(
        self, state: LogState | None, since: datetime, until: datetime, of: _Of
    ) -> Survey:
        ends = since.timestamp(), until.timestamp()
        find = partial(_find, since=ends[0], until=ends[1], of=of, public=self._public)
        return await self._found((type(of), of, ends[1] - ends[0]), state, ends, find)

    async def _counts(
        self, state: LogState | None, ends: Sequence[float], topics: Sequence[Topic]
    ) -> _Counts:
        name = (*topics, *(end - ends[-1] for end in ends))
        count = partial(_count, ends=ends, topics=topics, public=self._public)
        return await self._found(name, state, ends, count)

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
        self._kept.move_to_end(name)
        return cast("_T", kept.found)

    def _keep(self, name: object, kept: _Kept) -> None:
        """Keep what was asked for last; what nobody asks for goes first."""
        self._kept.pop(name, None)
        size = kept.size + sum(each.size for each in self._kept.values())
        while self._kept and size > MOST_OUTLINES:
            _, gone = self._kept.popitem(last=False)
            size -= gone.size
        self._kept[name] = kept


def _weeks(until: datetime, weeks: int) -> tuple[float, ...]:
    """The ends of so many weeks, the oldest first."""
    return tuple(until.timestamp() - back * WEEK_S for back in range(weeks, -1, -1))


def _keys_of(outline: StorySummary) -> Iterator[str]:
    """Keys of all entries that a story has, or is shown with."""
    yield from (line.key for line in (*outline.lines, *outline.also))
    if outline.earlier:
        yield outline.earlier
    yield from outline.roundups


def _story(outline: StorySummary, read: Mapping[str, Entry]) -> Story | None:
    """The story with what is left of its entries; None where nothing is."""

    def left(found: Iterable[str]) -> tuple[Entry, ...]:
        return tuple(read[key] for key in found if key in read)

    entries, also = (left(x.key for x in lines) for lines in (outline.lines, outline.also))
    if not entries:
        entries, also = also, ()
    if not entries:
        return None
    earlier, roundups = read.get(outline.earlier), left(outline.roundups)
    return Story(id=outline.id, entries=entries, also=also, earlier=earlier, roundups=roundups)


def _under(
    file: Connection, roots: Sequence[str], values: Mapping[str, Any]
) -> tuple[StorySummary, ...]:
    items = _items(file, _THESE, values)
    for item in items.values():
        item.lines.sort(key=_age)
    return tuple(_outline(file, r, items[r], values["until"]) for r in roots if r in items)


def _find(file: Connection, since: float, until: float, of: _Of, public: bool) -> Survey:
    kind = of if isinstance(of, Kind) else None
    values = {"since": since, "until": until, "topic": of, "kind": of, "public": public}
    items = _items(file, _OF_KIND if kind else _ON_TOPIC if of else _IN_SPAN, values)
    newest: dict[str, tuple[float, str]] = {}
    for root, item in items.items():
        item.lines.sort(key=_age)
        newest[root] = max(_age(line) for line in item.lines if _is_listed(line, since, of))
    order = sorted(items, key=newest.__getitem__, reverse=True)
    return Survey(tuple(_outline(file, root, items[root], until) for root in order), kind)


class _Item(NamedTuple):
    """What is shown as one: its lines, and by their keys what is not as with most.

    ``others`` are the stories of those that are not of the root's own, ``notes`` the post that one
    follows and its round-ups.
    """

    lines: list[EntrySummary]
    others: dict[str, str]
    notes: dict[str, tuple[str, str]]


def _items(file: Connection, found: str, values: Mapping[str, object]) -> dict[str, _Item]:
    """The items of these roots, with their lines in no order."""
    items: dict[str, _Item] = {}
    rows = file.execute(_LINES.format(found=found), values).fetchall()
    reach = reaches(file, [(row[6], row[4], row[-1]) for row in rows if row[-1]])
    for root, story, follows, roundups, *columns, _ in rows:
        item = items.get(root)
        if item is None:
            item = items[root] = _Item([], {}, {})
        line = _line(reach.get(columns[0], 0.0), *columns)
        item.lines.append(line)
        if story != root:
            item.others[line.key] = story
        if follows or roundups:
            item.notes[line.key] = follows, roundups
    return items


def _outline(file: Connection, root: str, item: _Item, until: float) -> StorySummary:
    """The outline of an item."""
    if not item.others and not item.notes:
        return StorySummary(root, tuple(item.lines))
    of = [item.others.get(line.key, root) for line in item.lines]
    told = list(zip(item.lines, of, strict=True))
    story = leading(root, ((each, not line.skipped) for line, each in told))
    own = [line for line, each in told if each == story]
    also = [line for line, each in told if each != story]
    earlier = next(filter(None, (_earlier(file, root, item, line, until) for line in own)), "")
    roundups = _roundups(file, item, until)
    return StorySummary(story, tuple(own), tuple(also), earlier, roundups)


def _earlier(file: Connection, root: str, item: _Item, line: EntrySummary, until: float) -> str:
    """The key of the entry that speaks for the story that a line follows; nothing for its own."""
    follows = item.notes.get(line.key, ("", ""))[0]
    row = _at_key(file, follows, until) if follows else None
    if row is None or row[0] == root:
        return ""
    found = _items(file, _THIS, {"root": row[0], "until": until, "public": False})[row[0]]
    told = [x for x in found.lines if found.others.get(x.key, row[0]) == row[1]]
    told.sort(key=_age)
    return (speaker(told) or told[0]).key


def _roundups(file: Connection, item: _Item, until: float) -> tuple[str, ...]:
    """Keys of posts that list any of the lines among other news, oldest first."""
    own = {line.key for line in item.lines}
    noted = {key for _, roundups in item.notes.values() for key in roundups.split()} - own
    rows = ((row[2], key) for key in noted if (row := _at_key(file, key, until)))
    return tuple(key for _, key in sorted(rows))


def _at_key(file: Connection, key: str, until: float) -> tuple[str, str, float] | None:
    """The root, the story and the time of a post that was published before that."""
    ref, _, message = key.rpartition("/")
    row: tuple[str, str, float] | None = file.execute(_AT_KEY, (ref, message, until)).fetchone()
    return row


def _count(
    file: Connection, ends: Sequence[float], topics: Sequence[Topic], public: bool
) -> _Counts:
    """Entries of each topic between each two of these instants."""
    spans = list(pairwise(ends))
    return {
        topic: tuple(
            int(file.execute(_COUNT, (topic, *span, public)).fetchone()[0]) for span in spans
        )
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


def _is_listed(line: EntrySummary, since: float, of: _Of) -> bool:
    asked = line.kind == of if isinstance(of, Kind) else of is None or of in line.topics
    return asked and line.at >= since


def _age(line: EntrySummary) -> tuple[float, str]:
    return line.at, line.key

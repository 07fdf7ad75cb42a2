"""Stories in outline, to be ranked and counted without their words, and whole where shown."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from bot.model import Line, Outline, Story, Survey, line_of, read_line
from bot.store import keys
from bot.store.content.entries import Entries
from bot.store.content.stories import Stories
from bot.store.ranking.summaries import HOUR, Lines
from bot.store.ranking.weekly_counts import Weeks
from bot.store.scripts import Scripts
from bot.taxonomy.topics import Topic

MOST_STORIES = 1_000
"""Decoded stories kept in memory."""

MOST_OUTLINES = 300_000
"""Outlines kept in memory, of all spans together."""

_TOGETHER = 100  # stories that one script reads; more would hold up the other clients


class _Span(NamedTuple):
    """What was found, and the ends of spans for which the same would be found."""

    tick: int
    since: tuple[float, float]
    until: tuple[float, float]
    survey: Survey

    def fits(self, tick: int, since: float, until: float) -> bool:
        (earliest, latest), (low, high) = self.since, self.until
        return tick == self.tick and earliest < since <= latest and low < until <= high


class Outlines:
    """Outlines of the stories of a span, and the stories behind them."""

    def __init__(self, lines: Lines, scripts: Scripts, stories: Stories, entries: Entries) -> None:
        self._lines, self._scripts = lines, scripts
        self._joins, self._entries = stories, entries
        self._weeks = Weeks(lines, scripts)
        self._stories: OrderedDict[str, tuple[int, Outline, Story | None]] = OrderedDict()
        self._spans: OrderedDict[tuple[Topic | None, int], _Span] = OrderedDict()
        self._size = 0

    async def between(self, since: datetime, until: datetime) -> Survey:
        """Stories with a post published in ``[since, until)``, the newest post first.

        Each is complete as of ``until``: with its posts before the span. An entry that has not
        reached its story yet is a story of its own.
        """
        await self._lines.listen()
        return await self._survey(since.timestamp(), until.timestamp(), None)

    async def of_topic(
        self, topic: Topic, since: datetime, until: datetime, weeks: int = 0
    ) -> tuple[Survey, Sequence[int]]:
        """The same of stories with a post on a topic; and its posts in each of the last weeks.

        The stories have their posts on other topics, too.
        """
        start, end = since.timestamp(), until.timestamp()
        await self._lines.listen()
        counts = await self._weeks.of_topic(topic, end, weeks)
        return await self._survey(start, end, topic), counts

    async def weekly(self, until: datetime, weeks: int) -> dict[Topic, Sequence[int]]:
        """How many entries each topic has in each of the weeks before ``until``, oldest first."""
        await self._lines.listen()
        end = until.timestamp()
        counts = (self._weeks.of_topic(topic, end, weeks) for topic in Topic)
        return dict(zip(Topic, await asyncio.gather(*counts), strict=True))

    async def _survey(self, since: float, until: float, topic: Topic | None) -> Survey:
        name = topic, int(until - since) // HOUR
        kept = self._spans.get(name)
        if kept is None or not kept.fits(self._lines.tick, since, until):
            kept = await self._find(since, until, topic)
        self._keep(name, kept)
        return kept.survey

    def _keep(self, name: tuple[Topic | None, int], span: _Span) -> None:
        """Keep what was asked for last; what nobody asks for goes first."""
        old = self._spans.pop(name, None)
        self._spans[name] = span
        self._size += len(span.survey.outlines) - (len(old.survey.outlines) if old else 0)
        while self._size > MOST_OUTLINES:
            _, gone = self._spans.popitem(last=False)
            self._size -= len(gone.survey.outlines)

    async def stories(self, outlines: Iterable[Outline]) -> tuple[Story, ...]:
        """These stories with their entries; without what has gone meanwhile.

        A story is read and decoded once as long as nothing of its hours changes.
        """
        wanted = list(outlines)
        found = {outline.id: self._kept(outline) for outline in wanted}
        missing = [outline for outline in wanted if found[outline.id] is None]
        if missing:
            found |= await self._read(missing)
        return tuple(story for outline in wanted if (story := found[outline.id]))

    def _kept(self, outline: Outline) -> Story | None:
        tick, known, story = self._stories.get(outline.id, (0, None, None))
        same = known == outline and (
            tick == self._lines.tick
            or all(self._lines.holds(_hour_of(line), tick) for line in outline.lines)
        )
        if not same:
            return None
        self._stories.move_to_end(outline.id)
        return story

    async def _read(self, missing: Sequence[Outline]) -> dict[str, Story | None]:
        tick, found = self._lines.tick, dict[str, Story | None]()
        lines = [line for outline in missing for line in outline.lines]
        read = await self._entries.get_many([line.key for line in lines])
        entries = {entry.key: entry for entry in read}
        for outline in missing:
            members = [entries[line.key] for line in outline.lines if line.key in entries]
            story = Story(id=outline.id, entries=tuple(members)) if members else None
            found[outline.id] = story
            self._stories[outline.id] = (tick, outline, story)
        while len(self._stories) > MOST_STORIES:
            self._stories.popitem(last=False)
        return found

    async def _find(self, since: float, until: float, topic: Topic | None) -> _Span:
        tick, first, end = self._lines.tick, int(since // HOUR), -int(-until // HOUR)
        hours = await self._lines.hours(first, max(end, first + 1))
        listed = [hour.topics.get(topic, ()) if topic else hour.outlines for hour in hours]
        own = [each for some in listed for each in some if since <= each.lines[0].at < until]
        shared = [line for hour in hours for line in hour.shared]
        found = _together(reversed(await self._joined(own, shared)))
        await self._complete(found, shared, first * HOUR, until)
        return _Span(
            tick,
            _gap(listed[0], since, first),
            _gap(hours[-1].outlines, until, max(end - 1, first)),
            Survey(tuple(found.values())),
        )

    async def _joined(self, own: list[Outline], shared: Sequence[Line]) -> list[Outline]:
        """The same with the stories that an older program beside us put some of them into."""
        bare = {line.key for line in shared if not line.story}
        if not bare:
            return own
        of = await self._joins.of([x.lines[0].key for x in own if x.lines[0].key in bare])
        return [
            Outline(of[line.key], (line._replace(story=of[line.key], began=0.0),))
            if (line := each.lines[0]).key in of
            else each
            for each in own
        ]

    async def _complete(
        self, found: dict[str, Outline], shared: Sequence[Line], start: float, until: float
    ) -> None:
        """Add what stories of several posts have on other topics and before the first hour."""
        began = {
            story: line.began
            for story, outline in found.items()
            for line in outline.lines
            if line.began is not None
        }
        together = {story: {line.key: line for line in found[story].lines} for story in began}
        for line in shared:
            if line.story in together:
                together[line.story].setdefault(line.key, line)
        early = [story for story, at in began.items() if at < start]
        for story, lines in zip(early, await self._members(early), strict=True):
            together[story] = lines | together[story]
        for story, members in together.items():
            found[story] = Outline(story, _until(members.values(), until))

    async def _members(self, stories: Sequence[str]) -> list[dict[str, Line]]:
        """The lines of all members of stories."""
        names = [keys.story(story) for story in stories]
        calls = [
            (names[start : start + _TOGETHER], ()) for start in range(0, len(names), _TOGETHER)
        ]
        answers = cast("list[list[list[str]]]", await self._scripts.many("outlines", calls))
        found = [
            dict(zip(flat[::2], flat[1::2], strict=True)) for answer in answers for flat in answer
        ]
        bare = await self._bare(
            [key for texts in found for key, text in texts.items() if not text]
        )
        return [
            {
                key: read_line(key, text) if text else bare[key]
                for key, text in texts.items()
                if text or key in bare
            }
            for texts in found
        ]

    async def _bare(self, entry_keys: Sequence[str]) -> dict[str, Line]:
        """Lines of entries that an earlier program stored."""
        known = [line_of(entry) for entry in await self._entries.get_many(entry_keys)]
        return {
            line.key: line for line in await self._lines.mend({x.key: _hour_of(x) for x in known})
        }


def _together(outlines: Iterable[Outline]) -> dict[str, Outline]:
    """The stories of lines, the newest line first, in that order."""
    found: dict[str, Outline] = {}
    for outline in outlines:
        known = found.setdefault(outline.id, outline)
        if known is not outline:
            found[outline.id] = Outline(outline.id, outline.lines + known.lines)
    return found


def _until(lines: Iterable[Line], until: float) -> tuple[Line, ...]:
    """These lines as of an instant, oldest first."""
    found = (line for line in lines if line.at < until)
    return tuple(sorted(found, key=lambda line: (line.at, line.key)))


def _gap(outlines: Iterable[Outline], at: float, hour: int) -> tuple[float, float]:
    """The last instant of a line before that one, and the first that is not; else the hour's."""
    low, high = hour * HOUR - 1e-3, float((hour + 1) * HOUR)
    for outline in outlines:
        line = outline.lines[0]
        if line.at >= at:
            return low, line.at
        low = line.at
    return low, high


def _hour_of(line: Line) -> int:
    return int(line.at) // HOUR

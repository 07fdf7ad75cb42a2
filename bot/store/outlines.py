"""Stories in outline, to be ranked and counted without their words, and whole where shown."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from bot.model import Line, Outline, Story, Survey, line_of, read_line, story_name
from bot.store import keys
from bot.store.entries import Entries
from bot.store.lines import HOUR, Hour, Lines
from bot.store.scripts import Scripts
from bot.store.stories import Stories
from bot.store.weeks import Weeks
from bot.topics import Topic

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
        listed = [hour.topics.get(topic, ()) if topic else hour.lines for hour in hours]
        own = [line for lines in listed for line in lines if since <= line.at < until]
        together = _together(reversed(await self._joined(own)))
        await self._complete(together, hours, first * HOUR)
        found = ((story, _until(lines.values(), until)) for story, lines in together.items())
        return _Span(
            tick,
            _gap(listed[0], since, first),
            _gap(hours[-1].lines, until, max(end - 1, first)),
            Survey(tuple(Outline(story, lines) for story, lines in found)),
        )

    async def _joined(self, lines: Sequence[Line]) -> list[Line]:
        """The lines with the stories that an older program beside us put them into."""
        of = await self._joins.of([line.key for line in lines if not line.story])
        if not of:
            return list(lines)
        return [
            line._replace(story=of[line.key], began=0.0) if line.key in of else line
            for line in lines
        ]

    async def _complete(
        self, together: dict[str, dict[str, Line]], hours: Sequence[Hour], start: float
    ) -> None:
        """Add what stories of several posts have on other topics and before the first hour."""
        began = {
            story: line.began
            for story, lines in together.items()
            for line in lines.values()
            if line.began is not None
        }
        if not began:
            return
        for line in (line for hour in hours for line in hour.shared if line.story in began):
            together[line.story].setdefault(line.key, line)
        early = [story for story, at in began.items() if at < start]
        for story, lines in zip(early, await self._members(early), strict=True):
            together[story] = lines | together[story]

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


def _together(lines: Iterable[Line]) -> dict[str, dict[str, Line]]:
    """Lines by story and key, in the order of each story's first one here."""
    found: dict[str, dict[str, Line]] = {}
    for line in lines:
        story = line.story or story_name(line.key)
        if story in found:
            found[story][line.key] = line
        else:
            found[story] = {line.key: line}
    return found


def _until(lines: Collection[Line], until: float) -> tuple[Line, ...]:
    """These lines as of an instant, oldest first."""
    if len(lines) == 1:
        return tuple(lines)
    found = (line for line in lines if line.at < until)
    return tuple(sorted(found, key=lambda line: (line.at, line.key)))


def _gap(lines: Iterable[Line], at: float, hour: int) -> tuple[float, float]:
    """The last instant of a line before that one, and the first that is not; else the hour's."""
    low, high = hour * HOUR - 1e-3, float((hour + 1) * HOUR)
    for line in lines:
        if line.at >= at:
            return low, line.at
        low = line.at
    return low, high


def _hour_of(line: Line) -> int:
    return int(line.at) // HOUR

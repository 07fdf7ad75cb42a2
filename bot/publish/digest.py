"""Stories → Digest: what is shown, in which order, and what is only counted. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple

from bot.model import Digest, Entry, Importance, Language, Period, PeriodName, Section, Story
from bot.text import words
from bot.topics import Kind, Topic

LIMITS: dict[PeriodName, int] = {"day": 24, "week": 40, "month": 60}
"""Most stories that a digest shows."""

WEIGHTS: dict[Importance, float] = {
    "skip": 0.25,
    "low": 0.5,
    "normal": 1,
    "high": 2,
    "must_read": 4,
}
"""How much more a story of that importance counts than a normal one."""

EVEN: Mapping[str, float] = {}

_FADING = 0.3  # share of its weight that the oldest story of a period has lost
_SHARE = 4  # a channel brings up at most a quarter of the stories …
_SHARE_LEAST = 3  # … but these are never too many
_SHARED = 3  # … and with fewer channels there is nothing to share
_WORDS_PER_MINUTE = 180


@dataclass
class _Tally:
    posts: int = 0
    channels: set[str] = field(default_factory=set)
    repeats: int = 0
    skipped: Counter[Kind] = field(default_factory=Counter)


class _Candidate(NamedTuple):
    story: Story
    topic: Topic
    channel: str
    rank: tuple[float, float, str]


def lead(story: Story) -> Entry:
    """The entry that speaks for a story: the first worth showing, one by a model before others."""
    return _speaker(story) or story.first


def compose(
    stories: Iterable[Story],
    period: Period,
    language: Language,
    topics: Collection[Topic] = (),
    seen: Collection[str] = (),
    limit: int | None = None,
    weights: Mapping[str, float] = EVEN,
) -> Digest:
    """The digest of a period; the same stories in any order give the same digest.

    A story belongs to the period in which its first post worth showing appeared, so that days
    do not repeat each other; later posts, and stories whose ids are in ``seen``, count as
    repeats. ``topics`` restricts the stories, not the counts. Nothing after the period is shown.
    ``weights`` are what a story's rank is multiplied by, for its topic and its channel's ref.
    """
    tally = _Tally()
    known = (past for story in stories if (past := _as_of(story, period)))
    found = [_candidate(story, period, topics, seen, tally) for story in known]
    ranked = sorted((_weighed(c, weights) for c in found if c), key=lambda each: each.rank)
    chosen = _share(ranked, limit or LIMITS[period.name])
    return Digest(
        period=period,
        language=language,
        sections=_sections(chosen),
        posts=tally.posts,
        channels=len(tally.channels),
        repeats=tally.repeats,
        skipped=dict(sorted(tally.skipped.items(), key=lambda item: (-item[1], item[0]))),
        left_out=len(ranked) - len(chosen),
    )


def reading_minutes(digest: Digest) -> int:
    """Minutes to read all cards at 180 words a minute, at least one."""
    cards = (lead(story).card(digest.language) for story in digest.stories)
    total = sum(len(words(f"{card.title} {card.tldr}")) for card in cards)
    return max(1, round(total / _WORDS_PER_MINUTE))


def count_papers(stories: Iterable[Story]) -> int:
    """How many different papers these stories are about."""
    papers = (paper for story in stories for paper in story.papers)
    return len({paper.id or (paper.title or "").casefold() for paper in papers})


def _speaker(story: Story) -> Entry | None:
    """The lead of a story that has anything to show."""
    shown = None
    for entry in story.entries:
        if not entry.skipped:
            if entry.engine == "llm":
                return entry
            shown = shown or entry
    return shown


def _candidate(
    story: Story,
    period: Period,
    topics: Collection[Topic],
    seen: Collection[str],
    tally: _Tally,
) -> _Candidate | None:
    fresh = [entry for entry in story.entries if entry.post.published_at >= period.since]
    tally.posts += len(fresh)
    tally.channels.update([entry.post.channel.ref for entry in fresh])
    speaker = _speaker(story)
    if speaker is None:
        tally.skipped.update([entry.analysis.kind for entry in fresh])
        return None
    known = len(fresh) < len(story.entries) and _shown_before(story, period)
    if known or story.id in seen:
        tally.repeats += len(fresh)
        return None
    tally.repeats += len(fresh) - 1
    topic = _topic(speaker, topics)
    return _ranked(story, speaker, topic, period) if topic else None


def _weighed(candidate: _Candidate, weights: Mapping[str, float]) -> _Candidate:
    """With what its reader wants less of lowered."""
    score, published, key = candidate.rank
    factor = weights.get(candidate.topic, 1) * weights.get(candidate.channel, 1)
    return candidate._replace(rank=(score * factor, published, key))


def _shown_before(story: Story, period: Period) -> bool:
    """True when its first post worth showing is older than the period."""
    first = next(entry for entry in story.entries if not entry.skipped)
    return first.post.published_at < period.since


def _as_of(story: Story, period: Period) -> Story | None:
    """The story as it was when the period ended, if it had begun."""
    if story.entries[-1].post.published_at < period.until:
        return story
    kept = tuple(entry for entry in story.entries if entry.post.published_at < period.until)
    return Story(id=story.id, entries=kept) if kept else None


def _topic(speaker: Entry, topics: Collection[Topic]) -> Topic | None:
    """The section for a story: its primary topic, else the first that the reader follows."""
    found = speaker.analysis.topics
    return next((topic for topic in found if topic in topics), None) if topics else found[0]


def _ranked(story: Story, speaker: Entry, topic: Topic, period: Period) -> _Candidate:
    weight = max([WEIGHTS[e.analysis.importance] for e in story.entries if not e.skipped])
    age = (period.until - speaker.post.published_at) / (period.until - period.since)
    score = weight * (1 + log2(len(story.channels))) * (1 - _FADING * min(age, 1))
    rank = (-score, -speaker.post.published_at.timestamp(), speaker.key)
    return _Candidate(story, topic, speaker.post.channel.ref, rank)


def _share(ranked: list[_Candidate], limit: int) -> list[_Candidate]:
    """The best up to the limit, no channel with more than its share."""
    if len({candidate.channel for candidate in ranked}) < _SHARED:
        return ranked[:limit]
    most = max(_SHARE_LEAST, limit // _SHARE)
    taken: Counter[str] = Counter()
    chosen: list[_Candidate] = []
    for candidate in ranked:
        if len(chosen) < limit and taken[candidate.channel] < most:
            taken[candidate.channel] += 1
            chosen.append(candidate)
    return chosen


def _sections(chosen: list[_Candidate]) -> tuple[Section, ...]:
    """Topics by their best story, "other" last; inside a topic the best first."""
    topics = sorted(
        dict.fromkeys(candidate.topic for candidate in chosen), key=lambda topic: topic == "other"
    )
    return tuple(
        Section(topic=topic, stories=tuple(c.story for c in chosen if c.topic == topic))
        for topic in topics
    )

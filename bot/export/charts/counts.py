"""What the charts show: counts of posts by topic, week and channel. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model import Entry
from bot.screens.story_view import channel_names
from bot.taxonomy.topics import Topic

MOST_TOPICS, MOST_CHANNELS = 8, 7


@dataclass(frozen=True)
class TopicCounts:
    """Posts on a topic by week, the oldest first."""

    topic: Topic
    weeks: tuple[int, ...]


@dataclass(frozen=True)
class Grid:
    """Posts by topic (rows) and channel (columns); ``posts`` counts each post once."""

    topics: tuple[Topic, ...]
    channels: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]
    posts: int


def weekly_topic_counts(
    weeks: Sequence[Mapping[Topic, int]], most: int = MOST_TOPICS
) -> tuple[TopicCounts, ...]:
    """The topics with most posts in all weeks, those of the last week first."""
    total = Counter[Topic]()
    for week in weeks:
        total.update({topic: count for topic, count in week.items() if topic != "other"})
    found = [
        TopicCounts(topic, tuple(week.get(topic, 0) for week in weeks))
        for topic, count in total.most_common(most)
        if count
    ]
    return tuple(sorted(found, key=lambda trend: (-trend.weeks[-1], -sum(trend.weeks))))


def grid(
    entries: Iterable[Entry], most_topics: int = MOST_TOPICS, most_channels: int = MOST_CHANNELS
) -> Grid:
    """The topics and the channels with most posts worth showing; totals are over all channels."""
    shown = [entry for entry in entries if not entry.skipped]
    pairs = Counter(
        (topic, entry.post.channel.ref)
        for entry in shown
        for topic in entry.analysis.topics
        if topic != "other"
    )
    by_topic, by_channel = Counter[Topic](), Counter[str]()
    for (topic, channel), count in pairs.items():
        by_topic[topic] += count
        by_channel[channel] += count
    names = channel_names(entry.post.channel for entry in shown)
    topics = tuple(topic for topic, _ in by_topic.most_common(most_topics))
    channels = tuple(channel for channel, _ in by_channel.most_common(most_channels))
    return Grid(
        topics=topics,
        channels=tuple(names[channel] for channel in channels),
        rows=tuple(tuple(pairs[topic, channel] for channel in channels) for topic in topics),
        totals=tuple(by_topic[topic] for topic in topics),
        posts=len(shown),
    )

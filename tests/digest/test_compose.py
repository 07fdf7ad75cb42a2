"""What a digest shows, in which order, and what it only counts."""

from datetime import UTC, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.digest.cluster import group
from bot.digest.compose import lead, reading_minutes
from bot.digest.periods import period
from bot.model import Digest, Importance, Origin, Story
from bot.taxonomy.topics import Topic
from tests.fakes.digests import compose
from tests.fakes.entries import NOON, make_entry, make_story

DAY = period("day", NOON, ZoneInfo("UTC"))


def story(name: str, *channels: str, hours_ago: float = 1, **kwargs: Any) -> Story:
    """A story that these channels tell one after another, five minutes apart."""
    entries = [
        make_entry(channel, text=name, title=name, hours_ago=hours_ago - n / 12, **kwargs)
        for n, channel in enumerate(channels)
    ]
    return Story(id=name, entries=tuple(entries))


def shown(digest: Digest) -> list[str]:
    return [found.id for found in digest.stories]


def test_channels_then_importance_then_freshness_decide() -> None:
    stories = [
        story("old", "a", hours_ago=20),
        story("fresh", "b", hours_ago=1),
        story("high", "c", importance="high", hours_ago=1),
        story("many", "a", "b", "c", "d", hours_ago=1),
        story("must", "e", importance="must_read", hours_ago=1),
    ]
    assert shown(compose(stories, DAY, "en")) == ["must", "many", "high", "fresh", "old"]


def test_the_order_given_does_not_matter() -> None:
    stories = [story(f"s{n}", f"ch{n % 3}", hours_ago=n % 5 + 1) for n in range(12)]
    expected = compose(stories, DAY, "en")
    Random(3).shuffle(stories)
    assert compose(stories, DAY, "en") == expected


def test_two_posts_of_one_channel_are_one_voice() -> None:
    twice = make_story(make_entry("a", 1), make_entry("a", 2), story_id="twice")
    two = story("two", "c", "d")
    assert shown(compose([twice, two], DAY, "en")) == ["two", "twice"]


@pytest.mark.parametrize("kind", ["promo", "service", "job", "meme", "personal"])
def test_ads_and_the_like_are_counted_not_shown(kind: str) -> None:
    digest = compose([story("ad", "a", "b", kind=kind), story("s", "c")], DAY, "en")
    assert shown(digest) == ["s"]
    assert digest.skipped == {kind: 2}
    assert (digest.posts, digest.channels, digest.repeats) == (3, 3, 0)


def test_what_the_analyst_would_skip_is_skipped() -> None:
    skip: Importance = "skip"
    assert compose([story("s", "a", importance=skip)], DAY, "en").skipped == {"paper_review": 1}


def test_repeats_are_folded_and_counted() -> None:
    original = make_entry("a", 7, text="первый пост о новой модели", hours_ago=3)
    origin = Origin(name="a", channel="a", message_id=7)
    repost = make_entry("b", 1, text="смотрите", forward=origin, hours_ago=1)
    digest = compose(group([original, repost]), DAY, "ru")
    assert len(digest.stories) == 1
    assert (digest.posts, digest.repeats) == (2, 1)


def test_a_story_of_yesterday_does_not_come_again() -> None:
    entries = (make_entry("a", hours_ago=30), make_entry("b", hours_ago=2))
    digest = compose([Story(id="s", entries=entries)], DAY, "en")
    assert (shown(digest), digest.posts, digest.repeats) == ([], 1, 1)


def test_a_seen_story_does_not_come_again() -> None:
    digest = compose([story("s", "a"), story("t", "b")], DAY, "en", seen={"s"})
    assert (shown(digest), digest.repeats) == (["t"], 1)


def test_nothing_after_the_period_is_known() -> None:
    early, late = make_entry("a", hours_ago=5), make_entry("b", hours_ago=-1)
    past = period("day", NOON - timedelta(hours=1), ZoneInfo("UTC"))
    digest = compose([Story(id="s", entries=(early, late)), make_story(late)], past, "en")
    assert [len(found.channels) for found in digest.stories] == [1]
    assert digest.posts == 1


def test_the_bounds_of_a_period_are_half_open() -> None:
    entries = [
        make_entry("a", n, at=at, hours_ago=0) for n, at in enumerate((DAY.since, DAY.until))
    ]
    digest = compose(
        [make_story(entry, story_id=str(n)) for n, entry in enumerate(entries)], DAY, "en"
    )
    assert shown(digest) == ["0"]


def test_topics_choose_the_stories_and_their_sections() -> None:
    stories = [
        story("q", "a", topics=["agents", "quantization"]),
        story("r", "b", topics=["robotics"]),
    ]
    digest = compose(stories, DAY, "en", topics=[Topic("quantization")])
    assert [(section.topic, len(section.stories)) for section in digest.sections] == [
        ("quantization", 1)
    ]
    assert digest.posts == 2


def test_sections_follow_their_best_story_and_other_is_last() -> None:
    stories = [
        story("o", "a", "b", "c", topics=["other"]),
        story("n", "a", topics=["nlp"]),
        story("r", "b", topics=["robotics"], importance="high"),
    ]
    sections = [section.topic for section in compose(stories, DAY, "en").sections]
    assert sections == ["robotics", "nlp", "other"]


def test_one_loud_channel_does_not_fill_the_digest() -> None:
    flood = [story(f"f{n}", "loud", importance="high") for n in range(50)]
    others = [story("x", "quiet"), story("y", "calm")]
    digest = compose([*flood, *others], DAY, "en")
    assert len(digest.stories) == 6 + 2
    assert digest.left_out == 44


def test_the_only_channel_may_fill_it() -> None:
    digest = compose([story(f"f{n}", "only") for n in range(50)], DAY, "en")
    assert (len(digest.stories), digest.left_out) == (24, 26)


def test_a_model_speaks_for_a_story_before_an_extract() -> None:
    extract = make_entry("a", engine="extractive", hours_ago=3)
    ad = make_entry("b", kind="promo", hours_ago=2)
    model = make_entry("c", hours_ago=1)
    assert lead(make_story(extract, ad, model)) == model
    assert lead(make_story(ad, extract)) == extract


def test_reading_time_grows_with_the_words() -> None:
    digest = compose([make_story(make_entry(tldr="слово " * 900))], DAY, "ru")
    assert reading_minutes(digest) == 5
    assert reading_minutes(compose([], DAY, "ru")) == 1


def test_the_period_keeps_the_reader_s_zone() -> None:
    found = compose([], period("week", NOON, ZoneInfo("Asia/Tokyo")), "ru").period
    assert found.until.hour == 21
    assert found.until.astimezone(UTC) == NOON

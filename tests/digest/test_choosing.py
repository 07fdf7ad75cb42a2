"""What a digest chooses: by reach, of every day its share, no topic with more than a third."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.digest.periods import days_of, period, weeks_of
from bot.digest.ranking import LIMITS, Choice, choose
from bot.digest.shares import apportion, most_of_each
from bot.model import (
    EntrySummary,
    Importance,
    PeriodName,
    StorySummary,
    Survey,
    independent_channels,
)
from bot.taxonomy.topics import Kind, Topic
from tests.fakes.entries import NOON

ZONE = ZoneInfo("UTC")
TOPICS = [topic for topic in Topic if topic != "other"]


def line(
    key: str,
    hours_ago: float = 1,
    *,
    topic: str = "agents",
    kind: str = "news",
    importance: Importance = "normal",
    reach: float = 0.0,
) -> EntrySummary:
    channel = key.rpartition("/")[0]
    at = (NOON - timedelta(hours=hours_ago)).timestamp()
    skipped = kind in ("promo", "job")
    topics = (Topic(topic),)
    return EntrySummary(
        key, at, channel, Kind(kind), importance, "llm", topics, skipped, reach=reach
    )


def outline(name: str, *lines: EntrySummary, also: tuple[EntrySummary, ...] = ()) -> StorySummary:
    return StorySummary(name, tuple(sorted(lines, key=lambda each: each.at)), also)


def chosen(stories: list[StorySummary], name: PeriodName = "day") -> Choice:
    return choose(Survey(tuple(stories)), period(name, NOON, ZONE))


def shown(choice: Choice) -> list[str]:
    return [each.id for _, section in choice.sections for each in section]


def days_ago(each: StorySummary) -> int:
    return int((NOON.timestamp() - each.lines[0].at) // 86_400)


def spread(counts: list[int], *, topics: int = 3) -> list[StorySummary]:
    """So many stories of so many days, the last day first, each of a channel of its own."""
    return [
        outline(
            f"{day}.{n}",
            line(f"c{day}.{n}/1", day * 24 + 2 + n / 100, topic=TOPICS[n % topics]),
        )
        for day, count in enumerate(counts)
        for n in range(count)
    ]


def test_channels_of_one_owner_count_once() -> None:
    copies = [line(f"owned{n}/1", 1 - n / 3600) for n in range(10)]
    assert independent_channels(copies) == 1
    assert independent_channels([line("a/1", 1), line("b/1", 1 - 3 / 60)]) == 2
    apart = [line("a/1", 1), line("b/1", 1 - 1 / 3600, kind="release")]
    assert independent_channels(apart) == 2
    two = [outline("own", *copies), outline("two", line("x/1", 3), line("y/1", 2))]
    assert shown(chosen(two)) == ["two", "own"]


def test_likely_tellings_count_and_stand_under_the_older_story() -> None:
    second, third = line("b/1", 2), line("c/1", 1.5)
    stories = [
        outline("first", line("a/1", 3), also=(second, third)),
        outline("second", second, also=(line("a/1", 3),)),
        outline("third", third),
        outline("pair", line("d/1", 1), line("e/1", 0.5)),
    ]
    for _ in range(3):
        Random(1).shuffle(stories)
        found = chosen(stories)
        assert shown(found) == ["first", "pair"]
        assert (found.posts, found.repeats, found.left_out) == (5, 3, 0)


def test_a_topic_lists_a_group_once_and_ads_group_nothing() -> None:
    second, ad = line("b/1", 2), line("c/1", 1, kind="promo")
    stories = (
        outline("ad", ad, also=(second,)),
        outline("second", second, also=(line("a/1", 3),)),
        outline("first", line("a/1", 3), also=(second,)),
    )
    assert [each.id for each in Survey(stories).shown] == ["first"]
    assert [each.id for each in Survey(stories[:2]).shown] == ["second"]


def test_what_many_saw_comes_before_what_came_later() -> None:
    stories = [
        outline("late", line("a/1", 1)),
        outline("seen", line("b/1", 20, reach=2.0)),
        outline("unseen", line("c/1", 2, reach=-1.0)),
        outline("early", line("d/1", 5)),
    ]
    assert shown(chosen(stories)) == ["seen", "late", "early", "unseen"]


def test_importance_outweighs_views_that_exploded() -> None:
    stories = [
        outline("viral", line("a/1", 1, reach=9.0)),
        outline("must", line("b/1", 9, importance="must_read", reach=-9.0)),
    ]
    assert shown(chosen(stories)) == ["must", "viral"]


def test_a_week_has_of_each_day_its_share() -> None:
    found = chosen(spread([40, 20, 20, 10, 10, 0, 20]), "week")
    days = Counter(days_ago(each) for each in found.outlines)
    assert [days[day] for day in range(7)] == [13, 7, 7, 3, 3, 0, 7]
    assert found.left_out == 80


def test_the_best_of_a_quiet_day_is_not_lost() -> None:
    found = chosen(spread([300, 200, 1, 200, 200, 200, 1]), "week")
    days = Counter(days_ago(each) for each in found.outlines)
    assert (days[2], days[6], sum(days.values())) == (1, 1, 40)


def test_a_month_has_of_each_week_its_share() -> None:
    found = chosen(spread([10] * 30), "month")
    weeks = Counter(days_ago(each) // 7 for each in found.outlines)
    assert [weeks[week] for week in range(5)] == [14, 14, 14, 14, 4]


def test_the_most_told_of_a_week_are_in_whatever_their_day() -> None:
    large = [
        outline(f"large{n}", *(line(f"l{n}.{m}/1", 2 + m / 10) for m in range(6 - n)))
        for n in range(5)
    ]
    found = chosen([*spread([3, 60, 60, 60, 60, 60, 60]), *large], "week")
    assert found.top == tuple(f"large{n}" for n in range(5))
    assert set(found.top) <= set(shown(found))
    assert len(shown(found)) == 40


def test_age_decides_only_inside_a_day() -> None:
    stories = [*spread([3, 3, 3], topics=1), outline("9", line("z/1", 80, reach=0.1))]
    assert shown(chosen(stories, "week")) == [
        *("9", "0.0", "1.0", "2.0", "0.1", "1.1", "2.1", "0.2", "1.2", "2.2")
    ]  # fmt: skip


def test_a_month_names_the_most_told_of_each_week_and_then_the_most_told() -> None:
    newest = [
        outline(f"new{n:02}", *(line(f"n{n}.{m}/1", 2 + n + m / 10) for m in range(3)))
        for n in range(12)
    ]
    older = [
        outline(f"week{n}", *(line(f"w{n}.{m}/1", 24 * 7 * n + 4 + m / 10) for m in range(2)))
        for n in range(1, 5)
    ]
    less = [
        outline(
            f"less{n}", line(f"v{n}/1", 24 * 7 * n + 9), line(f"u{n}/1", 24 * 7 * n + 8, reach=-1)
        )
        for n in range(1, 5)
    ]
    top = chosen([*spread([5] * 30), *newest, *older, *less], "month").top
    assert top[:6] == tuple(f"new{n:02}" for n in range(6))
    assert sorted(top[6:]) == [f"week{n}" for n in range(1, 5)]


@pytest.mark.parametrize("name", ["day", "week", "month"])
def test_the_order_of_what_is_given_changes_nothing(name: PeriodName) -> None:
    chance = Random(5)
    stories = spread([chance.randrange(3, 30) for _ in range(30)], topics=6)
    stories += [
        outline(f"t{n}", *(line(f"t{n}.{m}/1", 5 + n + m) for m in range(3))) for n in range(9)
    ]
    expected = chosen(stories, name)
    for _ in range(3):
        chance.shuffle(stories)
        again = chosen(stories, name)
        assert (again.sections, again.top, list(again.rest)) == (
            *(expected.sections, expected.top, list(expected.rest)),
        )  # fmt: skip


def test_no_topic_has_more_than_a_third() -> None:
    loud = [outline(f"a{n}", line(f"a{n}/1", 1 + n / 10)) for n in range(90)]
    others = [
        outline(f"o{n}", line(f"o{n}/1", 5, topic=TOPICS[5 + n % 8], importance="low"))
        for n in range(30)
    ]
    found = chosen([*loud, *others])
    sizes = [len(section) for _, section in found.sections]
    assert (max(sizes), sum(sizes), found.left_out) == (8, 24, 96)


def test_readers_of_three_topics_have_them_whole() -> None:
    loud = [outline(f"a{n}", line(f"a{n}/1", 1 + n / 10)) for n in range(30)]
    others = [
        outline(f"o{n}", line(f"o{n}/1", 5, topic=TOPICS[5 + n], importance="low"))
        for n in range(5)
    ]
    mine = [Topic("agents"), TOPICS[5], TOPICS[6]]
    found = choose(Survey((*loud, *others)), period("day", NOON, ZONE), mine)
    assert len(found.sections[0][1]) == 24


def test_the_rest_is_all_that_did_not_fit() -> None:
    stories = spread([100], topics=5)
    found = chosen(stories)
    rest = [each.id for each in found.rest]
    assert len(rest) == found.left_out == 76
    assert {*rest, *shown(found)} == {each.id for each in stories}


def test_kinds_that_tell_no_story_are_listed() -> None:
    stories = [
        outline("news", line("a/1", 5)),
        *(outline(f"list{n}", line(f"b{n}/1", 1, kind="roundup")) for n in range(8)),
        outline("view", line("c/1", 1, kind="opinion", importance="high")),
        outline("job", line("d/1", 1, kind="job")),
        outline("told", line("e/1", 4, kind="opinion"), line("f/1", 3, kind="release")),
    ]
    found = chosen(stories)
    assert shown(found) == ["told", "news"]
    assert [(kind, len(listed), more) for kind, listed, more in found.lists] == [
        *(("roundup", 6, 2), ("opinion", 1, 0))
    ]  # fmt: skip
    assert (found.posts, found.skipped, found.left_out) == (13, {"job": 1}, 0)


def test_the_first_lines_are_of_several_channels_or_clearly_of_more_weight() -> None:
    quiet = [outline(f"q{n}", line(f"q{n}/1", 1 + n)) for n in range(5)]
    assert chosen(quiet).top == ()
    pair = outline("pair", line("a/1", 3), line("b/1", 2))
    high = outline("high", line("c/1", 9, importance="high", reach=1))
    assert chosen([*quiet, pair, high]).top == ("high", "pair")
    second = outline("high2", line("d/1", 9, importance="high"))
    assert chosen([*quiet, pair, high, second]).top == ("pair",)
    must = [outline(f"m{n}", line(f"m{n}/1", 1 + n, importance="must_read")) for n in range(4)]
    assert chosen([*quiet, pair, *must]).top == ("m0", "m1", "m2")


def test_adverts_open_no_digest_and_add_no_channel() -> None:
    may_wait = [line(f"{name}/1", 2, importance="low") for name in ("a", "b", "c")]
    news = (line("d/1", 3), line("e/1", 2))
    advert = line("f/1", 2, kind="promo")
    stories = [outline("low", *may_wait), outline("news", *news, advert)]
    names: tuple[PeriodName, ...] = ("day", "week", "month")
    for name in names:
        assert chosen(stories, name).top == ("news",)
    alone = outline("alone", news[0], advert)
    assert chosen([alone]).top == ()


def test_seats_by_the_largest_remainder() -> None:
    assert apportion([47_000, 16_000, 15_800, 12_000, 6_100, 3_100], 10, [0] * 6) == [
        *(5, 2, 1, 1, 1, 0)
    ]
    assert apportion([3, 2], 10, [0, 0]) == [3, 2]
    assert apportion([90, 5, 5], 10, [0, 3, 1]) == [6, 3, 1]
    assert sum(apportion([7] * 7, 40, [1] * 7)) == 40


def test_a_third_of_what_is_shown_is_never_less_than_four() -> None:
    assert most_of_each({"a": 15, "b": 3, "c": 3, "d": 2, "e": 2}, 24) == 5
    assert most_of_each({"a": 9, "b": 1, "c": 1, "d": 1}, 24) == 4
    assert most_of_each({"a": 9, "b": 1, "c": 1}, 24) == 24


def test_days_keep_the_hour_over_a_change_of_the_clock() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    span = period("week", datetime(2026, 10, 27, 8, tzinfo=UTC), berlin)
    assert [end.isoformat() for end in days_of(span)[-3:]] == [
        "2026-10-25T09:00:00+01:00",
        "2026-10-26T09:00:00+01:00",
        "2026-10-27T09:00:00+01:00",
    ]
    assert days_of(span)[0].isoformat() == "2026-10-21T09:00:00+02:00"
    month = period("month", NOON, ZONE)
    assert len(days_of(month)) == 30
    assert [end.day for end in weeks_of(month)] == [23, 30, 6, 13, 20]


def followed_of(
    stories: list[StorySummary], followed: set[str], name: PeriodName = "day"
) -> Choice:
    """The digest of a reader of agents who follows these stories by words."""
    of_agents = (Topic("agents"),)
    return choose(Survey(tuple(stories)), period(name, NOON, ZONE), of_agents, followed=followed)


def test_what_is_followed_comes_first_whatever_its_topic_and_kind_and_nowhere_twice() -> None:
    stories = [
        outline("wanted", line("a/1", 1, topic="rl")),
        outline("opinion", line("b/1", 2, topic="rl", kind="opinion")),
        outline("mine", line("c/1", 3)),
        outline("mine too", line("d/1", 4)),
        outline("unwanted", line("e/1", 5, topic="rl")),
        outline("talk", line("f/1", 6, kind="opinion")),
    ]
    found = followed_of(stories, {"wanted", "opinion", "mine", "gone"})
    assert [(topic, [each.id for each in told]) for topic, told in found.sections] == [
        (None, shown(found)[:3]),
        ("agents", ["mine too"]),
    ]
    assert set(shown(found)[:3]) == {"wanted", "opinion", "mine"}
    assert [each.id for listed in found.lists for each in listed.outlines] == ["talk"]
    assert (found.left_out, list(found.rest)) == (0, [])


@pytest.mark.parametrize("name", ["day", "week", "month"])
def test_what_is_followed_has_a_third_and_the_rest_is_counted(name: PeriodName) -> None:
    stories = [
        outline(f"{topic}.{n}", line(f"c{topic}{n}/1", 1 + n / 10, topic=topic))
        for topic in ("agents", "rl")
        for n in range(70)
    ]
    found = followed_of(stories, {each.id for each in stories}, name)
    limit = LIMITS[name]
    (first, told), (topic, others) = found.sections
    assert (first, topic) == (None, "agents")
    assert (len(told), len(others)) == (limit // 3, limit - limit // 3)
    assert len(set(shown(found))) == limit
    assert found.left_out == len(list(found.rest)) == 140 - limit
    none = followed_of(stories, set(), name)
    assert None not in [topic for topic, _ in none.sections]

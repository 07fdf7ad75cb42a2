"""Stories are joined, shown together and followed up, and every id of one goes on working."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from pathlib import Path
from random import Random

import pytest

from bot.model import Entry, EntrySummary, StorySummary, Verdict, story_name, story_summary
from bot.publish.queries import stories_of, story_named
from bot.store import Store, keys
from bot.store.content.stories import MOST_ROUNDUPS, Joined
from bot.store.keys import stories as story_keys
from bot.store.queue.stream import Item
from tests.fakes.entries import make_entry

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEPT = timedelta(days=180)


async def put(store: Store, number: int, **ties: object) -> Entry:
    """An entry, the older the higher its number, that stands as ``ties`` say."""
    kind = ties.pop("kind", "news")
    made = make_entry(
        f"pane_{number}", number, text=f"Post {number}.", at=NOON, hours_ago=number, kind=str(kind)
    )
    await store.posts.ingest(made.post)
    await store.entries.commit(made, Item("0-1", {}))
    await join(store, made, **ties)
    return made


async def join(store: Store, entry: Entry, **ties: object) -> Joined:
    given = {"decisive": [], **ties}
    return await store.stories.join(entry.key, new_id=story_name(entry.key), **given)  # type: ignore[arg-type]


def name(entry: Entry) -> str:
    return story_name(entry.key)


async def together(store: Store, one: Entry, two: Entry, why: str = "judged") -> Joined:
    return await join(store, one, similar=name(two), why=why)


async def test_the_older_of_two_joined_stories_lives(store: Store) -> None:
    new, old = await put(store, 1), await put(store, 5)
    assert await together(store, new, old) == Joined(
        name(old), met=True, gone=(name(new),), moved="stories"
    )
    assert await store.stories.members(name(old)) == (new.key, old.key)
    assert await store.stories.members(name(new)) == ()
    assert await store.stories.names(name(new)) == (name(old), name(new))
    assert await store.stories.reasons([new.key, old.key]) == {new.key: "judged"}
    assert await together(store, new, old) == Joined(name(old), met=True)
    other, ancient = await put(store, 2), await put(store, 9)
    assert await together(store, old, ancient) == Joined(
        name(ancient), met=True, gone=(name(old),), moved="stories"
    )
    last = await together(store, other, new, "names:x")
    assert last == Joined(name(ancient), met=True, gone=(name(other),), moved="stories")
    assert set((await store.stories.living([name(x) for x in (new, old, other)])).values()) == {
        name(ancient)
    }


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_stories_joined_in_a_circle_are_one(store: Store, order: tuple[int, ...]) -> None:
    entries = [await put(store, number) for number in (1, 2, 3)]
    pairs = [(entries[n], entries[(n + 1) % 3]) for n in order]
    for one, two in pairs:
        await together(store, one, two)
    assert set((await store.stories.of([each.key for each in entries])).values()) == {
        name(entries[2])
    }
    everyone = tuple(sorted(each.key for each in entries))
    assert await store.stories.members(name(entries[2])) == everyone
    for each in entries:
        assert (await store.stories.names(name(each)))[0] == name(entries[2])


async def test_a_lookup_leads_to_the_story_that_lives(store: Store) -> None:
    new, old = await put(store, 1, decisive=["paper:a"]), await put(store, 5)
    await together(store, new, old)
    late = await put(store, 3, decisive=["paper:a"])
    assert await store.stories.of([late.key]) == {late.key: name(old)}
    assert await store.stories.found(["paper:a"]) == (name(old),)


async def test_a_link_found_later_joins_two_stories(store: Store) -> None:
    one = await put(store, 1, decisive=["text:a"])
    two = await put(store, 2, decisive=["paper:b"])
    assert (await join(store, one, decisive=["text:a", "paper:b"])).story == name(two)
    assert await store.stories.reasons([one.key]) == {one.key: "paper:b"}


async def test_a_post_is_found_under_its_name_before_it_is_here(store: Store) -> None:
    on_its_way = make_entry("pane_7", 7, at=NOON, hours_ago=7)
    early = await put(store, 1, similar=name(on_its_way), why="names:x")
    late = await put(store, 7)
    assert set((await store.stories.of([early.key, late.key])).values()) == {name(late)}


async def test_who_joined_by_rules_leaves_and_who_is_tied_stays(store: Store) -> None:
    first = await put(store, 9, decisive=["paper:a"])
    soft = await put(store, 1, similar=name(first), why="names:x", decisive=["text:b"])
    tied = await put(store, 2, decisive=["paper:a"])
    for entry, decisive in ((soft, ["text:b"]), (tied, []), (first, [])):
        await join(store, entry, decisive=decisive, leaves=True)
    of = await store.stories.of([x.key for x in (first, soft, tied)])
    assert of == {first.key: name(first), tied.key: name(first), soft.key: name(soft)}
    assert await store.stories.found(["text:b"]) == (name(soft),)
    await together(store, soft, first)
    await join(store, soft, leaves=True)
    again = (await store.stories.of([soft.key]))[soft.key]
    assert again not in {name(first), name(soft)}
    assert (await store.stories.living([name(soft)]))[name(soft)] == name(first)
    assert await store.stories.members(again) == (soft.key,)


async def test_a_likely_story_is_shown_under_the_older_one(store: Store) -> None:
    old, new = await put(store, 5), await put(store, 1)
    await join(store, old, group=name(new), why_group="grouped:names:x")
    last = await put(store, 2, group=name(new), why_group="grouped:names:x")
    [found] = await stories_of(store, [new, old])
    assert (found.id, found.entries, found.also) == (name(old), (old,), (last, new))
    alone = await story_named(store, name(new))
    assert alone is not None
    assert (alone.id, alone.entries, alone.also) == (name(new), (new,), ())
    ancient = await put(store, 9)
    await together(store, ancient, last)
    [found] = await stories_of(store, [new])
    assert [entry.key for entry in found.entries] == [ancient.key, last.key]
    assert [entry.key for entry in found.also] == [old.key, new.key]
    await together(store, new, ancient)
    [found] = await stories_of(store, [new])
    assert len(found.entries) == 3
    assert found.also == (old,)


async def test_a_group_that_was_refuted_stands_for_itself(store: Store) -> None:
    old = await put(store, 5)
    new = await put(store, 1, group=name(old), why_group="grouped:names:x")
    assert await store.stories.reasons([new.key]) == {new.key: "grouped:names:x"}
    await join(store, new, leaves=True)
    assert len(await stories_of(store, [new, old])) == 2
    assert await store.stories.reasons([new.key]) == {}


async def test_what_nobody_would_be_shown_leads_no_others(store: Store) -> None:
    old = await put(store, 5, kind="promo")
    new = await put(store, 1, group=name(old), why_group="grouped:names:x")
    [found] = await stories_of(store, [old, new])
    assert (found.id, found.entries, found.also) == (name(new), (new,), (old,))
    await store.entries.retract(old.key, old.post.channel.ref)
    [found] = await stories_of(store, [new])
    assert (found.id, found.entries, found.also) == (name(new), (new,), ())


async def test_a_follow_up_leads_back_to_whoever_speaks_for_the_story(store: Store) -> None:
    ad, old = await put(store, 6, kind="promo"), await put(store, 5)
    await together(store, old, ad)
    new = await put(store, 1, follows=ad.key)
    [found] = await stories_of(store, [new])
    assert found.earlier == old
    await together(store, new, old)
    [found] = await stories_of(store, [new])
    assert found.earlier is None


async def test_round_ups_are_noted_once_and_only_some(store: Store) -> None:
    item, lists = await put(store, 1), [await put(store, n) for n in range(2, 14)]
    for each in [*lists, *lists]:
        await store.stories.note_roundup(each.key, [item.key])
    [found] = await stories_of(store, [item])
    assert len(found.roundups) == MOST_ROUNDUPS
    await store.entries.retract(found.roundups[0].key, found.roundups[0].post.channel.ref)
    [left] = await stories_of(store, [item])
    assert left.roundups == found.roundups[1:]


async def test_a_verdict_is_kept_for_the_text_that_it_was_about(store: Store) -> None:
    said = Verdict(shown=("a/1",), same="a/1")
    await store.stories.keep_verdict("b/2", "r1", said)
    assert await store.stories.verdict("b/2", "r1") == said
    assert await store.stories.verdict("b/2", "r2") is None
    await store.redis.set(story_keys.verdict("b/2"), '{"revision":"r1","verdict":7}')
    assert await store.stories.verdict("b/2", "r1") is None


async def test_the_reasons_of_joins_are_counted(store: Store) -> None:
    old = await put(store, 5, decisive=["paper:a"])
    await put(store, 1, decisive=["paper:a"])
    late = await put(store, 2, group=name(old), why_group="grouped:names:x")
    for _ in range(2):
        await together(store, late, old)
    counted: dict[str, int] = {}
    async for key in store.redis.scan_iter(f"{keys.usage('')}*"):
        for field, number in (await store.redis.hgetall(str(key))).items():
            counted[str(field)] = counted.get(str(field), 0) + int(number)
    joins = {field: n for field, n in counted.items() if field.startswith("joined_")}
    assert joins == {"joined_paper": 1, "joined_grouped": 1, "joined_judged": 1}


async def test_a_key_of_another_type_hinders_no_join(store: Store) -> None:
    entry = await put(store, 1)
    await store.redis.set(story_keys.apart(entry.key), "x")
    assert (await join(store, entry, decisive=["paper:a"])).story == name(entry)
    assert await store.stories.found(["paper:a"]) == (name(entry),)


async def test_the_read_model_says_what_the_store_does(store: Store, tmp_path: Path) -> None:
    other = Store(store.redis, KEPT, tmp_path)
    for seed in range(4):
        chance = Random(seed)
        await store.redis.flushdb()
        known = [await put(store, n, kind=chance.choice(["news", "promo"])) for n in range(1, 16)]
        for _ in range(30):
            one, two = chance.sample(known, 2)
            act = chance.choice(["join", "group", "follow", "roundup", "leave", "retract"])
            if act == "join":
                await together(store, one, two, chance.choice(["judged", "text"]))
            elif act == "group":
                await join(store, one, group=name(two), why_group="grouped:names:x")
            elif act == "follow":
                await join(store, one, follows=two.key)
            elif act == "roundup":
                await store.stories.note_roundup(one.key, [two.key])
            elif act == "leave":
                await join(store, one, leaves=True)
            elif len(known) > 9:
                known.remove(one)
                await store.entries.retract(one.key, one.post.channel.ref)
            if chance.random() < 0.3:
                await agree(store, other, known)
        await agree(store, other, known)


async def agree(store: Store, other: Store, known: list[Entry]) -> None:
    for reader in (store, other):
        await reader.read_model.refresh()
        survey = await reader.surveys.between(NOON - timedelta(days=1), NOON)
        stories = await stories_of(store, known)
        assert sorted(map(bare, survey.outlines)) == sorted(map(story_summary, stories))
        shown = await reader.surveys.stories(survey.outlines)
        assert {each.id: each for each in shown} == {each.id: each for each in stories}
        assert sum(len(o.lines) + len(o.also) for o in survey.outlines) == len(known)


def bare(outline: StorySummary) -> StorySummary:
    def without(lines: tuple[EntrySummary, ...]) -> tuple[EntrySummary, ...]:
        return tuple(line._replace(change=0) for line in lines)

    return outline._replace(lines=without(outline.lines), also=without(outline.also))


async def test_joins_at_one_moment_leave_nobody_out(store: Store) -> None:
    entries = [await put(store, number) for number in range(1, 12)]
    pairs = list(pairwise(entries))
    Random(3).shuffle(pairs)
    await asyncio.gather(*(together(store, one, two) for one, two in pairs))
    assert set((await store.stories.of([x.key for x in entries])).values()) == {name(entries[-1])}


async def test_the_file_of_another_moment_knows_no_later_relation(store: Store) -> None:
    old = await put(store, 9)
    late = await put(store, 2, similar=name(old), why="judged")
    grouped = await put(store, 1, group=name(old), why_group="grouped:names:x")
    await store.stories.note_roundup(grouped.key, [old.key])
    await store.read_model.refresh()
    until = NOON - timedelta(hours=5)
    [then] = (await store.surveys.between(until - timedelta(days=1), until)).outlines
    assert [line.key for line in then.lines] == [old.key]
    assert (then.also, then.roundups) == ((), ())
    [now] = (await store.surveys.between(NOON - timedelta(days=1), NOON)).outlines
    assert [line.key for line in now.lines] == [old.key, late.key]
    assert [line.key for line in now.also] == [grouped.key]

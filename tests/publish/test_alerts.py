"""Alerts on a real store: once a story, within the cap, not at night, edited as it grows."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Delivery, Entry, Event, Subscription, Verdict, story_name
from bot.publish.alerts import alert_followers
from bot.publish.worker import join_story
from bot.store import Store, keys
from bot.store.queue.stream import Item
from bot.taxonomy.topics import Topic
from tests.fakes.clock import standing_at
from tests.fakes.entries import make_entry

DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
PAPER = "2611.90001"


async def _follow(store: Store, chat: int = 5, **fields: object) -> None:
    known = {"chat_id": chat, "alerts": ("quantization",), "active": False, **fields}
    await store.subscriptions.save(Subscription.model_validate(known), None)


async def _publish(store: Store, entry: Entry, now: datetime = DAY) -> None:
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    await store.posts.ingest(entry.post)
    items = await store.post_stream.read("t", 1)
    await store.entries.prefer(entry.prompt_id)
    await store.entries.commit(entry, items[0] if items else Item("0-1", {}))
    [item] = await store.entry_stream.read("t", 1)
    await join_story(store, item, standing_at(now))


def _entry(number: int = 1, *, now: datetime = DAY, **fields: object) -> Entry:
    given = {"text": f"Made-up post {number} with words of its own: {'x' * number}.", **fields}
    return make_entry(f"pane_{number:02}", number, at=now, hours_ago=1, **given)  # type: ignore[arg-type]


async def _queued(store: Store) -> list[Delivery]:
    await store.outbox_stream.ready()
    items = await store.outbox_stream.read("t", 100, timedelta())
    found = [await store.outbox.get(item.fields["id"]) for item in items]
    return [delivery for delivery in found if delivery]


async def test_followers_of_the_topic_hear_of_it_once_and_others_do_not(store: Store) -> None:
    await _follow(store, 5)
    await _follow(store, 6, alerts=("agents",))
    entry = _entry(title="Two bits")
    await _publish(store, entry)
    assert await alert_followers(store, entry, DAY) == 0
    [alert] = await _queued(store)
    assert alert.chat_id == 5
    assert "Two bits" in alert.screen.text
    assert "1 of 5 today" in alert.screen.text


async def test_a_story_in_more_channels_edits_its_alert(store: Store) -> None:
    await _follow(store)
    for number in range(1, 5):
        await _publish(store, _entry(number, papers=(PAPER,)))
    first, *edits = await _queued(store)
    assert [edit.edits for edit in edits] == [first.id] * 2
    assert "2 channels" in edits[0].screen.text
    assert "3 channels" in edits[1].screen.text


async def test_beyond_the_cap_the_digest_takes_the_rest(store: Store) -> None:
    await _follow(store, alert_cap=2)
    for number in range(1, 6):
        await _publish(store, _entry(number))
    alerts = await _queued(store)
    assert len(alerts) == 2
    assert "2 of 2 today" in alerts[1].screen.text


@pytest.mark.parametrize(
    ("kept", "queued", "silent"), [("hold", 0, False), ("silent", 1, True), ("ring", 1, False)]
)
@pytest.mark.slow
async def test_at_night_the_reader_decides(
    store: Store, kept: str, queued: int, silent: bool
) -> None:
    await _follow(store, at_night=kept, zone="UTC")
    await _publish(store, _entry(now=NIGHT), NIGHT)
    alerts = await _queued(store)
    assert [alert.silent for alert in alerts] == [silent] * queued
    later = await store.redis.zrange(keys.later(keys.OUTBOX), 0, -1, withscores=True)
    assert len(later) == 1 - queued
    if later:
        morning = datetime(2026, 11, 21, 8, tzinfo=UTC)
        low, high = morning.timestamp() * 1000 - 1, morning.timestamp() * 1000 + 1
        assert await store.redis.zcount(keys.later(keys.OUTBOX), low, high) == 1


@pytest.mark.slow
async def test_old_posts_and_ads_alert_nobody(store: Store) -> None:
    await _follow(store)
    await _publish(store, make_entry("pane_old", 1, at=DAY, hours_ago=30, text="An old post."))
    await _publish(store, _entry(2, kind="promo"))
    assert await _queued(store) == []


@pytest.mark.slow
async def test_who_stops_following_or_leaves_hears_no_more(store: Store) -> None:
    await _follow(store, 5)
    await _follow(store, 5, alerts=())
    await _follow(store, 6)
    await store.subscriptions.deactivate(6)
    await _publish(store, _entry())
    assert await _queued(store) == []
    followers = [chat async for chat in store.alerts.followers(Topic("quantization"))]
    assert followers == []


async def test_the_count_begins_anew_each_local_day(store: Store) -> None:
    await _follow(store, alert_cap=1, zone="Asia/Tokyo")
    await _publish(store, _entry(1))
    await _publish(store, _entry(2))
    tomorrow = DAY + timedelta(hours=13)  # ten in the morning in Tokyo
    await _publish(store, _entry(3, now=tomorrow), tomorrow)
    assert len(await _queued(store)) == 2


def _read(entry: Entry, *, prompt: str = "test", **said: object) -> Entry:
    changed = entry.analysis.model_copy(update=said)
    return entry.model_copy(update={"analysis": changed, "prompt_id": prompt})


def _same(*shown: Entry) -> Verdict:
    return Verdict(shown=tuple(each.key for each in shown), same=shown[0].key)


async def _group(store: Store, entry: Entry, other: Entry) -> None:
    """As where rules find only likely that two tell one event."""
    name = story_name(entry.key)
    group = {"group": story_name(other.key), "why_group": "grouped:names:x"}
    await store.stories.join(entry.key, new_id=name, decisive=[], **group)  # type: ignore[arg-type]


async def test_ten_copies_within_seconds_ring_once(store: Store) -> None:
    await _follow(store)
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    words = "Zorkan is out: two bits for every weight, and it runs on a telephone of last year."
    copies = [
        make_entry(f"clone_{n}", n + 1, text=words, at=DAY + timedelta(seconds=n))
        for n in range(10)
    ]
    for entry in copies:
        await store.posts.ingest(entry.post)
    for item in await store.post_stream.read("t", 10):
        entry = next(each for each in copies if each.key == item.fields["key"])
        await store.entries.commit(entry, item)
    items = await store.entry_stream.read("t", 10)
    await asyncio.gather(*(join_story(store, item, standing_at(DAY)) for item in items))
    first, *edits = await _queued(store)
    assert all(edit.edits == first.id for edit in edits)
    assert len(set((await store.stories.of([each.key for each in copies])).values())) == 1


async def test_a_judged_telling_edits_the_alert_and_rings_nobody(store: Store) -> None:
    await _follow(store)
    first, second = _entry(1), _entry(2)
    await _publish(store, first)
    await _publish(store, _read(second, verdict=_same(first)))
    alert, edit = await _queued(store)
    assert edit.edits == alert.id
    assert "2 channels" in edit.screen.text


@pytest.mark.slow
async def test_two_alerts_before_a_late_join_stay_and_the_later_points_to_the_first(
    store: Store,
) -> None:
    await _follow(store)
    first, second = _entry(1, title="Two bits"), _entry(2, title="Bits of two")
    await _publish(store, first)
    await _publish(store, second)
    one, two = await _queued(store)
    assert "before" not in one.screen.text + two.screen.text
    for prompt in ("p2", "p3"):
        await _publish(store, _read(second, prompt=prompt, verdict=_same(first)))
    edits = {edit.edits: edit for edit in await _queued(store)}
    assert edits.keys() == {one.id, two.id}
    assert "2 channels" in edits[one.id].screen.text
    pointing = edits[two.id].screen
    assert "an alert about this before: Two bits" in pointing.text
    assert first.post.url in {entity.url for entity in pointing.entities}
    await _publish(store, _read(_entry(3), verdict=_same(first)))
    assert {edit.edits for edit in await _queued(store)} == {one.id}


@pytest.mark.slow
async def test_an_alert_that_went_out_under_the_younger_name_is_the_alert(store: Store) -> None:
    old = make_entry("pane_old", 1, at=DAY, hours_ago=30, text="An old post.")
    await _publish(store, old)
    await _follow(store)
    second = _entry(2)
    await _publish(store, second)
    [alert] = await _queued(store)
    await _publish(store, _read(second, prompt="p2", verdict=_same(old)))
    await _publish(store, _read(_entry(3), verdict=_same(old)))
    edits = await _queued(store)
    assert {edit.edits for edit in edits} == {alert.id}
    assert "3 channels" in edits[-1].screen.text


@pytest.mark.slow
async def test_what_is_shown_with_an_alerted_story_rings_nobody(store: Store) -> None:
    await _follow(store)
    first, second = _entry(1), _entry(2, importance="skip")
    await _publish(store, first)
    await _publish(store, second)
    await _group(store, second, first)
    better = _read(second, prompt="p2", importance="normal")
    await _publish(store, better)
    alert, *edits = await _queued(store)
    assert [edit.edits for edit in edits] == [alert.id]
    number, names = await store.alerts.number(story_name(second.key), 5, DAY.date(), 5)
    assert (number, names) == (1, (story_name(first.key),))


@pytest.mark.parametrize(("new", "rung"), [(True, 1), (False, 0)])
@pytest.mark.slow
async def test_a_look_back_starts_no_alert(store: Store, new: bool, rung: int) -> None:
    await _follow(store)
    event = Event(actor="Tarnis", action="release", object="Zorkan 4.2", new=new)
    await _publish(store, _read(_entry(1), event=event))
    assert len(await _queued(store)) == rung


async def test_a_look_back_counts_among_the_channels_of_an_alert(store: Store) -> None:
    await _follow(store)
    first = _entry(1)
    await _publish(store, first)
    event = Event(action="other", object="Zorkan 4.2", new=False)
    await _publish(store, _read(_entry(2), event=event, verdict=_same(first)))
    alert, edit = await _queued(store)
    assert edit.edits == alert.id


@pytest.mark.slow
async def test_of_two_alerts_held_for_the_morning_one_comes(store: Store) -> None:
    await _follow(store, zone="UTC")
    first, second = _entry(1, now=NIGHT), _entry(2, now=NIGHT)
    for entry in (first, second):
        await _publish(store, entry, NIGHT)
    assert await store.redis.zcard(keys.later(keys.OUTBOX)) == 2
    await _publish(store, _read(second, prompt="p2", verdict=_same(first)), NIGHT)
    assert await store.redis.zcard(keys.later(keys.OUTBOX)) == 1
    states = [await store.outbox.state(f"alert:{story_name(e.key)}:5") for e in (first, second)]
    assert [state["state"] for state in states] == ["pending", "undeliverable"]


@pytest.mark.slow
async def test_a_forgotten_reader_leaves_no_alert_of_any_name(store: Store) -> None:
    await _follow(store)
    first, second = _entry(1), _entry(2)
    await _publish(store, first)
    await _publish(store, second)
    await _publish(store, _read(second, prompt="p2", verdict=_same(first)))
    about = (keys.alert("*", 5), keys.delivery("alert:*:5*"))
    for each in about:
        assert [key async for key in store.redis.scan_iter(each)]
    await store.erasure.erase(5)
    for each in about:
        assert [key async for key in store.redis.scan_iter(each)] == []

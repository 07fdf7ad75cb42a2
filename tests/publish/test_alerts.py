"""Alerts on a real store: once a story, within the cap, not at night, edited as it grows."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Delivery, Entry, Subscription
from bot.publish.alerts import alert_followers
from bot.publish.worker import join_story
from bot.store import Store, keys
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
    [item] = await store.post_stream.read("t", 1)
    await store.entries.commit(entry, item)
    [item] = await store.entry_stream.read("t", 1)
    await join_story(store, item, standing_at(now))


def _entry(number: int = 1, *, now: datetime = DAY, **fields: object) -> Entry:
    given = {"text": f"Made-up post {number} with words of its own: {'x' * number}.", **fields}
    return make_entry(f"pane_{number:02}", number, at=now, hours_ago=1, **given)  # type: ignore[arg-type]


async def _queued(store: Store) -> list[Delivery]:
    await store.outbox_stream.ready()
    items = await store.outbox_stream.read("t", 100)
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


async def test_old_posts_and_ads_alert_nobody(store: Store) -> None:
    await _follow(store)
    await _publish(store, make_entry("pane_old", 1, at=DAY, hours_ago=30, text="An old post."))
    await _publish(store, _entry(2, kind="promo"))
    assert await _queued(store) == []


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

"""Alerts on followed words: as those on topics, and they say which words rang."""

from datetime import timedelta

import pytest

from bot.model import Delivery, Entry, Event, Subscription
from bot.publish.alerts import alert_followers
from bot.publish.following import following
from bot.store import Store, keys
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put

PAPER = "2611.90001"
NIGHT = NOON + timedelta(hours=11)


async def _follow(store: Store, *texts: str, chat: int = 5, **fields: object) -> Subscription:
    follows = tuple(following(text) for text in texts)
    known = {"chat_id": chat, "follows": follows, "active": False, **fields}
    reader = Subscription.model_validate(known)
    await store.subscriptions.save(reader, None)
    return reader


async def _tell(store: Store, *entries: Entry, at: timedelta = timedelta(0)) -> list[Delivery]:
    """What goes out as these appear, one after the other."""
    for entry in entries:
        await put(store, entry)
        await alert_followers(store, entry, NOON + at)
    await store.outbox_stream.ready()
    items = await store.outbox_stream.read("t", 100, timedelta())
    found = [await store.outbox.get(item.fields["id"]) for item in items]
    return [delivery for delivery in found if delivery]


async def test_an_alert_says_which_words_rang(store: Store) -> None:
    await _follow(store, "lora has:paper", "qwen", language="ru")
    await _follow(store, "dreams", chat=6)
    [alert] = await _tell(store, make_entry(text="Запускаем LoRA", papers=[PAPER]))
    assert alert.chat_id == 5
    assert alert.screen.text.startswith("🔔 Вы следите: lora has:paper\n")
    assert "1 из 5 на сегодня" in alert.screen.text


async def test_words_and_topics_ring_once_for_an_event(store: Store) -> None:
    await _follow(store, "lora", "weights", "@pane_one", alerts=("quantization",))
    first, edit = await _tell(
        store,
        make_entry(text="lora for weights", papers=[PAPER]),
        make_entry("pane_two", 2, text="the same, told without the word", papers=[PAPER]),
    )
    assert edit.edits == first.id
    for message in (first, edit):
        assert message.screen.text.startswith("🔔 You follow: ")
    assert "2 channels" in edit.screen.text


async def test_a_later_telling_without_the_words_edits_the_alert(store: Store) -> None:
    await _follow(store, "@pane_one lora")
    first, edit = await _tell(
        store,
        make_entry(text="lora", papers=[PAPER]),
        make_entry("pane_two", 2, text="quite another text", papers=[PAPER], topics=["rl"]),
    )
    assert edit.edits == first.id


async def test_words_share_the_days_cap_with_topics(store: Store) -> None:
    await _follow(store, "lora", alerts=("rl",), alert_cap=2)
    alerts = await _tell(
        store,
        make_entry(text="one about lora"),
        make_entry(message_id=2, text="two about games", topics=["rl"]),
        make_entry(message_id=3, text="three about lora"),
    )
    assert len(alerts) == 2
    assert "2 of 2 today" in alerts[1].screen.text


@pytest.mark.parametrize(
    ("at_night", "queued", "silent"),
    [("hold", 0, False), ("silent", 1, True), ("ring", 1, False)],
)
async def test_at_night_the_reader_decides_of_words_too(
    store: Store, at_night: str, queued: int, silent: bool
) -> None:
    await _follow(store, "lora", at_night=at_night)
    entry = make_entry(text="lora", at=NIGHT)
    alerts = await _tell(store, entry, at=NIGHT - NOON)
    assert [alert.silent for alert in alerts] == [silent] * queued
    assert await store.redis.zcard(keys.later(keys.OUTBOX)) == 1 - queued


async def test_what_is_skipped_old_or_looks_back_rings_nobody(store: Store) -> None:
    await _follow(store, "lora")
    back = make_entry(message_id=3, text="lora of old")
    event = Event(actor="Tarnis", action="release", object="Zorkan", new=False)
    back = back.model_copy(update={"analysis": back.analysis.model_copy(update={"event": event})})
    skipped = make_entry(text="Buy lora", kind="promo")
    old = make_entry(message_id=2, text="an earlier lora", hours_ago=30)
    assert await _tell(store, skipped, old, back) == []


async def test_a_quiet_topic_keeps_no_words_quiet(store: Store) -> None:
    quiet = [{"topic": "quantization", "until": NOON + timedelta(days=3)}]
    await _follow(store, "lora", alerts=("quantization",), quiet=quiet)
    alerts = await _tell(
        store, make_entry(text="lora"), make_entry(message_id=2, text="of that topic alone")
    )
    assert [alert.screen.text.splitlines()[0] for alert in alerts] == ["🔔 You follow: lora"]


async def test_who_pauses_or_follows_no_more_hears_nothing(store: Store) -> None:
    await _follow(store, "lora", paused_until=NOON + timedelta(days=1))
    await _follow(store, "lora", chat=6)
    await _follow(store, chat=6)
    await _follow(store, "lora -speech", chat=7)
    assert await _tell(store, make_entry(text="lora for speech")) == []

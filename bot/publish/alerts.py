"""Alerts: followers of a topic get a story once, when it appears; later channels edit it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.digest.periods import first_instant
from bot.model import Delivery, Entry, Story, Subscription
from bot.publish.queries import stories_of
from bot.screens.alert_screen import alert_screen
from bot.store import Store
from bot.taxonomy.topics import Topic

FRESH = timedelta(hours=6)
"""How old a post may be; what is older (a backfill, a downtime) is for the digest."""

GROWTHS = frozenset({2, 3, 5, 8, 13})
"""Numbers of channels at which an alert is edited: a growing story must not flicker."""

NIGHT, MORNING = time(22), time(8)


async def alert_followers(store: Store, entry: Entry, now: datetime) -> int:
    """Tell the followers of the entry's topics about its story; how many new alerts went out.

    Any number of calls about the same story send each follower one message.
    """
    if entry.skipped or now - entry.post.published_at > FRESH:
        return 0
    [story] = await stories_of(store, [entry])
    sent = 0
    for topic in entry.analysis.topics:
        async for chat in store.alerts.followers(topic):
            reader = await store.subscriptions.get(chat)
            if reader is not None and not _rests(reader, now):
                sent += await _tell(store, story, topic, reader, now)
    return sent


def _rests(reader: Subscription, now: datetime) -> bool:
    return reader.paused_until is not None and reader.paused_until > now


async def _tell(
    store: Store, story: Story, topic: Topic, reader: Subscription, now: datetime
) -> bool:
    local = now.astimezone(ZoneInfo(reader.zone))
    number = await store.alerts.number(story.id, reader.chat_id, local.date(), reader.alert_cap)
    if not number:
        return False  # the digest takes the rest
    screen = alert_screen(story, topic, reader, number)
    delivery = Delivery(
        id=f"alert:{story.id}:{reader.chat_id}",
        chat_id=reader.chat_id,
        screen=screen,
        thread=reader.thread,
        story=story.id,
    )
    if await _send(store, delivery, reader, local):
        return True
    channels = len(story.channels)
    if channels in GROWTHS:
        grown = {"id": f"{delivery.id}:{channels}", "edits": delivery.id}
        await store.outbox.enqueue([delivery.model_copy(update=grown)])
    return False


async def _send(store: Store, delivery: Delivery, reader: Subscription, local: datetime) -> bool:
    """Hand the alert to the sender, by night as the reader wants it; False when it was before."""
    night = not MORNING <= local.time().replace(tzinfo=None) < NIGHT
    if night and reader.at_night == "hold":
        return await store.outbox.enqueue_at(delivery, _next_morning(local, reader.zone))
    silent = night and reader.at_night == "silent"
    return bool(await store.outbox.enqueue([delivery.model_copy(update={"silent": silent})]))


def _next_morning(local: datetime, zone: str) -> datetime:
    day = local.date() + timedelta(days=local.time() >= MORNING)
    return first_instant(day, MORNING, ZoneInfo(zone))

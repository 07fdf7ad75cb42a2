"""Alerts: who follows a topic or words hears of an event once; later channels edit what came."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.digest.cluster import story_id
from bot.digest.periods import first_instant
from bot.model import Delivery, Entry, Screen, Story, Subscription
from bot.publish.card_language import retold, retold_entry
from bot.publish.following import words_finding
from bot.publish.queries import stories_of
from bot.screens.alert_screen import AlertCause, AlertView, alert_screen, quiet_until
from bot.store import Store
from bot.store.keys import DELIVERY_KEPT

FRESH = timedelta(hours=6)
"""How old a post may be; what is older (a backfill, a downtime) is for the digest."""

GROWTHS = frozenset({2, 3, 5, 8, 13})
"""Numbers of channels at which an alert is edited: a growing story must not flicker."""

NIGHT, MORNING = time(22), time(8)


async def alert_followers(store: Store, entry: Entry, now: datetime, *, met: bool = False) -> int:
    """Tell of an entry's event who follows its words or topics; how many new alerts went out.

    Any number of calls about one event, however it is told, send each follower one message. What
    is old, or looks at something older, sends none. ``met`` says that the entry's story was joined
    to another or is shown with one: what was sent of either is brought up to date.
    """
    age = now - entry.post.published_at
    rings = not entry.skipped and age <= FRESH
    if not rings and not (met and age <= DELIVERY_KEPT):
        return 0
    rings = rings and (entry.analysis.event is None or entry.analysis.event.new)
    [story] = await stories_of(store, [entry])
    sent = 0
    async for reader, cause, of_entry in _followers(store, entry, story, met):
        if not _rests(reader, now):
            alert = _Alert(story, cause, reader, now.astimezone(ZoneInfo(reader.zone)))
            loud = rings and of_entry and quiet_until(reader, cause, now) is None
            sent += await _tell(store, alert, rings=loud, met=met)
    return sent


_Follower = tuple[Subscription, AlertCause, bool]
"""A reader, what of his brings the story, and whether it is the entry that this finds."""


async def _followers(
    store: Store, entry: Entry, story: Story, met: bool
) -> AsyncIterator[_Follower]:
    """Who follows anything of a story; words say more of why than a topic does."""
    others = [each for each in _told_in(story) if each.key != entry.key]
    tokens = dict.fromkeys(await words_finding(store, entry), True)
    for other in others:
        tokens |= {each: False for each in await words_finding(store, other) if each not in tokens}
    for token, of_entry in tokens.items():
        async for chat in store.alerts.words_followers(token):
            reader = await store.subscriptions.get(chat)
            for cause in reader.follows if reader else ():
                if reader and cause.token == token:
                    yield reader, cause, of_entry
    topics = dict.fromkeys(entry.analysis.topics, True)
    for other in others if met else ():
        topics |= {topic: False for topic in other.analysis.topics if topic not in topics}
    for topic, of_entry in topics.items():
        async for chat in store.alerts.followers(topic):
            if reader := await store.subscriptions.get(chat):
                yield reader, topic, of_entry


class _Alert(NamedTuple):
    """What is told to whom, and when it is there."""

    story: Story
    cause: AlertCause
    reader: Subscription
    local: datetime

    async def delivery(
        self, store: Store, name: str, number: int, told: Entry | None = None
    ) -> Delivery:
        """The message under the name of the story that was told first."""
        reader = self.reader
        return Delivery(
            id=f"alert:{name}:{reader.chat_id}",
            chat_id=reader.chat_id,
            screen=await self.screen(store, AlertView(name, number, told)),
            thread=reader.thread,
            story=self.story.id,
        )

    async def screen(self, store: Store, view: AlertView) -> Screen:
        """As it looks now, with what the reader did about its story."""
        chat = self.reader.chat_id
        username = await store.sent_files.username() if chat < 0 else None
        told = retold_entry(view.told, self.reader) if view.told else None
        view = view._replace(told=told, saved=await store.saved.has(chat, self.story.id))
        [story] = retold([self.story], self.reader)
        return alert_screen(story, self.cause, self.reader, view, self.local, username)


async def alert_again(
    store: Store,
    story: Story,
    cause: AlertCause,
    reader: Subscription,
    name: str,
    now: datetime,
    *,
    asking: bool = False,
) -> Screen | None:
    """The alert that went out for the story ``name`` as it looks now; None for a forgotten one.

    ``story`` is what that one has become.
    """
    local = now.astimezone(ZoneInfo(reader.zone))
    number, names = await store.alerts.number(
        story.id, reader.chat_id, local.date(), reader.alert_cap, rings=False
    )
    if name not in names:
        return None
    told = None if name == names[0] else _first_told(story, names[0])
    alert = _Alert(story, cause, reader, local)
    return await alert.screen(store, AlertView(name, number, told, asking=asking))


def _first_told(story: Story, name: str) -> Entry:
    """The post for which the first alert went out."""
    return next((e for e in _told_in(story) if story_id(e) == name), story.first)


def _told_in(story: Story) -> tuple[Entry, ...]:
    return (*story.entries, *story.also)


def _rests(reader: Subscription, now: datetime) -> bool:
    return reader.paused_until is not None and reader.paused_until > now


async def _tell(store: Store, alert: _Alert, *, rings: bool, met: bool) -> bool:
    """Tell a reader of an event, or bring up to date what told of it; True for a new message."""
    reader, day = alert.reader, alert.local.date()
    number, names = await store.alerts.number(
        alert.story.id, reader.chat_id, day, reader.alert_cap, rings=rings
    )
    if not names:
        return False  # the digest takes it
    delivery = await alert.delivery(store, names[0], number)
    if rings and await _send(store, delivery, reader, alert.local):
        return True
    channels = len({entry.post.channel.ref for entry in _told_in(alert.story)})
    if channels in GROWTHS or (met and channels > 1):
        grown = {"id": f"{delivery.id}:{channels}", "edits": delivery.id}
        await store.outbox.enqueue([delivery.model_copy(update=grown)])
    for later in names[1:]:
        await _point_back(store, alert, names[0], later, number)
    return False


async def _point_back(store: Store, alert: _Alert, first: str, later: str, number: int) -> None:
    """Let a later alert about the same event point to the first; one that waits is not sent."""
    told = _first_told(alert.story, first)
    again = await alert.delivery(store, later, number, told)
    if await store.outbox.withdraw(again.id, "an earlier alert tells of it"):
        return
    pointing = {"id": f"{again.id}:first", "edits": again.id}
    await store.outbox.enqueue([again.model_copy(update=pointing)])


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

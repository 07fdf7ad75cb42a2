"""Everything outside the program in a chaos run, and what is fed into it."""

import asyncio
import math
import random
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from bench.chaos_people import QUESTIONS, UNOWED, chat_of, leavers
from bot.model import Delivery, Screen, Subscription
from bot.store import Store
from bot.store.queue.stream import Item
from tests.e2e.bot_process import environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import KEY, FakeOpenAI
from tests.fakes.openai_forms import Seen, form
from tests.fakes.pages import page, written
from tests.fakes.proxy import FakeProxy
from tests.fakes.tme import FakeTme

START = 180.0  # seconds at most until the bot asks for updates
BOT_CHANNELS, SITE_CHANNELS = 20, 10
PER_CHAT = 15  # messages to one chat; a group may get 20 a minute
PER_PAGE = 20
CAP_USD = 80.0  # more than all posts cost: what waits for another day's money is unfinished
NOW = datetime.now(UTC).replace(microsecond=0)
_SYLLABLES = ("ba", "de", "fo", "gu", "ki", "la", "me", "no", "pu", "ra", "se", "ti", "vo", "dra")


@dataclass
class World:
    """The fakes, the proxy before the store, and the driver's own way round it.

    ``late`` says how many seconds after its time each digest was closed, ``killed`` when the last
    kill was, by the loop's clock; ``handed_on`` are the last messages and when the store had them.
    """

    api: FakeBotApi
    model: FakeOpenAI
    site: FakeTme
    proxy: FakeProxy
    store: Store
    paid: Counter[str] = field(default_factory=Counter)
    tapped: dict[str, Any] = field(default_factory=dict)
    taps: int = 0
    due: dict[int, datetime] = field(default_factory=dict)
    late: dict[int, float] = field(default_factory=dict)
    killed: float = 0.0
    handed_on: deque[tuple[float, list[Delivery]]] = field(
        default_factory=lambda: deque(maxlen=99)
    )

    def count_calls(self) -> None:
        """Move the model's record into counters: ten thousand prompts are a lot of memory."""
        for asked in self.model.requests:
            if asked.post:
                self.paid[marker(asked.post.text)] += 1
        self.model.requests.clear()

    async def note_digests(self) -> None:
        """How many seconds after their time the digests were closed that are closed by now."""
        for chat, due in list(self.due.items()):  # which grows meanwhile
            if chat not in self.late and await self.store.subscriptions.due_at(chat) != due:
                self.late[chat] = (datetime.now(UTC) - due).total_seconds()

    @property
    def blind(self) -> float:
        """Seconds from the last kill until every channel was looked at again, or infinity."""
        looks = [look for look in self.site.requests if look.at > self.killed and not look.query]
        first = {look.path: look.at - self.killed for look in reversed(looks)}
        return max(first.values()) if len(first) == SITE_CHANNELS else math.inf

    @property
    def progress(self) -> int:
        """Posts read and messages delivered so far."""
        return len(self.paid) + sum(item.chat_id not in UNOWED for item in self.api.deliveries)

    def environment(self, home: Path, on_unknown: str) -> dict[str, str]:
        """Settings of the workers."""
        return dict(
            environment(
                home,
                TELEGRAM_BOT_TOKEN=TOKEN,
                TELEGRAM_API_BASE=self.api.url,
                OPENAI_API_KEY=KEY,
                OPENAI_BASE_URL=self.model.url,
                OPENAI_PRICE="1,4",
                DAILY_BUDGET_USD=str(CAP_USD),
                PREVIEW_BASE_URL=self.site.base_url,
                PREVIEW_INTERVAL="2",
                CHANNELS=",".join(site_handles()),
                REDIS_URL=self.proxy.url,
                ON_UNKNOWN_SEND=on_unknown,
            )
        )


@dataclass(frozen=True)
class Plan:
    """What is to be fed: posts by route, numbered messages, readers of digests, people.

    ``last`` are posts of previews that are there after the last kill. Askers ask once, talkers
    several times in a row; leavers subscribe and are forgotten at once.
    """

    by_bot: list[int]
    by_site: list[int]
    by_both: list[int]
    last: list[int]
    messages: dict[int, int]
    readers: list[int]
    askers: list[int]
    talkers: list[int]
    leavers: list[int]

    @property
    def posts(self) -> int:
        """How many posts before the last kill, each counted once."""
        return len(self.by_bot) + len(self.by_site)

    @property
    def total(self) -> int:
        """The progress at which nothing is owed any more."""
        return self.posts + len(self.last) + self.deliveries

    @property
    def deliveries(self) -> int:
        """How many messages are owed."""
        asked = len(self.askers) + QUESTIONS * len(self.talkers)
        return sum(self.messages.values()) + len(self.readers) + asked


def plan(posts: int, messages: int) -> Plan:
    """Seven posts of ten come as updates, three by previews; every tenth of these by both."""
    chats = max(4, -(-messages // PER_CHAT))
    each = {chat_of(1, n): len(range(n, messages, chats)) for n in range(chats)}
    some = max(3, min(60, posts // 40))
    cut = posts * 7 // 10
    return Plan(
        by_bot=list(range(cut)),
        by_site=list(range(cut, posts)),
        by_both=list(range(cut, posts, 10)),
        last=list(range(posts, posts + SITE_CHANNELS)),
        messages=each,
        readers=[chat_of(2, n) for n in range(some)],
        askers=[chat_of(3, n) for n in range(some)],
        talkers=[chat_of(4, n) for n in range(max(3, some // 2))],
        leavers=leavers(max(3, some // 2)),
    )


def site_handles() -> list[str]:
    """Channels that are read by previews."""
    return [f"pane_site_{n}" for n in range(SITE_CHANNELS)]


def text_of(number: int) -> str:
    """An invented post, unlike any other; its first words tell which one it is."""
    chance = random.Random(number)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(40)]
    return f"Mark {number} mark. {' '.join(words[:20])}. {' '.join(words[20:])}."


def marker(text: str) -> str:
    """The number in a post's first words, empty for another text."""
    words = text.split()
    return words[1] if words[:1] == ["Mark"] else ""


def read_quickly(post: Seen) -> dict[str, Any]:
    """A true form at little cost: looking for topics by hundreds of patterns takes 80 ms."""
    card = {"title": f"Mark {marker(post.text)}", "tldr": post.text[:120], "bullets": []}
    cards = {language: card for language in post.languages if language == "en"}
    blank = {"title": "Новый пост", "tldr": "Автор канала рассказывает о работе.", "bullets": []}
    return form(language="en", primary_topic="other", **cards, ru=blank)


async def prime(world: World, chats: list[int]) -> None:
    """The bot's own channels are sources; a message is known to be in each chat."""
    for own in range(BOT_CHANNELS):
        await world.store.sources.listen(str(9_000_000 + own))
    for chat in chats:
        first = Delivery(id=f"first:{chat}", chat_id=chat, screen=Screen(text="first"))
        there = await world.api.run("sendmessage", {"chat_id": chat, "text": "first"})
        await world.store.outbox.settle(
            first, Item("0-1", {}), "driver", "sent", message_id=there["message_id"]
        )
    world.api.deliveries.clear()


def serve_pages(world: World, numbers: list[int], upto: float, more: Sequence[int] = ()) -> None:
    """Let the site show the first part of its posts, newest page first, and all of ``more``."""
    for site, handle in enumerate(site_handles()):
        own = numbers[site::SITE_CHANNELS]
        shown = [*own[: max(PER_PAGE, int(len(own) * upto))], *more[site::SITE_CHANNELS]]
        posts = [
            written(place + 1, text_of(number), at=NOW, hours_ago=2)
            for place, number in enumerate(shown)
        ]
        for end in range(len(posts), 0, -PER_PAGE):
            start = max(0, end - PER_PAGE)
            html = page(
                handle, posts[start:end], channel_id=_site_id(site), title=handle, older=start > 0
            )
            before = None if end == len(posts) else posts[end].number
            world.site.serve(handle, html, before)


async def all_looked_at(world: World) -> bool:
    """True when each channel's first page has been stored: the rest of it is a burst then."""
    try:
        states = [await world.store.channels.state(f"@{handle}") for handle in site_handles()]
    except (RedisError, OSError):
        return False
    return all(state.get("last_id") for state in states)


async def wait_for_looks(world: World) -> None:
    """Until each channel's first page has been stored."""
    while not await all_looked_at(world):  # noqa: ASYNC110 - other processes tell nothing
        await asyncio.sleep(0.1)


def _site_id(site: int) -> int:
    return 7_000_000 + site


def push_post(world: World, number: int) -> None:
    """A post as an update of one of the bot's own channels."""
    own = number % BOT_CHANNELS
    world.api.channel_post(
        text_of(number), -(1_000_009_000_000 + own), handle=f"pane_bot_{own}", title="Pane"
    )


def push_again(world: World, plan: Plan, number: int) -> None:
    """A preview's post that the bot gets as an update, too."""
    place = number - plan.by_site[0]
    site = place % SITE_CHANNELS
    world.api.channel_post(
        text_of(number),
        -(1_000_000_000_000 + _site_id(site)),
        handle=f"pane_site_{site}",
        title=f"pane_site_{site}",
        message_id=place // SITE_CHANNELS + 1,
        date=int((NOW - timedelta(hours=2)).timestamp()),
    )


def message(chat: int, number: int) -> Delivery:
    """The numbered message to a chat."""
    screen = Screen(text=f"message {number} to {chat}")
    return Delivery(id=f"chaos:{chat}:{number}", chat_id=chat, screen=screen)


async def subscribe(world: World, chat: int, seconds: float) -> None:
    """A reader whose digest is due in so many seconds."""
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    await world.store.subscriptions.save(Subscription(chat_id=chat, at=due.time()), due)
    world.due[chat] = due


async def wait_for_polls(world: World) -> None:
    """Until the bot has asked for updates, so that its kinds of updates are known."""
    await world.api.until(lambda api: api.queue.polls > 0)
    await asyncio.sleep(0)

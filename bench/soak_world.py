"""What goes on in a soak: posts by two ways, edits, questions, digests that fall due, floods."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.chaos_world import CAP_USD, marker, text_of
from bot.model import Subscription
from bot.store import Store
from bot.taxonomy.topics import Topic
from tests.e2e.bot_process import environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.botapi_answers import flood
from tests.fakes.openai import KEY, FakeOpenAI
from tests.fakes.openai_forms import Seen, form
from tests.fakes.pages import Written, page, written
from tests.fakes.tme import FakeTme

BOT_CHANNELS, SITE_CHANNELS = 10, 5
ASKERS, READERS = 40, 60
SHOWN = 5  # posts of a page: none may be there for longer than the store remembers it
REMEMBERED = 500  # of each record of a fake: they keep all, and a soak is long
QUESTIONS = ("/digest", "/topic quantization", "/search mark", "/digest week", "/topics")
TOPICS = tuple(Topic)
Json = dict[str, Any]


@dataclass
class World:
    """The fakes, the store behind the program, and what was done to them."""

    api: FakeBotApi
    model: FakeOpenAI
    site: FakeTme
    store: Store
    url: str
    posts: int = 0
    edits: int = 0
    asked: int = 0
    floods: int = 0
    answered: int = 0
    _subscribed: int = 0
    _recent: deque[tuple[Json, int]] = field(default_factory=lambda: deque(maxlen=20))
    _pages: list[deque[Written]] = field(
        default_factory=lambda: [deque(maxlen=SHOWN) for _ in range(SITE_CHANNELS)]
    )
    _chance: random.Random = field(default_factory=lambda: random.Random(1))

    def environment(self, home: Path) -> dict[str, str]:
        """Settings of the processes."""
        known = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": self.api.url,
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": self.model.url,
            "OPENAI_PRICE": "1,4",
            "DAILY_BUDGET_USD": str(CAP_USD),
            "PREVIEW_BASE_URL": self.site.base_url,
            "PAPERS": "off",
            "PREVIEW_INTERVAL": "2",
            "CHANNELS": ",".join(map(_site, range(SITE_CHANNELS))),
            "REDIS_URL": self.url,
        }
        return dict(environment(home, **known))

    def begin(self) -> None:
        """Every page shows a post, so that there is a newest one."""
        for site in range(SITE_CHANNELS):
            self._shown(site)

    async def accept(self) -> None:
        """Its own channels are sources."""
        for own in range(BOT_CHANNELS):
            await self.store.sources.listen(str(9_000_000 + own))

    def post(self) -> None:
        """A post of one of the bot's own channels."""
        number, own = self._number(), self.posts % BOT_CHANNELS
        message = self.api.channel_post(
            text_of(number), -(1_000_009_000_000 + own), handle=f"pane_bot_{own}", title="Pane"
        )
        self._recent.append((message, number))

    def show(self) -> None:
        """A post on one of the pages."""
        self._shown(self._chance.randrange(SITE_CHANNELS))

    def edit(self) -> None:
        """Other words for a recent post, as its author mends it."""
        if self._recent:
            self.edits += 1
            message, number = self._chance.choice(self._recent)
            self.api.edit_channel_post(message, f"{text_of(number)} Mended {self.edits}.")

    def edit_shown(self) -> None:
        """Other words on a page."""
        self.edits += 1
        site = self._chance.randrange(SITE_CHANNELS)
        old = self._pages[site][-1]
        changed = f"{old.html} Mended {self.edits}."
        self._pages[site][-1] = Written(old.number, changed, old.at, edited=True)
        self._serve(site)

    def ask(self) -> None:
        """A reader wants to see something."""
        self.asked += 1
        self.api.say(QUESTIONS[self.asked % len(QUESTIONS)], 100 + self.asked % ASKERS)

    def flood(self) -> None:
        """The next message is refused: too many."""
        self.floods += 1
        self.api.order(flood(1))

    async def fall_due(self) -> None:
        """A reader's digest falls due, of some whom the store then forgets."""
        self._subscribed += 1
        chat = 10_000 + self._subscribed % READERS
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        await self.store.subscriptions.forget(chat)
        reader = Subscription(chat_id=chat, at=due.time().replace(microsecond=0))
        await self.store.subscriptions.save(reader, due)

    def forget_old(self) -> None:
        """Keep the fakes from growing with what they have seen."""
        self.answered += max(0, len(self.api.deliveries) - REMEMBERED)
        api, others = self.api, (self.site.requests, self.model.requests)
        records: tuple[list[Any], ...] = (api.calls, api.done, api.deliveries, api.refused)
        for record in (*records, *others):
            del record[:-REMEMBERED]
        for old in list(api.chats.messages)[:-REMEMBERED]:
            del api.chats.messages[old]

    def _number(self) -> int:
        self.posts += 1
        return self.posts

    def _shown(self, site: int) -> None:
        posts, number = self._pages[site], self._number()
        at = posts[-1].number + 1 if posts else 1
        posts.append(written(at, text_of(number), hours_ago=0, at=datetime.now(UTC)))
        self._serve(site)

    def _serve(self, site: int) -> None:
        handle, posts = _site(site), self._pages[site]
        older = posts[0].number > 1
        html = page(handle, posts, channel_id=7_100_000 + site, title=handle, older=older)
        self.site.serve(handle, html)


def read(post: Seen) -> Json:
    """A true form at little cost, with a topic by the post's number."""
    number = int(marker(post.text) or 0)
    card = {"title": f"Mark {number}", "tldr": post.text[:120], "bullets": []}
    blank = {"title": "Новый пост", "tldr": "Автор канала рассказывает о работе.", "bullets": []}
    topic = TOPICS[number % len(TOPICS)]
    return form(language="en", primary_topic=topic, en=card, ru=blank)


async def live(world: World, speed: float) -> None:
    """All of it, until cancelled; ``speed`` times as often as usual."""
    acts: list[tuple[float, Callable[[], Awaitable[None] | None]]] = [
        (1, world.post), (3, world.show), (7, world.edit), (11, world.edit_shown),
        (2, world.ask), (4, world.fall_due), (20, world.flood), (30, world.forget_old),
    ]  # fmt: skip
    async with asyncio.TaskGroup() as tasks:
        for every, act in acts:
            tasks.create_task(_again_and_again(every / speed, act))


async def _again_and_again(every: float, act: Callable[[], Awaitable[None] | None]) -> None:
    while True:
        await asyncio.sleep(every)
        if (waits := act()) is not None:
            await waits


def _site(number: int) -> str:
    return f"pane_site_{number}"

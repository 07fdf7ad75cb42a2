"""Posts read by an analyst of one server, seen from outside: entries, calls, money, reasons."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from structlog.testing import capture_logs

from bot.extract.budget import pricing
from bot.extract.llm.model import Model
from bot.extract.worker import Analyst
from bot.model import Post
from bot.store import Store, keys
from tests.extract.work import NOW, Clock, Told
from tests.fakes import openai_answers as answers
from tests.fakes.entries import make_post
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import Answer

PRICE = pricing.Price(1, 1)
WHO = ("Birch", "Cedar", "Maple", "Aspen", "Rowan", "Alder", "Linden", "Walnut")
TEXT = (
    "Team {who} released a small speech decoder that keeps latency under a tenth of a second on "
    "phones. It stops at the </think> tag and its weights are open."
)


@dataclass(frozen=True)
class Behaviour:
    """What a server does, and what must come of three posts.

    ``calls`` are the most requests in all, ``reason`` words of which one must be told, ``dead``
    whether posts are listed for the owner, ``known`` whether the server was a good one before,
    ``paid`` whether failed calls are booked.
    """

    answer: Answer
    engine: str = "llm"
    calls: int = 4
    posts: int = 3
    reason: tuple[str, ...] = ()
    told: str = ""
    second: bool = False
    dead: bool = False
    known: bool = False
    paid: bool = False
    text: str = TEXT
    timeout: float = 5.0


@dataclass
class Outcome:
    """What was seen of it."""

    engines: set[str] = field(default_factory=set)
    cards: list[str] = field(default_factory=list)
    calls: int = 0
    models: set[str] = field(default_factory=set)
    spent: int = 0
    held: int = 0
    told: list[str] = field(default_factory=list)
    words: str = ""
    dead: int = 0
    engines_later: set[str] = field(default_factory=set)


def posts_of(row: Behaviour) -> list[Post]:
    """The posts of a row, each about another team."""
    named = enumerate(WHO[: row.posts], 1)
    return [make_post(message_id=n, text=row.text.format(who=who)) for n, who in named]


async def played(store: Store, row: Behaviour) -> Outcome:
    """Three posts read from that server, then what is left of them from a good one."""
    clock, told, out, posts = Clock(), Told(), Outcome(), posts_of(row)
    async with FakeOpenAI() as fake, reading(store, fake, row, clock, told) as reader:
        if row.known:
            await _read(store, reader, [make_post("warm_up", text=TEXT.format(who="Willow"))])
        before = await store.usage.of(NOW.date())
        fake.requests.clear()
        fake.default = row.answer
        with capture_logs() as logs:
            await _read(store, reader, posts)
        entries = [await store.entries.get(post.key) for post in posts]
        out.engines = {entry.engine for entry in entries if entry}
        out.cards = [entry.card("en").tldr for entry in entries if entry]
        out.calls = len(fake.requests)
        out.models = {str(asked.body["model"]) for asked in fake.requests}
        counted = await store.usage.of(NOW.date())
        out.spent = counted.get("micro_dollars", 0) - before.get("micro_dollars", 0)
        out.held = await store.usage.spent(NOW.date()) - counted.get("micro_dollars", 0)
        letters = [letter async for letter in store.dead_letters.letters()]
        out.dead, out.told = len(letters), told.kinds
        heard = [*(reason for _, reason in told.notes), *(each.reason for each in letters)]
        out.words = "\n".join([*heard, *(str(log) for log in logs)]).casefold()
        fake.default = answers.honest
        out.engines_later = await _later(store, reader, clock, posts)
    return out


@asynccontextmanager
async def reading(
    store: Store, fake: FakeOpenAI, row: Behaviour, clock: Clock, told: Told
) -> AsyncIterator[Analyst]:
    """An analyst of that server, which sleeps no pause between two tries."""

    async def at_once(_: float) -> None:
        return

    async with AsyncExitStack() as stack:
        models = [
            await stack.enter_async_context(
                Model(
                    api_key="key", model=name, base_url=fake.url, languages=("en",), price=PRICE,
                    timeout=row.timeout, sleep=at_once,
                )
            )
            for name in ["first", *["second"] * row.second]
        ]  # fmt: skip
        second = models[1] if row.second else None
        analyst = Analyst(store, models[0], second=second, daily_cap=10, clock=clock, tell=told)
        await analyst.announce()
        yield analyst


async def _later(store: Store, reader: Analyst, clock: Clock, posts: Sequence[Post]) -> set[str]:
    """The engines of all posts when the server has been good for some time."""
    for _ in range(3):
        clock.now += timedelta(hours=2)
        for letter in [letter async for letter in store.dead_letters.letters()]:
            await store.dead_letters.retry(letter.id)
        for member in await store.redis.zrange(keys.later(keys.POSTS), 0, -1):
            await store.redis.zadd(keys.later(keys.POSTS), {str(member): 0})
        await store.post_stream.promote()
        await _work(store, reader)
    entries = [await store.entries.get(post.key) for post in posts]
    return {entry.engine if entry else "none" for entry in entries}


async def _read(store: Store, reader: Analyst, posts: Sequence[Post]) -> None:
    for post in posts:
        await store.posts.ingest(post)
        await _work(store, reader)


async def _work(store: Store, reader: Analyst) -> None:
    """Handle what is on the stream."""
    await store.post_stream.ready()
    while items := await store.post_stream.read("test", 10, timedelta(0)):
        for item in items:
            await reader.handle(item)

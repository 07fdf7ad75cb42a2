"""Work for the analyst's tests: posts taken in, items read, an analyst of a fake server."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from bot.extract.budget import pricing
from bot.extract.llm.concurrency import ConcurrencyLimit
from bot.extract.llm.model import Model
from bot.extract.worker import Analyst
from bot.model import Entry, Post
from bot.store import Store
from bot.store.queue.stream import Item
from tests.fakes.openai import FakeOpenAI

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE = pricing.Price(1, 1)
TEXT = (
    "We made the weights of a language model take two bits each. Perplexity grows by 4 percent, "
    "memory falls 7 times, and the whole thing takes three hours on one card."
)


class Told:
    """Notes to the owners, recorded."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str]] = []

    async def __call__(self, what: str, reason: str) -> None:
        self.notes.append((what, reason))

    @property
    def kinds(self) -> list[str]:
        """What was told of, in order."""
        return [what for what, _ in self.notes]


class Clock:
    """The time as a test sets it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Open:
    """A server that has filled in forms before and takes any number of calls."""

    def __init__(self) -> None:
        self.gate, self.proven = ConcurrencyLimit(64), True
        self.gate.open()


async def _at_once(_: float) -> None:
    return


def _model(fake: FakeOpenAI, name: str, timeout: float, price: pricing.Price) -> Model:
    return Model(
        api_key="key",
        model=name,
        base_url=fake.url,
        languages=("en",),
        timeout=timeout,
        price=price,
        sleep=_at_once,
    )


@asynccontextmanager
async def analyst(
    store: Store,
    fake: FakeOpenAI,
    *,
    cap: float = 1.0,
    clock: Callable[[], datetime] = lambda: NOW,
    tell: Told | None = None,
    model: str = "m",
    second: str | None = None,
    price: pricing.Price = ONE,
    timeout: float = 5.0,  # noqa: ASYNC109 - the setting of that name
) -> AsyncIterator[Analyst]:
    """An analyst of that server, which sleeps no pause between two tries."""

    async with AsyncExitStack() as stack:
        made = (_model(fake, name, timeout, price) for name in (model, second) if name)
        models = [await stack.enter_async_context(each) for each in made]
        reader = Analyst(
            store,
            models[0],
            second=models[1] if second else None,
            daily_cap=cap,
            clock=clock,
            tell=tell or Told(),
        )
        await reader.announce()
        yield reader


async def take(store: Store, post: Post) -> Item:
    """Take in a post; its work item."""
    await store.posts.ingest(post)
    return await following(store)


async def following(store: Store) -> Item:
    """The next item of the stream."""
    await store.post_stream.ready()
    [item] = await store.post_stream.read("test", 1)
    return item


async def entry_of(store: Store, post: Post) -> Entry:
    """The entry of a post, whose work must be done."""
    entry = await store.entries.get(post.key)
    assert entry is not None
    assert await store.post_stream.in_work() == 0
    return entry

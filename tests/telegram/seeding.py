"""Analysed posts put into the store the way the stages do it."""

from datetime import timedelta

from bot.extract.worker import Analyst
from bot.model import Entry, Language, Subscription
from bot.publish.worker import join_story
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.taxonomy.topics import Topic
from tests.fakes.entries import NOON


async def put(store: Store, *entries: Entry, clock: Clock | None = None) -> None:
    """Ingest, commit and cluster each entry."""
    await store.post_stream.ready()
    await store.entry_stream.ready()
    for entry in entries:
        await store.posts.ingest(entry.post)
        (work,) = await store.post_stream.read("seed", 1)
        await store.entries.commit(entry, work)
        (fresh,) = await store.entry_stream.read("seed", 1)
        await join_story(store, fresh, clock)
    await store.read_model.refresh()


async def read_all(store: Store) -> None:
    """Read what waits for the analyst, without a model, and publish it."""
    analyst = Analyst(store)
    await store.post_stream.ready()
    await store.entry_stream.ready()
    while items := await store.post_stream.read("seed", 10, timedelta(milliseconds=1)):
        for item in items:
            await analyst.handle(item)
    while items := await store.entry_stream.read("seed", 10, timedelta(milliseconds=1)):
        for item in items:
            await join_story(store, item)
    await store.read_model.refresh()


async def follow(store: Store, chat: int, language: Language = "en") -> None:
    """A reader without digests who follows a topic."""
    topic = Topic("quantization")
    reader = Subscription(chat_id=chat, language=language, active=False, alerts=(topic,))
    await store.subscriptions.save(reader, None)


async def subscribe(store: Store, *chats: int) -> None:
    """Readers with a digest a day."""
    for chat in chats:
        await store.subscriptions.save(Subscription(chat_id=chat), NOON)

"""Redis: every key, script, stream and repository, and the embedded server. The only state."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError

from bot.config import Settings
from bot.store import keys
from bot.store.access import Access
from bot.store.alerts import Alerts
from bot.store.attention import Attention
from bot.store.backlog import Backlog
from bot.store.broadcasts import Broadcasts
from bot.store.channels import Channels
from bot.store.clock import clock_skew, server_now
from bot.store.connect import StoreError, connect
from bot.store.dead import Dead
from bot.store.dislikes import Dislikes
from bot.store.drafts import Drafts
from bot.store.entries import Entries
from bot.store.files import Files
from bot.store.forget import Forget
from bot.store.forwards import Forwards
from bot.store.identity import Identity, identify
from bot.store.imports import Imports
from bot.store.lines import Lines
from bot.store.outbox import MOST_SENDS, Outbox
from bot.store.outlines import Outlines
from bot.store.owners import Owners
from bot.store.posts import Posts
from bot.store.saved import Saved
from bot.store.scripts import Scripts
from bot.store.search_texts import SearchTexts
from bot.store.shelf import Shelf
from bot.store.shutdowns import Shutdowns
from bot.store.sources import Sources
from bot.store.stories import Stories
from bot.store.stream import Stream
from bot.store.subscriptions import Subscriptions
from bot.store.thumbs import Thumbs
from bot.store.updates import Updates, UpdateStream
from bot.store.upgrade import upgrade
from bot.store.usage import Usage


class Store:
    """All repositories over one connection."""

    def __init__(self, redis: Redis, retention: timedelta, admin_ids: Iterable[int] = ()) -> None:
        self._scripts = scripts = Scripts(redis)
        self.redis = redis
        self.updates = Updates(scripts)
        self.posts = Posts(redis, scripts, retention)
        self.entries = Entries(redis, scripts, retention)
        self.imports = Imports(redis)
        self.stories = Stories(redis, scripts, retention)
        self._lines = Lines(redis, scripts, self.entries)
        self.outlines = Outlines(self._lines, scripts, self.stories, self.entries)
        self.channels = Channels(redis, scripts)
        self.sources = Sources(redis, self.channels)
        self.owners = Owners(redis, scripts, admin_ids)
        self.forwards = Forwards(redis)
        self.drafts = Drafts(redis)
        self.broadcasts = Broadcasts(redis)
        self.access = Access(redis, scripts)
        self.thumbs = Thumbs(redis)
        self.attention = Attention(redis)
        self.alerts = Alerts(redis, scripts)
        self.subscriptions = Subscriptions(redis, scripts)
        self.saved = Saved(redis, scripts)
        self.dislikes = Dislikes(redis)
        self.forget = Forget(redis, scripts)
        self.files = Files(redis)
        self.search_texts = SearchTexts(redis)
        self.outbox = Outbox(redis, scripts)
        self.usage = Usage(redis, scripts)
        self.shutdowns = Shutdowns(redis)
        self.backlog = Backlog(redis, scripts)
        self.shelf = Shelf(redis)
        self.dead = Dead(redis, scripts)
        self.update_stream = UpdateStream(redis, scripts, keys.UPDATES)
        self.post_stream = Stream(redis, scripts, keys.POSTS)
        self.entry_stream = Stream(redis, scripts, keys.ENTRIES)
        self.outbox_stream = Stream(redis, scripts, keys.OUTBOX, MOST_SENDS)

    async def now(self) -> datetime:
        """The server's instant, by which all processes decide what is due or late."""
        return await server_now(self.redis)

    async def clock_skew(self) -> timedelta | None:
        """By how much this host is ahead of the server; None when its answer was slow."""
        return await clock_skew(self.redis)

    async def identity(self) -> Identity:
        """Which store this is, and whom it knows as owners."""
        return await identify(self._scripts)

    def read_anew(self) -> None:
        """Forget what was read of a store that is another one now."""
        self._lines.read_anew()


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """The store that the settings name; ``StoreError`` or ``ServerError`` when there is none."""
    async with connect(settings) as redis:
        store = Store(redis, timedelta(days=settings.retention_days), settings.admin_ids)
        try:
            await store.identity()
        except NoPermissionError as error:
            fix = f"allow its user scripts (EVAL) and the keys {keys.PREFIX}*"
            raise StoreError(f"REDIS_URL: the server refuses us: {error}; {fix}") from None
        await upgrade(redis, store.sources)
        yield store

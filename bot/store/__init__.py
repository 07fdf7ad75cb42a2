"""Redis: every key, script, stream and repository, and the embedded server. The only state.

What is asked of many posts at once is read from a projection of it, the read model.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from bot.config import Settings
from bot.counts import ProcessCounts
from bot.store import keys
from bot.store.backup.restore import refuse_half_restored
from bot.store.connection.clock import clock_skew, server_now
from bot.store.connection.connect import connect
from bot.store.connection.identity import Identity, identify
from bot.store.content.backlog import Backlog, Imports
from bot.store.content.digest_opening import DigestOpenings
from bot.store.content.entries import Entries
from bot.store.content.papers import Papers
from bot.store.content.past_pages import PastPages
from bot.store.content.posts import Posts
from bot.store.content.stories import Stories
from bot.store.content.tellings import Tellings
from bot.store.delivery.answers import AnswerMessages
from bot.store.delivery.digest_messages import DigestMessages
from bot.store.delivery.outbox import MOST_SENDS, Outbox
from bot.store.keys import questions as question_keys
from bot.store.queue.dead_letters import DeadLetters
from bot.store.queue.questions import Questions
from bot.store.queue.stream import Stream
from bot.store.queue.updates import Updates, UpdateStream
from bot.store.read_model.follower import ReadModel
from bot.store.read_model.listings import Listings
from bot.store.read_model.search import Search
from bot.store.read_model.surveys import Surveys
from bot.store.readers.access import Access
from bot.store.readers.alerts import Alerts
from bot.store.readers.broadcasts import Broadcasts
from bot.store.readers.erasure import Erasure
from bot.store.readers.feeds import ReaderFeeds
from bot.store.readers.forwards import Forwards
from bot.store.readers.open_rate import OpenRate
from bot.store.readers.owners import Owners
from bot.store.readers.pending_actions import PendingActions
from bot.store.readers.preferences import Preferences
from bot.store.readers.query_tokens import QueryTokens
from bot.store.readers.reactions import Reactions
from bot.store.readers.saved import Saved
from bot.store.readers.sent_files import SentFiles
from bot.store.readers.subscriptions import Subscriptions
from bot.store.scripts import Scripts
from bot.store.shutdowns import Shutdowns
from bot.store.sources.channels import Channels
from bot.store.sources.source_lists import SourceLists
from bot.store.sources.sources import Sources
from bot.store.sources.suggestions import Suggestions
from bot.store.upgrade import upgrade
from bot.store.usage import Usage


class Store:
    """All repositories over one connection, and the read model in ``home``.

    ``counts`` are no part of what is stored: they are what this process has done so far.
    """

    server_version = "unknown"
    notices: tuple[str, ...] = ()
    """What the operator should know of the server, in a line each."""

    def __init__(
        self, redis: Redis, retention: timedelta, home: Path, admin_ids: Iterable[int] = ()
    ) -> None:
        self.redis, self.counts = redis, ProcessCounts()
        self._scripts = scripts = Scripts(redis)
        self.updates = Updates(scripts)
        self.posts = Posts(redis, scripts, retention, counts=self.counts)
        self.entries = Entries(redis, scripts, retention)
        self.imports, self.openings = Imports(redis), DigestOpenings(redis)
        self.stories = Stories(redis, scripts, retention)
        self.papers = Papers(redis, scripts, self.stories, retention)
        self.tellings, self.past_pages = Tellings(redis, scripts), PastPages(redis)
        self.read_model = ReadModel(home, redis, scripts)
        read = self.read_model, self.entries, self.papers
        self.surveys, self.public_surveys = Surveys(*read), Surveys(*read, public=True)
        self.search, self.listings = Search(self.read_model), Listings(self.read_model)
        self.channels = Channels(redis, scripts)
        self.sources = Sources(redis, self.channels)
        self.suggestions, self.source_lists = Suggestions(redis, scripts), SourceLists(redis)
        self.owners = Owners(redis, scripts, admin_ids)
        self.forwards, self.pending_actions = Forwards(redis), PendingActions(redis)
        self.broadcasts = Broadcasts(redis, scripts)
        self.access = Access(redis, scripts)
        self.reactions, self.open_rate = Reactions(redis), OpenRate(redis)
        self.alerts, self.subscriptions = Alerts(redis, scripts), Subscriptions(redis, scripts)
        self.saved, self.preferences = Saved(redis, scripts), Preferences(redis)
        self.feeds, self.questions = ReaderFeeds(redis, scripts), Questions(redis, scripts)
        self.erasure = Erasure(redis, scripts, self.broadcasts, self.feeds, self.questions)
        self.sent_files, self.query_tokens = SentFiles(redis), QueryTokens(redis)
        self.outbox = Outbox(redis, scripts)
        self.digest_messages = DigestMessages(redis, scripts)
        self.answers = AnswerMessages(redis, scripts, self.outbox)
        self.usage, self.shutdowns = Usage(redis, scripts), Shutdowns(redis)
        self.backlog = Backlog(redis, scripts)
        self.dead_letters = DeadLetters(redis, scripts)
        self.update_stream = UpdateStream(redis, scripts, keys.UPDATES)
        self.post_stream = Stream(redis, scripts, keys.POSTS)
        self.entry_stream = Stream(redis, scripts, keys.ENTRIES)
        self.question_stream = Stream(redis, scripts, question_keys.QUESTIONS)
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


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """The store that the settings name; ``StoreError`` or ``ServerError`` when there is none.

    ``BackupError`` where a backup was put into it only in part.
    """
    async with connect(settings) as connection:
        redis, retention = connection.redis, timedelta(days=settings.retention_days)
        await refuse_half_restored(redis)
        store = Store(redis, retention, settings.fortochka_home, settings.admin_ids)
        store.posts.asks_papers = settings.papers == "on"
        store.server_version, store.notices = connection.version, tuple(connection.notices)
        await store.identity()
        await upgrade(redis, store.sources, retention)
        try:
            yield store
        finally:
            await store.read_model.close()

"""A watcher on a real store in front of a fake site, and what it told."""

from datetime import datetime, timedelta
from typing import cast

from bot.collect.preview.fetch import Fetcher
from bot.collect.preview.watch import Watcher
from bot.store import Store, keys
from tests.fakes.clock import standing_at
from tests.fakes.pages import NOON, Written, page
from tests.fakes.tme import FakeTme

HANDLE = "demo_watched"


class Watching:
    """A watcher with what it told."""

    def __init__(self, store: Store, site: FakeTme, fetcher: Fetcher) -> None:
        self.store, self.site, self.told = store, site, list[tuple[str, str]]()
        self._fetcher = fetcher
        self.watcher = self.starting()

    def starting(self, *, at: datetime = NOON, **options: timedelta) -> Watcher:
        """A watcher as after a restart, whose clock stands at an instant."""
        return Watcher(self.store, self._fetcher, self._tell, clock=standing_at(at), **options)

    async def _tell(self, handle: str, state: str, reason: str) -> None:
        self.told.append((handle, state))

    async def look(self, *posts: Written, channel_id: int | None = 1_234_567) -> list[int]:
        """Show these posts, look, and return the numbers of all posts that are work now."""
        if posts:
            self.site.serve(HANDLE, page(HANDLE, posts, channel_id=channel_id))
        await self.watcher.look(f"@{HANDLE}")
        return await self.work()

    async def work(self) -> list[int]:
        rows = cast("list[tuple[str, dict[str, str]]]", await self.store.redis.xrange(keys.POSTS))
        return [int(fields["key"].rpartition("/")[2]) for _, fields in rows]

    async def state(self) -> dict[str, str]:
        return await self.store.channels.state(f"@{HANDLE}")

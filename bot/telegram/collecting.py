"""Channel posts that come as updates: single ones at once, albums when they are complete."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.collect.album import merge_album
from bot.collect.update import album_group, read_post
from bot.model import Post
from bot.store import Store
from bot.store.albums import QUIET, Albums
from bot.store.away import StoreAway
from bot.store.scripts import Scripts
from bot.store.until import until

log = structlog.get_logger()
TICK = 0.5  # seconds between looks for albums that are complete
Raw = Mapping[str, Any]


class Collector:
    """Takes posts into the store under the channel's own ref."""

    def __init__(self, store: Store, quiet: timedelta = QUIET) -> None:
        self._store, self._quiet = store, quiet
        self._albums = Albums(store.redis, Scripts(store.redis))

    async def take(self, update: dict[str, Any]) -> Post | None:
        """The post in an update, taken in (an album's part: soon); ``BadUpdate`` for a bad one."""
        post = read_post(update)
        if post is None or await self._is_ours(post):
            return None
        group = album_group(update)
        adopted = await self._adopt(post)
        if post.channel.route == "bot" and await self._store.sources.resting(adopted.channel.ref):
            return adopted
        if group:
            await self._albums.add(adopted, group, self._quiet)
        else:
            await self._ingest(adopted)
        return adopted

    async def knows(self, post: Post) -> bool:
        """True for a post of a channel that is watched or was met before."""
        channel = post.channel
        names = [channel.ref, *([f"@{channel.handle}"] if channel.handle else [])]
        return any([await self._store.channels.resolve(name) for name in names])

    async def gather_albums(self, stop: asyncio.Event) -> None:
        """Take in albums as they become complete, until ``stop``."""
        while not stop.is_set():
            try:
                await self.take_albums()
            except StoreAway as error:
                log.warning("store away", stage="albums", error=type(error).__name__)
            await until(stop, TICK)

    async def take_albums(self) -> None:
        """Take in the albums that are complete now."""
        for album in await self._albums.claim():
            try:
                await self._take_album(album)
            except StoreAway:
                raise
            except Exception as error:  # the loop's edge: due again when the claim has run out
                log.error("album failed", error=type(error).__name__, exc_info=True)

    async def _take_album(self, album: str) -> None:
        parts = await self._albums.parts(album)
        if parts:
            await self._ingest(merge_album(parts))
        await self._albums.taken_in(album, len(parts))

    async def _is_ours(self, post: Post) -> bool:
        """True for what stands in a channel that gets our digests: we never read ourselves."""
        number = post.channel.ref
        target = await self._store.subscriptions.get(
            int(f"-100{number}") if number.isdecimal() else 0
        )
        return target is not None and target.active

    async def _adopt(self, post: Post) -> Post:
        adopted = await self._store.channels.adopt(post)
        title, handle = adopted.channel.title, adopted.channel.handle
        known = {"title": title, "handle": handle or ""}
        await self._store.channels.update(
            adopted.channel.ref, {name: text for name, text in known.items() if text}
        )
        return adopted

    async def _ingest(self, post: Post) -> None:
        outcome = await self._store.posts.ingest(post)
        log.debug("post", key=post.key, route=post.channel.route, outcome=outcome)

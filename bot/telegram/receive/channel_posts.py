"""Posts that come as updates: of sources only; single ones at once, albums when complete."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from bot.collect.botapi.album import merge_album
from bot.collect.botapi.updates import album_group, read_post
from bot.collect.text.channel_ids import marked_id
from bot.model import Channel, Post
from bot.publish.owner_notices import tell_owners
from bot.store import Store
from bot.store.content.albums import ALBUM_QUIET, Albums
from bot.store.errors import StoreUnavailable
from bot.store.scripts import Scripts
from bot.store.sources.sources import Standing
from bot.wait import tick

log = structlog.get_logger()
COLLECTED = ("channel_post", "edited_channel_post")
"""Updates that are posts to read, not somebody to answer."""
_TICK = 0.5  # seconds between looks for albums that are complete
_Raw = Mapping[str, Any]
_Tell = Callable[[str, str, str], Awaitable[None]]
"""Told the handle, the new state and the reason of a source that was stopped."""


class Collector:
    """Takes posts of sources into the store under the channel's own ref; leaves others alone."""

    def __init__(
        self, store: Store, quiet: timedelta = ALBUM_QUIET, tell: _Tell | None = None
    ) -> None:
        self._store, self._quiet = store, quiet
        self._tell = tell or partial(tell_owners, store)
        self._albums = Albums(store.redis, Scripts(store.redis))

    async def take(self, update: dict[str, Any], *, asked: bool = False) -> Post | None:
        """The post in an update, taken in (an album's part: soon); ``BadUpdate`` for a bad one.

        None for no post, and for one of a channel that is no source, of which nothing is kept.
        ``asked``: a reader forwarded it.
        """
        post = read_post(update)
        if post is None or await self._is_ours(post):
            return None
        standing = await self.standing(post.channel)
        if not standing.read:
            log.debug("not a source", channel=post.channel.ref)
            return None
        group = album_group(update)
        adopted = await self._adopt(post)
        if adopted.channel.ref != standing.ref:  # its handle has changed hands just now
            return None
        if group:
            await self._albums.add(adopted, group, self._quiet)
        else:
            await self._ingest(adopted, asked=asked)
        return adopted

    async def standing(self, channel: Channel) -> Standing:
        """What a channel is here; a source that it took the handle of is stopped, and told of."""
        standing = await self._store.sources.standing(channel)
        if standing.rival and not await self._store.sources.resting(standing.rival):
            known = await self._store.channels.number(standing.rival)
            reason = f"{known} → {channel.ref}"
            log.warning("source taken over", channel=channel.handle, reason=reason)
            await self._tell(channel.handle or "", "renamed", reason)
            await self._store.sources.stop(standing.rival, reason)
        return standing

    async def gather_albums(self, stop: asyncio.Event) -> None:
        """Take in albums as they become complete, until ``stop``."""
        while not stop.is_set():
            try:
                await self.take_albums()
            except StoreUnavailable as error:
                log.warning("store unavailable", stage="albums", error=type(error).__name__)
            await tick(stop, _TICK)

    async def take_albums(self) -> None:
        """Take in the albums that are complete now."""
        for album in await self._albums.claim():
            try:
                await self._take_album(album)
            except StoreUnavailable:
                raise
            except Exception as error:  # the loop's edge: due again when the claim has run out
                log.error("album failed", error=type(error).__name__, exc_info=True)

    async def _take_album(self, album: str) -> None:
        parts = await self._albums.parts(album)
        if parts and await self._store.sources.is_read(parts[0].channel.ref):
            asked = all(part.channel.route == "forward" for part in parts)
            await self._ingest(merge_album(parts), asked=asked)
        await self._albums.taken_in(album, len(parts))

    async def _is_ours(self, post: Post) -> bool:
        """True for what stands in a channel that gets our digests: we never read ourselves."""
        number = post.channel.ref
        target = await self._store.subscriptions.get(
            marked_id(number) if number.isdecimal() else 0
        )
        return target is not None and target.active

    async def _adopt(self, post: Post) -> Post:
        adopted = await self._store.channels.adopt(post)
        title, handle = adopted.channel.title, adopted.channel.handle
        known = {"title": title, "handle": handle or ""}
        if post.channel.route == "bot":  # what a forward says of its channel may be old
            await self._store.channels.update(
                adopted.channel.ref, {name: text for name, text in known.items() if text}
            )
        return adopted

    async def _ingest(self, post: Post, *, asked: bool = False) -> None:
        outcome = await self._store.posts.ingest(post, asked=asked)
        log.debug("post", key=post.key, route=post.channel.route, outcome=outcome)

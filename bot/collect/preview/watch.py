"""Polls previews: fetches each channel when it is due, stores new posts, reports state changes."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.collect.preview.elements import PLACEHOLDER
from bot.collect.preview.errors import Blocked, SourceError, TakenOver
from bot.collect.preview.fetch import Fetched, Fetcher
from bot.collect.preview.history_gap import HistoryGap, dump_gaps, first_gap, gap_report, load_gaps
from bot.collect.preview.page import PreviewPage
from bot.collect.preview.polling_interval import (
    State,
    after_failure,
    interval,
    may_be_passing,
    state_now,
    state_of,
)
from bot.model import Post
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.errors import StoreUnavailable
from bot.store.sources.channels import RENEW_LOOK
from bot.wait import tick, until

log = structlog.get_logger()

IDLE = 1.0  # seconds between two looks into the due set
PAGES = 5  # of history in one look: a flood in one channel holds up the others this long
MOST_LOOKS = 20  # for one gap of history: some two thousand posts
SOON = timedelta(seconds=1)  # after all channels that are due already
BUSY = 200  # posts that the analyst could read now; history is for quieter times
BETWEEN = (0.2, 1.0)  # seconds between two channels of one host
_Tell = Callable[[str, State, str], Awaitable[None]]


class Watcher:
    """Looks at one channel after the other; ``every`` fixes the interval for all of them.

    ``tell`` is called with (handle, state, reason) once per change of a channel's state. The first
    look at a channel goes back by ``backfill``, by default no further than its newest page.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        tell: _Tell,
        *,
        every: timedelta | None = None,
        backfill: timedelta = timedelta(),
        clock: Clock | None = None,
    ) -> None:
        self._store, self._fetcher, self._tell = store, fetcher, tell
        self._every, self._clock, self._backfill = every, clock or store.now, backfill

    async def watch(self, stop: asyncio.Event) -> None:
        """Look at what is due until ``stop``."""
        while not stop.is_set():
            try:
                due = await self._store.channels.claim_due()
                for ref in due:
                    await self._look_guarded(ref)
            except StoreUnavailable as error:
                log.warning("store unavailable", stage="collect", error=type(error).__name__)
                due = []
            await (until(stop, random.uniform(*BETWEEN)) if due else tick(stop, IDLE))

    async def _look_guarded(self, ref: str) -> None:
        """One page that cannot be taken in must not hold up the other channels."""
        try:
            await self._look_leased(ref)
        except StoreUnavailable:
            raise
        except Exception as error:  # the loop's edge: due again when the claim has run out
            log.error("preview failed", channel=ref, error=type(error).__name__, exc_info=True)

    async def _look_leased(self, ref: str) -> None:
        """Look, and keep the claim meanwhile: whoever dies in a look is followed within 20 s."""
        looked = asyncio.Event()
        renewing = asyncio.create_task(self._renew(ref, looked))
        try:
            await self.look(ref)
        finally:
            looked.set()
            await renewing

    async def _renew(self, ref: str, looked: asyncio.Event) -> None:
        while not await until(looked, RENEW_LOOK.total_seconds()):
            with suppress(StoreUnavailable):
                await self._store.channels.renew_look(ref)

    async def look(self, ref: str) -> None:
        """Read what is new in a channel and plan the next look."""
        known = await self._store.channels.state(ref)
        handle = known.get("handle", ref.removeprefix("@"))
        if known.get("paused"):  # while it was due
            return
        try:
            wait = await self._read(ref, handle, known)
        except TakenOver as error:
            await self._stop(ref, handle, known, error)
            return
        except SourceError as error:
            wait = await self._failed(ref, handle, known, error)
        await self._store.channels.look_again(ref, wait)

    async def _read(self, ref: str, handle: str, known: dict[str, str]) -> timedelta:
        unread = load_gaps(known.get("unread", ""))
        marks = {name: known[name] for name in ("etag", "modified") if known.get(name)}
        fetched = await self._fetcher.get_page(handle, **({} if unread else marks))  # type: ignore[arg-type]
        if fetched is None:
            return self._wait_as_before(known)
        page, now = fetched.page, await self._clock()
        await self._take_in(ref, handle, page, now)
        await self._retract(ref, page)
        if gap := first_gap(page.posts, known, now - self._history(known)):
            log.info("history paging", channel=handle, after=gap.until, before=gap.before)
            unread = [gap, *unread]
        published = [post.published_at for post in page.posts]
        wait = self._every or interval(published, now, random.random())
        await self._store.channels.update(ref, _remembered(known, fetched, wait, unread))
        more = await self._read_back(ref, handle, unread)
        await self._enter(ref, handle, known, state_now(max(published, default=None), now), "")
        return SOON if more else wait

    async def _read_back(self, ref: str, handle: str, unread: Sequence[HistoryGap]) -> bool:
        """Read a few pages of what is unread, newest first; True when some is left for soon."""
        if not unread or await self._store.post_stream.in_work() > BUSY:
            return False
        gap, *older = unread
        if gap.looks >= MOST_LOOKS:
            log.warning("history gap", channel=handle, after=gap.until, before=gap.before)
            await self._store.channels.update(ref, {**gap_report(gap), "unread": dump_gaps(older)})
            return bool(older)
        rest, pages = [gap._replace(looks=gap.looks + 1)], 0
        await self._store.channels.update(ref, {"unread": dump_gaps([*rest, *older])})
        back = {"before": gap.before, "until": gap.until, "max_pages": PAGES}
        async for page in self._fetcher.history(handle, since=gap.since, **back):
            pages += 1
            await self._take_in(ref, handle, page, await self._clock())
            rest = [left for each in rest if (left := each.after(page.posts))]
            await self._store.channels.update(ref, {"unread": dump_gaps([*rest, *older])})
        if pages < PAGES:  # the channel has nothing older
            rest = []
            await self._store.channels.update(ref, {"unread": dump_gaps(older)})
        return bool(rest or older)

    async def _take_in(self, ref: str, handle: str, page: PreviewPage, now: datetime) -> None:
        """Take in a page of that very channel; ``TakenOver`` for one of another."""
        for number in _numbers(page):
            if not await self._store.channels.bind(ref, number):
                expected = await self._store.channels.number(ref)
                raise TakenOver(handle, f"{expected} → {number}")
        taken = {"new": 0, "changed": 0, "same": 0}
        posts = await self._store.channels.adopt_all(page.posts, ref)
        for own in posts:
            if own.media != PLACEHOLDER or own.text or not await self._knows_more(own):
                taken[await self._store.posts.ingest(own)] += 1
        await self._store.posts.note_audience(posts, now)
        if taken["new"] or taken["changed"]:
            log.debug("collected", channel=ref, new=taken["new"], changed=taken["changed"])

    async def _knows_more(self, post: Post) -> bool:
        """Whether the words that a page hides were read before, here or by another route."""
        known = await self._store.posts.get(post.key)
        return known is not None and bool(known.text)

    async def _retract(self, ref: str, page: PreviewPage) -> None:
        """Forget posts that were on this part of the channel and are not any more."""
        if not page.posts or page.blocks != len(page.posts):
            return  # a block that cannot be read is no proof of a deletion
        ids = _ids(page.posts)
        first, last = page.posts[0].published_at, page.posts[-1].published_at
        for key in await self._store.entries.of_channel(ref, first, last):
            number = int(key.rpartition("/")[2])
            if min(ids) < number < max(ids) and number not in ids:
                await self._store.entries.retract(key, ref)
                log.info("retracted", post=key)

    async def _stop(self, ref: str, handle: str, known: dict[str, str], error: TakenOver) -> None:
        """Look no more at a handle that leads to another channel; an owner decides."""
        log.warning("source taken over", channel=handle, reason=error.change)
        if known.get("state") != "renamed":
            await self._tell(handle, "renamed", error.change)
        await self._store.sources.stop(ref, error.change)

    async def _failed(
        self, ref: str, handle: str, known: dict[str, str], error: SourceError
    ) -> timedelta:
        failures = int(known.get("failures") or 0) + 1
        await self._store.channels.update(ref, {"failures": failures})
        if may_be_passing(error, failures) and known.get("last_id"):
            log.info("preview missing", channel=handle, reason=str(error))
        else:
            await self._enter(ref, handle, known, state_of(error), str(error))
        if isinstance(error, Blocked):  # it is about us, not about this channel
            await self._rest(timedelta(seconds=error.retry_after))
        return after_failure(error, failures)

    async def _rest(self, span: timedelta) -> None:
        for ref in await self._store.channels.watched():
            await self._store.channels.look_again(ref, span * (1 + random.random() / 10))

    async def _enter(
        self, ref: str, handle: str, known: dict[str, str], state: State, reason: str
    ) -> None:
        """Remember a state; a change is told once, the first good look is none."""
        before = known.get("state", "ok")
        await self._store.channels.update(ref, {"state": state, "reason": reason})
        if state != before:
            log.warning("source changed", channel=handle, state=state, reason=reason)
            await self._tell(handle, state, reason)

    def _history(self, known: dict[str, str]) -> timedelta:
        """How far the first look at a channel goes back: as its owner asked, if further."""
        return max(self._backfill, timedelta(days=int(known.get("backfill") or 0)))

    def _wait_as_before(self, known: dict[str, str]) -> timedelta:
        return self._every or timedelta(seconds=int(known.get("seconds") or 300))


def _remembered(
    known: dict[str, str], fetched: Fetched, wait: timedelta, unread: Sequence[HistoryGap]
) -> dict[str, str | int]:
    page = fetched.page
    newest = max((post.published_at for post in page.posts), default=None)
    return {
        "unread": dump_gaps(unread),
        "last_at": int(newest.timestamp()) if newest else known.get("last_at", ""),
        "title": page.channel.title if page.channel else "",
        "last_id": max([int(known.get("last_id") or 0), *_ids(page.posts)]),
        "etag": fetched.etag or "",
        "modified": fetched.modified or "",
        "seconds": int(wait.total_seconds()),
        "failures": 0,
    }


def _ids(posts: Sequence[Post]) -> set[int]:
    return {number for post in posts for number in (post.message_id, *post.album)}


def _numbers(page: PreviewPage) -> list[str]:
    """The numeric ids that the page's posts carry: one, or none where they carry none."""
    return sorted({post.channel.ref for post in page.posts if post.channel.ref.isdecimal()})

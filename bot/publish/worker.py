"""Entry → Story: each entry joins its story once."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.digest.cluster import WINDOW, is_band, lookups, same_text, story_id
from bot.digest.same_event import CERTAIN
from bot.extract.told_before import Judge, told_before
from bot.model import Entry, Post
from bot.model.series import may_go_on, one_text
from bot.publish.alerts import alert_followers
from bot.publish.forward_replies import answer_waiting
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.content.series import part_before
from bot.store.queue.stream import Item

log = structlog.get_logger()
MOST_COMPARED = 8  # stories whose text is compared; more share a band only by boilerplate


async def join_story(
    store: Store, item: Item, clock: Clock | None = None, *, judge: Judge | None = None
) -> None:
    """Find the story of the entry that the item names, tell its readers, finish the item.

    ``judge`` is asked about candidates that were not known when the post was read.
    """
    entry = await store.entries.get(item.fields["key"])
    if entry is None:  # retention or /forget was faster
        await store.entry_stream.finish(item)
        return
    if not entry.post.aside:
        now = await (clock or store.now)()
        await _join(store, entry, now, judge)
        await alert_followers(store, entry, now)
    await answer_waiting(store, entry)
    await store.entry_stream.finish(item)


async def _join(store: Store, entry: Entry, now: datetime, judge: Judge | None) -> None:
    found = lookups(entry, await _part_before(store, entry.post))
    bands = [lookup for lookup in found if is_band(lookup)]
    event, why = await _same_event(store, entry, now, judge)
    alike = await _similar(store, entry, bands)
    story = await store.stories.join(
        entry.key,
        new_id=story_id(entry),
        decisive=[lookup for lookup in found if not is_band(lookup)],
        hints=bands,
        similar=alike or event,
        why="text" if alike else why,
    )
    log.debug("story joined", post=entry.key, story=story)


async def _same_event(
    store: Store, entry: Entry, now: datetime, judge: Judge | None
) -> tuple[str, str]:
    """The story of the post that most surely tells the same event, and why; else nothing."""
    candidates = await told_before(store, entry, now)
    if candidates and candidates[0].tie.score >= CERTAIN:
        return candidates[0].story, candidates[0].tie.reason
    verdict = entry.analysis.verdict
    if verdict is None and judge and candidates:
        verdict = await judge(entry, candidates)
    if verdict is None or not verdict.same:
        return "", ""
    story = (await store.stories.of([verdict.same])).get(verdict.same, "")
    return story, f"judged:{verdict.same}" if story else ""


async def _part_before(store: Store, post: Post) -> Post | None:
    """The part of its series that a post goes on from, where both are one text."""
    if not may_go_on(post):
        return None
    before = await part_before(store.posts, post)
    return before if before and one_text(post, before) else None


async def _similar(store: Store, entry: Entry, hints: Sequence[str]) -> str:
    """The first story under these hints whose text is nearly the entry's, else nothing."""
    for story in (await store.stories.found(hints))[:MOST_COMPARED]:
        members = await store.entries.get_many(await store.stories.members(story))
        if any(_close(entry, other) for other in members):
            return story
    return ""


def _close(entry: Entry, other: Entry) -> bool:
    apart = abs(entry.post.published_at - other.post.published_at)
    return apart <= WINDOW and same_text(entry, other)

"""Entry → Story: each entry joins its story, and again where more is known of it."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.digest.cluster import WINDOW, is_hint, lookups, same_text, story_id
from bot.digest.event_names import tell
from bot.digest.same_event import EVENT_WINDOW
from bot.digest.story_ties import (
    became_other,
    both_verdicts,
    follows_on,
    is_listed,
    is_refuted,
    is_roundup,
    items_of,
    papers_of_roundup,
    place,
    posts_referred_to,
    unjudged,
)
from bot.extract.told_before import Candidate, Judge, told_before
from bot.model import Entry, Post, Verdict
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

    ``judge`` is asked of earlier posts that the model was not shown when it read the entry.
    """
    entry = await store.entries.get(item.fields["key"])
    if entry is None:  # retention or /forget was faster
        await store.entry_stream.finish(item)
        return
    if not entry.post.aside:
        now = await (clock or store.now)()
        met = await _join(store, entry, now, judge)
        await alert_followers(store, entry, now, met=met)
    await answer_waiting(store, entry)
    await store.entry_stream.finish(item)


async def _join(store: Store, entry: Entry, now: datetime, judge: Judge | None) -> bool:
    """Put an entry into its story; True where that has ever met another."""
    works = await store.papers.of_entry(entry)
    found = lookups(entry, await _part_before(store, entry.post), works)
    bands = [lookup for lookup in found if is_hint(lookup)]
    decisive = [lookup for lookup in found if not is_hint(lookup)]
    held = (await store.stories.of([entry.key])).get(entry.key, "")
    if held:
        await _leave_where_other(store, entry, decisive, held)
    candidates = await told_before(store, entry, now)
    verdict = await _verdict(store, entry, candidates, judge, held)
    verdict = await _without_roundups(store, entry, verdict)
    placing = place(candidates, verdict, await _stories_named(store, verdict, candidates))
    alike = await _similar(store, entry, bands, held)
    joined = await store.stories.join(
        entry.key,
        new_id=story_id(entry),
        decisive=decisive,
        hints=bands,
        similar=alike or placing.join,
        why="text" if alike else placing.why,
        group=" ".join(placing.group),
        why_group=placing.why_group,
        follows=placing.follows or await _followed(store, entry),
        leaves=await _is_out(store, entry, verdict, decisive, held),
    )
    if joined.moved:
        published = entry.post.published_at if joined.moved == "post" else None
        await store.digest_messages.moved(joined.story, published, now)
    await _note_items(store, entry)
    await _note_pages(store, entry, joined.story, now)
    log.debug("story joined", post=entry.key, story=joined.story, gone=joined.gone)
    return joined.met


async def _note_pages(store: Store, entry: Entry, story: str, now: datetime) -> None:
    """Remember which pages of the archive a public post is on."""
    if entry.post.public:
        papers = {link.paper for link in entry.post.links} | {p.id for p in entry.analysis.papers}
        await store.past_pages.note([story, *filter(None, papers)], now)


async def _leave_where_other(
    store: Store, entry: Entry, decisive: Sequence[str], held: str
) -> None:
    """Take a post that an edit has made another event out of the story that it had joined.

    One that brought up its story stays where others have followed, and the story stays about what
    these tell. Two commands: whoever is killed between them finds the old telling again, and
    leaves nothing the second time.
    """
    old = (await store.tellings.of([entry.key])).get(entry.key)
    if old is None or not became_other(old.telling, tell(entry)):
        return
    leaves = not await _is_tied(store, entry, decisive, held)
    joined = await store.stories.join(
        entry.key, new_id=story_id(entry), decisive=decisive, leaves=leaves
    )
    if await store.stories.members(joined.story) == (entry.key,):
        await store.tellings.forget(entry.key)


async def _is_tied(store: Store, entry: Entry, decisive: Sequence[str], held: str) -> bool:
    """True where a paper, an origin or a text ties an entry to others of its story."""
    keys = [key for key in await store.stories.members(held) if key != entry.key]
    certain = set(decisive)
    if not certain.isdisjoint((await store.stories.reasons(keys)).values()):
        return True
    return any(
        _close(entry, other) or not certain.isdisjoint(lookups(other))
        for other in await store.entries.get_many(keys)
    )


async def _verdict(
    store: Store,
    entry: Entry,
    candidates: Sequence[Candidate],
    judge: Judge | None,
    held: str,
) -> Verdict | None:
    """What the model said of earlier posts when it read this one, and in a call of its own."""
    said = entry.analysis.verdict
    if entry.engine != "llm" or not candidates:
        return said
    said = both_verdicts(said, await store.stories.verdict(entry.key, entry.revision))
    left = unjudged(candidates, said, held)
    if judge is None or not left:
        return said
    more = await judge(entry, left)
    if more is not None:
        await store.stories.keep_verdict(entry.key, entry.revision, more)
    return both_verdicts(said, more)


async def _without_roundups(store: Store, entry: Entry, verdict: Verdict | None) -> Verdict | None:
    """The verdict, without the same event where one of the two posts tells of several.

    A model takes a round-up that begins with an event for a telling of it, one time in twenty.
    """
    if verdict is None or not verdict.same:
        return verdict
    both = [entry, *await store.entries.get_many([verdict.same])]
    roundup = any(each.analysis.kind == "roundup" for each in both)
    return verdict.model_copy(update={"same": ""}) if roundup else verdict


async def _stories_named(
    store: Store, verdict: Verdict | None, candidates: Sequence[Candidate]
) -> dict[str, str]:
    """The stories of the posts that a verdict names, also of one that is on its way to its own."""
    keys = [key for key in (verdict.same, verdict.follows) if key] if verdict else []
    coming = {each.key: each.story for each in candidates if each.key in keys}
    return coming | await store.stories.of(keys)


async def _is_out(
    store: Store, entry: Entry, verdict: Verdict | None, decisive: Sequence[str], held: str
) -> bool:
    """True where the model was shown posts of the entry's story, and says that it is not of it.

    The same of the story under which one of its own is shown.
    """
    if verdict is None or not held:
        return False
    others = [key for key in await store.stories.members(held) if key != entry.key]
    if not others:
        [tied] = await store.stories.ties([entry.key])
        return is_refuted(verdict, await store.stories.members(tied.root or held))
    return is_refuted(verdict, others) and not await _is_tied(store, entry, decisive, held)


async def _followed(store: Store, entry: Entry) -> str:
    """The key of the earlier post of its channel that an entry replies or links to, else none."""
    keys = posts_referred_to(entry.post)
    known = await store.stories.of(keys)
    earlier = await store.entries.get_many([key for key in keys if key in known])
    return next((each.key for each in earlier if follows_on(entry, each)), "")


async def _note_items(store: Store, entry: Entry) -> None:
    """Note a round-up with the stories of the last days that it lists."""
    if entry.skipped or not is_roundup(entry):
        return
    under = await store.tellings.under(items_of(entry))
    told = await store.tellings.of(list({key for keys in under.values() for key in keys}))
    listed = {
        key
        for item, keys in under.items()
        for key in keys
        if key in told and is_listed(told[key].telling, item)
    }
    for story in await store.stories.found(papers_of_roundup(entry)):
        listed.update((await store.stories.members(story))[:1])
    near = await store.entries.get_many(sorted(listed - {entry.key}))
    await store.stories.note_roundup(entry.key, [each.key for each in near if _near(entry, each)])


def _near(entry: Entry, other: Entry) -> bool:
    return abs(entry.post.published_at - other.post.published_at) <= EVENT_WINDOW


async def _part_before(store: Store, post: Post) -> Post | None:
    """The part of its series that a post goes on from, where both are one text."""
    if not may_go_on(post):
        return None
    before = await part_before(store.posts, post)
    return before if before and one_text(post, before) else None


async def _similar(store: Store, entry: Entry, hints: Sequence[str], held: str) -> str:
    """The first other story under these hints whose text is nearly the entry's, else nothing."""
    found = [story for story in await store.stories.found(hints) if story != held]
    for story in found[:MOST_COMPARED]:
        members = await store.entries.get_many(await store.stories.members(story))
        if any(_close(entry, other) for other in members):
            return story
    return ""


def _close(entry: Entry, other: Entry) -> bool:
    apart = abs(entry.post.published_at - other.post.published_at)
    return apart <= WINDOW and same_text(entry, other)

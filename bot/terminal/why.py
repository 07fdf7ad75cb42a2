"""Why a post stands where it does: how it was read, its story, what ties each of its posts."""

import re
from collections.abc import Iterator, Sequence

from bot import config
from bot.errors import CommandError
from bot.model import Entry, Verdict
from bot.store import Store, open_store
from bot.store.content.stories import Ties
from bot.terminal.show import out

_ADDRESS = re.compile(r"(?:https?://)?t\.me/(?:s/)?(?:c/)?(?P<channel>[\w-]+)/(?P<number>\d+)")


async def print_why(which: str) -> None:
    """Print what is known of the post at an address or under a key; ``CommandError``: none."""
    async with open_store(config.load()) as store:
        entry = await _found(store, which)
        if entry is None:
            raise CommandError(f"why: no post is stored under {which}")
        for line in (*_read(entry), *await _stands(store, entry)):
            out.print(line, markup=False)


async def _found(store: Store, which: str) -> Entry | None:
    named = _ADDRESS.match(which)
    if named is None:
        return await store.entries.get(which)
    channel, number = named["channel"], named["number"]
    names = (channel, f"@{channel}")
    refs = [*names, *[await store.channels.resolve(name) for name in names]]
    keys = [f"{ref}/{number}" for ref in dict.fromkeys(refs) if ref]
    return next(iter(await store.entries.get_many(keys)), None)


def _read(entry: Entry) -> Iterator[str]:
    """How the post was read."""
    found, event = entry.analysis, entry.analysis.event
    yield f"post {entry.key}  {entry.post.published_at:%Y-%m-%d %H:%M} UTC  {entry.post.url}"
    yield f"read by {entry.engine}, prompt {entry.prompt_id}, {entry.analysed_at:%Y-%m-%d %H:%M}"
    yield f"{found.kind}, {found.importance}; topics {', '.join(found.topics)}"
    papers = ", ".join(f"{paper.name} ({paper.role})" for paper in found.papers)
    if papers:
        yield f"papers {papers}"
    if found.reason:
        yield f"because {found.reason}"
    if event:
        told = " ".join(part for part in (event.actor, event.action, event.object) if part)
        yield ", ".join(
            filter(None, (f"event {told}", event.date, "" if event.new else "not new"))
        )
    yield from _verdict("when it was read", found.verdict)


def _verdict(when: str, verdict: Verdict | None) -> Iterator[str]:
    if verdict is None:
        return
    said = f"same as {verdict.same}" if verdict.same else "neither"
    if verdict.follows and not verdict.same:
        said = f"follows {verdict.follows}"
    yield f"judged {when}: {said}; shown {', '.join(verdict.shown) or 'nothing'}"


async def _stands(store: Store, entry: Entry) -> list[str]:
    """Its story with the reason of each post, and what that is shown with."""
    [ties] = await store.stories.ties([entry.key])
    lines = list(_verdict("by itself", await store.stories.verdict(entry.key, entry.revision)))
    if ties.story is None or ties.root is None:
        return [*lines, "story: not yet in one"]
    lines += await _story(store, "story", ties.story)
    if ties.root != ties.story:
        lines += await _story(store, "shown under", ties.root)
    under = (await store.stories.groups([ties.root]))[ties.root]
    for story in under:
        if story != ties.story:
            lines += await _story(store, "shown with", story)
    return [*lines, *_noted(ties)]


def _noted(ties: Ties) -> Iterator[str]:
    if ties.follows:
        yield f"follows {ties.follows}"
    if ties.roundups:
        yield f"listed in {', '.join(ties.roundups)}"


async def _story(store: Store, what: str, story: str) -> Sequence[str]:
    """A story under all its names, its posts by time with the reason of each."""
    _, *former = await store.stories.names(story)
    members = await store.entries.get_many(await store.stories.members(story))
    reasons = await store.stories.reasons([entry.key for entry in members])
    names = f" (also {', '.join(former)})" if former else ""
    return [
        f"{what} {story}{names}",
        *(
            f"  {entry.post.published_at:%Y-%m-%d %H:%M}  {entry.key}  "
            f"{reasons.get(entry.key, 'first')}"
            for entry in sorted(members, key=lambda each: (each.post.published_at, each.key))
        ),
    ]

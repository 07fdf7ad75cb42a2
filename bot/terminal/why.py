"""Why a post stands where it does: how it came and was read, its story, readers and cost."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import NamedTuple

from bot import config
from bot.app.run import analyst_for
from bot.errors import CommandError
from bot.export.post_report import (
    AgainOut,
    GivenOut,
    LetterOut,
    MemberOut,
    PostReport,
    Relation,
    SeenOut,
    ToldOut,
    VerdictOut,
    reading_changes,
    reading_of,
    report_lines,
    skipped_because,
    verdict_out,
)
from bot.extract.budget.paid_calls import RetryLater
from bot.extract.errors import ModelError
from bot.extract.worker import Analyst, is_worth_reading
from bot.model import Entry, Post
from bot.model.post import ASIDE
from bot.store import Store, open_store
from bot.store.content.posts import PostHistory
from bot.terminal.show import out, print_json

_ADDRESS = re.compile(
    r"(?:https?://)?(?:t|telegram)\.me/(?:s/)?(?:c/)?(?P<channel>[\w-]+)/(?P<number>\d+)/?(?:\?.*)?"
)
_STORY = re.compile(
    r"(?:(?:https?://)?(?:t|telegram)\.me/\w+\?start=)?(?:s_)?(?P<id>[0-9a-f]{12})"
)


class _Subject(NamedTuple):
    """The post that is asked about, and its entry once it was read."""

    key: str
    post: Post
    entry: Entry | None


async def print_why(which: str, *, as_json: bool = False, again: bool = False) -> None:
    """Print what is known of the post at an address, under a key, or first in a story.

    ``again`` has a model read it anew, which takes the place of what was read. ``CommandError``
    where nothing is known by that name, or no model can be asked.
    """
    async with AsyncExitStack() as stack:
        settings = config.load()
        store = await stack.enter_async_context(open_store(settings))
        subject, repeated = await _found(store, which), None
        if again:
            subject, repeated = await _again(
                store, await analyst_for(settings, store, stack), subject
            )
        report = await _report(store, subject)
    report = report.model_copy(update={"again": repeated})
    if as_json:
        print_json(report.model_dump(mode="json"))
        return
    for line in report_lines(report):
        out.print(line, markup=False)


async def _found(store: Store, which: str) -> _Subject:
    async for key in _keys(store, which.strip()):
        entry, post = await store.entries.get(key), await store.posts.get(key)
        if entry:
            return _Subject(key, post or entry.post, entry)
        if post:
            return _Subject(key, post, None)
    raise CommandError(f"why: no post is stored under {which}, and no story")


async def _keys(store: Store, which: str) -> AsyncIterator[str]:
    """The keys that may be meant, the likeliest first."""
    if named := _ADDRESS.fullmatch(which):
        channel, number = named["channel"], named["number"]
        names = (channel, f"@{channel.casefold()}", f"@{channel}")
        refs = [*[await store.channels.resolve(name) for name in names], *names]
        for ref in dict.fromkeys(filter(None, refs)):
            for each in (ref, f"{ASIDE}{ref}"):
                yield await store.posts.whole(f"{each}/{number}")
        return
    if named := _STORY.fullmatch(which):
        [living] = (await store.stories.living([named["id"]])).values()
        members = await store.entries.get_many(await store.stories.members(living))
        for entry in sorted(members, key=_age):
            yield entry.key
        return
    yield await store.posts.whole(which)


async def _again(
    store: Store, analyst: Analyst, subject: _Subject
) -> tuple[_Subject, AgainOut | None]:
    """Have the model read the post anew; what differs from what was read before."""
    if analyst.models is None:
        raise CommandError(
            "why --again: needs a model: set OPENAI_API_KEY or OPENAI_BASE_URL, and a daily budget"
        )
    try:
        entry, answer = await analyst.read_again(subject.post)
    except RetryLater as later:
        raise CommandError(f"why --again: the model cannot be asked now; {later}") from None
    except ModelError as error:
        raise CommandError(f"why --again: the model gave no answer to use: {error}") from None
    differs = reading_changes(subject.entry, entry) if subject.entry else {}
    stored = await store.entries.get(subject.key)
    return subject._replace(entry=stored or entry), AgainOut(answer=answer, changed=differs)


async def _report(store: Store, subject: _Subject) -> PostReport:
    key, post, entry = subject
    history = await store.posts.history(key)
    waits = history.waits if history else ()
    [ties] = await store.stories.ties([key])
    stories = [told async for told in _told(store, ties.story, ties.root)]
    dead = tuple([each async for each in _dead(store, key)])
    return PostReport(
        key=key,
        url=post.url,
        published_at=post.published_at,
        aside=post.aside,
        seen=_seen(history) if history else None,
        reading=reading_of(entry) if entry else None,
        skipped=skipped_because(entry) if entry else None,
        quoted=_quoted(entry, waits, dead) if entry else None,
        waits=waits,
        dead=dead,
        verdicts=tuple([each async for each in _verdicts(store, entry)] if entry else ()),
        stories=tuple(stories),
        follows=ties.follows or None,
        roundups=ties.roundups,
        given=await _given(store, stories),
        calls=history.calls if history else 0,
        micro_dollars=history.cost if history else 0,
    )


def _seen(history: PostHistory) -> SeenOut:
    came, changed = history.came, history.changed
    return SeenOut(
        at=came[0] if came else None,
        route=came[1] if came else history.route,
        changed_at=changed[0] if changed else None,
        changed_route=changed[1] if changed else None,
        edits=history.edits,
        revision=history.revision,
    )


def _quoted(entry: Entry, waits: tuple[str, ...], dead: tuple[LetterOut, ...]) -> str | None:
    """Why there is no reading of a model; None where there is one."""
    if entry.engine == "llm":
        return None
    if not is_worth_reading(entry.post):
        return "it is too short, and has no link"
    if waits:
        return "a model is to read it, see above"
    if dead:
        return "a model gave no answer to use, see its dead letter"
    return "no model was set, or none could be asked in time; fortochka reanalyse reads it again"


async def _dead(store: Store, key: str) -> AsyncIterator[LetterOut]:
    async for letter in store.dead_letters.letters():
        if letter.fields.get("key") == key:
            yield LetterOut(id=letter.id, reason=letter.reason)


async def _verdicts(store: Store, entry: Entry) -> AsyncIterator[VerdictOut]:
    if entry.analysis.verdict:
        yield verdict_out("when it was read", entry.analysis.verdict)
    if later := await store.stories.verdict(entry.key, entry.revision):
        yield verdict_out("by itself", later)


async def _told(store: Store, own: str | None, root: str | None) -> AsyncIterator[ToldOut]:
    """Its story, the one under which that is shown, and those shown with it."""
    if own is None or root is None:
        return
    yield await _story(store, "story", own)
    if root != own:
        yield await _story(store, "shown under", root)
    for story in (await store.stories.groups([root]))[root]:
        if story != own:
            yield await _story(store, "shown with", story)


async def _story(store: Store, relation: Relation, story: str) -> ToldOut:
    """A story under all its names, its posts by time with the reason of each."""
    members = await store.entries.get_many(await store.stories.members(story))
    reasons = await store.stories.reasons([entry.key for entry in members])
    posts = (
        MemberOut(
            key=entry.key,
            published_at=entry.post.published_at,
            why=reasons.get(entry.key, "first"),
        )
        for entry in sorted(members, key=_age)
    )
    return ToldOut(relation=relation, ids=await store.stories.names(story), posts=tuple(posts))


async def _given(store: Store, stories: list[ToldOut]) -> tuple[GivenOut, ...]:
    """Who got the story, or what is shown with it, by the time of it."""
    ids = [*dict.fromkeys(each for told in stories for each in told.ids)]
    if not ids:
        return ()
    found = {each async for each in store.subscriptions.given(ids)}
    ordered = sorted(found, key=lambda each: (each.at, each.chat_id, each.by))
    return tuple(GivenOut(chat=chat, by=by, at=at) for chat, by, at in ordered)


def _age(entry: Entry) -> tuple[object, str]:
    return entry.post.published_at, entry.key

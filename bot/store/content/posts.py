"""Posts as they came in, each revision once."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.counts import POSTS_SEEN, ProcessCounts
from bot.digest.reach import AGES_H, reading_age
from bot.model import PaperSource, Post, utc_now
from bot.model.post import LIVE_ROUTES, ROUTES
from bot.store import keys
from bot.store.codec.entries import entry_in
from bot.store.codec.versions import decode, decode_readable
from bot.store.connection.clock import Clock, ms, server_now
from bot.store.content.entries import retract
from bot.store.content.papers import source_of
from bot.store.keys import owner as owner_keys
from bot.store.keys import papers as paper_keys
from bot.store.scripts import Call, Scripts
from bot.text import normalise

TELEGRAM_BEGAN = datetime(2013, 8, 14, tzinfo=UTC)
AHEAD = timedelta(days=366)  # a machine whose own clock is behind must not move all posts
_ASIDE_KEPT = int(owner_keys.ASIDE_KEPT.total_seconds())
AUDIENCE_FIELDS = {age: f"seen:{age}" for age in AGES_H}
"""Fields of a post for its views and reactions by the age at which they were read, in hours."""

_ASKED: tuple[PaperSource, PaperSource] = ("arxiv", "crossref")

PAGE_LAG = timedelta(minutes=2)  # by which a preview may be behind the channel


_Rows = list[tuple[str, dict[str, str]]]


class Opened(NamedTuple):
    """A post with its revision; then the revision, engine and prompt of its entry, if any."""

    post: Post
    revision: str
    read: str = ""
    engine: str = ""
    prompt_id: str = ""


class PostHistory(NamedTuple):
    """How a post came and what it cost: instants with the route, micro-dollars, calls of a model.

    ``came`` and ``changed`` are None where that was not noted; ``waits`` says for what it is.
    """

    revision: str
    route: str
    edits: int
    came: tuple[datetime, str] | None
    changed: tuple[datetime, str] | None
    calls: int
    cost: int
    waits: tuple[str, ...] = ()


class Posts:
    """Posts by key; taking one in makes it work for the analyst.

    ``clock`` tells of when a page is true that was seen just now, by default the server's: hosts
    that disagree would take an edit for older than the page before it.
    """

    asks_papers = False
    """Whether the papers that posts link to are to be asked for."""

    def __init__(
        self,
        redis: Redis,
        scripts: Scripts,
        retention: timedelta,
        clock: Clock | None = None,
        counts: ProcessCounts | None = None,
    ) -> None:
        self._redis, self._scripts = redis, scripts
        self._clock = clock or partial(server_now, redis)
        self._counts = counts or ProcessCounts()
        self._retention = int(retention.total_seconds())

    async def ingest(self, post: Post, *, asked: bool = False) -> str:
        """Take in one post; ``new``, ``changed`` or ``same``.

        ``asked`` is True for what a reader forwarded: it is read out of the readers' share, unless
        the post comes by another way, too.
        """
        [answer] = await self._scripts.many_texts("ingest", [await self._call(post, asked=asked)])
        return await self._settle(post, answer)

    async def ingest_all(self, posts: Sequence[Post]) -> Counter[str]:
        """Take in posts in order, in one round trip; how many were new, changed, same."""
        calls = [await self._call(post) for post in posts]
        answers = await self._scripts.many_texts("ingest", calls)
        pairs = zip(posts, answers, strict=True)
        return Counter([await self._settle(post, answer) for post, answer in pairs])

    async def _call(self, given: Post, *, asked: bool = False) -> Call:
        post = _dated(given, utc_now())
        others = [f"{post.channel.ref}/{n}" for n in post.album if n > post.message_id]
        return (
            [keys.post(post.key), keys.POSTS, keys.part(post.key), *map(paper_keys.due, _ASKED)],
            [
                post.key,
                post.revision,
                post.model_dump_json(),
                _ASIDE_KEPT if post.aside else self._retention,
                int((await self._true_at(post)).timestamp()),
                post.channel.route,
                keys.part(""),
                keys.post(""),
                "1" if asked else "",
                _precedence(post),
                paper_keys.paper(""),
                *self._papers_of(post),
                *others,
            ],
        )

    def _papers_of(self, post: Post) -> list[str]:
        """The papers to ask each source for, by spaces: nothing of what a reader forwarded."""
        ids = {link.paper for link in post.links if link.paper} if self.asks_papers else set()
        named = [] if post.aside else sorted(ids)
        return [" ".join(paper for paper in named if source_of(paper) == each) for each in _ASKED]

    async def _true_at(self, post: Post) -> datetime:
        """The instant of which the content is true at least: it is no older than that."""
        changed = post.edited_at or post.published_at
        if not ROUTES[post.channel.route].as_of_now:
            return changed
        return max(changed, await self._clock() - PAGE_LAG)

    async def _settle(self, post: Post, answer: Sequence[str]) -> str:
        """What came of a post, once albums and their items that came alone are one post."""
        outcome, *others = answer
        if outcome != "part":
            for key in others:
                await retract(self._scripts, key)
            self._counts.add(POSTS_SEEN, post.channel.route, outcome)
            return outcome
        album = await self.get(others[0])
        changed = _with_item(album, post) if album else None
        if changed:
            return await self.ingest(changed)
        self._counts.add(POSTS_SEEN, post.channel.route, "same")
        return "same"

    async def note_audience(self, posts: Sequence[Post], now: datetime) -> int:
        """Note views and reactions as of ``now``, once at each of ``AGES_H``; how many were news.

        No content of a post changes by it: one command for all, mostly one that writes nothing.
        """
        names: list[str] = []
        arguments: list[str] = []
        for post in posts:
            age = reading_age(now - post.published_at)
            if age is not None and (post.views or post.reactions):
                names.append(keys.post(post.key))
                read = f"{post.views or 0}/{post.reactions}"
                arguments += [post.key, AUDIENCE_FIELDS[age], read]
        if not names:
            return 0
        return await self._scripts.number("note_audience", names, arguments)

    async def again(self, post: Post, attempt: int, delay: timedelta) -> bool:
        """Plan another look at this revision; False when the post has changed or gone."""
        milliseconds = ms(delay)
        return await self._scripts.flag(
            "again",
            [keys.post(post.key), keys.later(keys.POSTS)],
            [post.key, post.revision, attempt, milliseconds],
        )

    async def get(self, key: str) -> Post | None:
        """The post of that key as it is now."""
        found = await self.opened(key)
        return found.post if found else None

    async def whole(self, key: str) -> str:
        """The key of the album that has a post of this key as its item, else the same key."""
        return str(await self._redis.get(keys.part(key)) or key)

    async def opened(self, key: str) -> Opened | None:
        """The post of that key as it is now, and how it was read so far."""
        names = [keys.post(key), keys.entry(key)]
        return _opened(await self._scripts.bodies("open_post", names))

    async def history(self, key: str) -> PostHistory | None:
        """How the post of that key came and what it cost; None where it is not known."""
        fields = ("revision", "route", "edits", "came", "changed", "calls", "cost")
        found = await self._redis.hmget(keys.post(key), fields)
        revision, route, edits, came, changed, calls, cost = (str(each or "") for each in found)
        if not revision:
            return None
        return PostHistory(
            revision=revision,
            route=route,
            edits=int(edits or 0),
            came=_noted(came),
            changed=_noted(changed),
            calls=int(calls or 0),
            cost=int(cost or 0),
            waits=tuple([each async for each in self._waits(key)]),
        )

    async def _waits(self, key: str) -> AsyncIterator[str]:
        """Where its key stands as work: in the queue, put off until an instant, in the backlog."""
        last = "-"
        while rows := cast("_Rows", await self._redis.xrange(keys.POSTS, last, "+", 1_000)):
            if any(fields.get("key") == key for _, fields in rows):
                yield "in the queue"
                break
            last = f"({rows[-1][0]}"
        found = self._redis.zscan_iter(keys.later(keys.POSTS), f'*"{_escaped(key)}"*', 1_000)
        async for _, due in found:
            yield f"put off until {datetime.fromtimestamp(due / 1000, UTC):%Y-%m-%d %H:%M} UTC"
        if await self._redis.zscore(keys.BACKLOG, key) is not None:
            yield "in the backlog"

    async def near(self, post: Post, span: timedelta, most: int = 1) -> Iterator[Post | None]:
        """The post of the number right before, then ``most`` of this span before it, newest first.

        None for what cannot be read; where ``most`` is 1, a single post, for one may be missing.
        """
        ref, until = post.channel.ref, post.published_at
        before = f"{ref}/{post.message_id - 1}"
        found = await self._scripts.rows(
            "open_near",
            [keys.post(before), keys.entry(before), keys.by_channel(ref)],
            [
                (until - span).timestamp(),
                until.timestamp(),
                post.message_id,
                most,
                keys.post(""),
                keys.entry(""),
            ],
        )
        opened = map(_opened, found)
        return (each.post if each else None for each in opened)


def _noted(said: str) -> tuple[datetime, str] | None:
    """``seconds:route`` as an instant and a route."""
    seconds, _, route = said.partition(":")
    return (datetime.fromtimestamp(int(seconds), UTC), route) if route else None


def _escaped(key: str) -> str:
    """A key as it stands in JSON, for a pattern of the server."""
    return re.sub(r"([\\*?\[\]])", r"\\\1", key.replace("/", "\\/"))


def _precedence(post: Post) -> str:
    """What the script has to know of the post's route, and which routes are live."""
    traits = ROUTES[post.channel.route]
    named = {
        "yields": traits.yields,
        "equal": traits.yields_when_equal,
        "polled": traits.polled,
    }
    return ",".join(["", *(n for n, on in named.items() if on), *sorted(LIVE_ROUTES), ""])


def _opened(found: Sequence[bytes]) -> Opened | None:
    """What ``_open.lua`` says of a post."""
    if not found:
        return None
    *head, entry = found
    revision, body, *read = (part.decode() for part in head)
    if body:
        return Opened(decode(Post, body), revision, *read)
    entries = decode_readable(entry_in, [entry])
    return next((Opened(each.post, revision, *read) for each in entries), None)


def _dated(post: Post, now: datetime) -> Post:
    """A post of a far future, or older than Telegram, is of now: no digest would show it."""
    if TELEGRAM_BEGAN <= post.published_at <= now + AHEAD:
        return post
    return post.model_copy(update={"published_at": now})


def _with_item(album: Post, item: Post) -> Post | None:
    """The album with its item's caption; None when that is no news."""
    text = normalise(item.text)
    if not text or (not item.edited and text in normalise(album.text)):
        return None
    return album.model_copy(
        update={
            "channel": item.channel,
            "text": item.text,
            "links": item.links,
            "edited": item.edited,
            "edited_at": item.edited_at,
        }
    )

"""What posts name: how rare that is, what a channel puts under everything, who named it before."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.digest.event_names import Telling
from bot.digest.same_event import EARLIER, Rarity, Told, furniture
from bot.model import Post
from bot.store import keys
from bot.store.scripts import Scripts

MAX_FOUND = 10
"""Posts that one is compared with."""

_UNDER_HINT = 5  # the last posts under a name; a name of more is found by another
_PERIOD = timedelta(days=28)
_BUCKETS = 1 << 17
_POSTS = 16 * _BUCKETS  # place of the number of posts, in bits: after the buckets of 16


class Learned(NamedTuple):
    """A telling without the furniture of its channel, and how rare its terms are."""

    telling: Telling
    rarity: Rarity


class Tellings:
    """Tellings of the last days by their rarest terms; counts of terms of the last weeks.

    A term is counted in a bucket by its hash: memory and time do not grow with the posts.
    """

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def learn(self, post: Post, telling: Telling, now: datetime) -> Learned:
        """Count the terms of a post once; ``now`` says in which period."""
        places = {term: _bucket(term) for term in sorted(telling.terms)}
        buckets = list(dict.fromkeys(places.values()))
        period = int(now.timestamp() // _PERIOD.total_seconds())
        answer = await self._scripts(
            "learn_terms",
            [
                keys.told_in(post.channel.ref),
                keys.term_counts(period),
                keys.term_counts(period - 1),
            ],
            [
                post.key,
                EARLIER,
                int(keys.EVENT_WINDOW.total_seconds()),
                int(keys.TERMS_COUNTED.total_seconds()),
                _POSTS,
                " ".join(map(str, buckets)),
            ],
        )
        earlier, (posts, *counts) = cast("tuple[list[str], list[int]]", answer)
        seen = dict(zip(buckets, counts, strict=True))
        said = [line.split(" ")[1:] for line in earlier]
        everywhere = furniture(frozenset(map(str, buckets)), said)
        return Learned(
            telling.without(frozenset(t for t, at in places.items() if str(at) in everywhere)),
            Rarity({term: seen[at] for term, at in places.items()}, posts),
        )

    async def tell(
        self, told: Told, hints: Sequence[str], *, keep: bool = True
    ) -> tuple[Told, ...]:
        """Keep a telling to be found by these terms; those found by them, the nearest first.

        What a post named first is what stays: its story is about that. A model's word for the
        event takes its place once.
        """
        if not hints:
            return ()
        found = await self._scripts.texts(
            "tell",
            [keys.telling(told.key), *map(keys.told_by, hints)],
            [
                told.key,
                f"{told.channel}/",
                _stored(told) if keep else "",
                int(keys.CANDIDATE_WINDOW.total_seconds()),
                _UNDER_HINT,
                MAX_FOUND,
                keys.telling(""),
                int(told.telling.reported),
            ],
        )
        return tuple(map(Told.model_validate_json, found))

    async def of(self, entry_keys: Sequence[str]) -> dict[str, Told]:
        """What each of these posts named when it first came, as long as that is kept."""
        if not entry_keys:
            return {}
        found = await self._redis.mget([keys.telling(key) for key in entry_keys])
        pairs = zip(entry_keys, found, strict=True)
        return {key: Told.model_validate_json(body) for key, body in pairs if body}

    async def forget(self, key: str) -> None:
        """Forget what a post named: it tells something else now."""
        await self._redis.delete(keys.telling(key))

    async def under(self, terms: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Keys of the last posts that are found by each of these terms."""
        pipeline = self._redis.pipeline(transaction=False)
        for term in terms:
            pipeline.lrange(keys.told_by(term), 0, -1)
        found = await pipeline.execute() if terms else []
        return {term: tuple(map(str, each)) for term, each in zip(terms, found, strict=True)}


def _stored(told: Told) -> str:
    """What later posts are compared with: what it is about only says by what this one is found."""
    return told.model_dump_json(exclude_defaults=True, exclude={"telling": {"about"}})


def _bucket(term: str) -> int:
    return zlib.crc32(term.encode()) % _BUCKETS

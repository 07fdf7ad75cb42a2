"""Sentinels name the primary; after a failover the work goes on with what the replica had."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.model import Post
from bot.store import Store, keys
from bot.store.connection.rights import acl_line
from bot.store.errors import StoreError
from bot.store.queue.stream import Item
from bot.store.queue.worker import consume
from tests.fakes.entries import make_post
from tests.fakes.sentinel import GROUP_NAME, SENTINEL_PASSWORD, Watched, watched
from tests.store.faulty import LEASE, repeated, store_at
from tests.waiting import eventually

pytestmark = pytest.mark.slow
SECRET = "Marble7/ #@%"
BATCH, BATCHES, KILLED_IN = 20, 15, 10
THEIRS = f"sentinel_password={quote(SENTINEL_PASSWORD, safe='')}"


def url(group: Watched, name: str = GROUP_NAME, theirs: str = THEIRS) -> str:
    """With a Sentinel that is down before the one that is up."""
    login = f"app:{quote(SECRET, safe='')}"
    return f"redis+sentinel://{login}@127.0.0.1:1,127.0.0.1:{group.port}/{name}?{theirs}"


async def admit(*servers: Redis) -> None:
    """Make the user with just the rights that the documents ask for."""
    words = [SECRET if word == "PASSWORD" else word for word in acl_line("app").split()]
    words = [f">{SECRET}" if word == ">PASSWORD" else word for word in words]
    for server in servers:
        await server.execute_command(*words)  # type: ignore[no-untyped-call]


class Load:
    """Posts that come in batches and are worked off; where the primary was after each."""

    def __init__(self, group: Watched, store: Store) -> None:
        self._group, self._store = group, store
        self.killed, self.acknowledged = False, 0
        self.came: dict[str, int] = {}
        self.after: set[str] = set()
        self.begun: set[str] = set()
        self.done: list[tuple[str, int | None]] = []

    async def handle(self, item: Item) -> None:
        """Finish it, and note where the primary was then; None once that is dead."""
        self.begun.add(item.fields["key"])
        await self._store.post_stream.finish(item)
        at = None
        if not self.killed:
            with suppress(RedisError, OSError):
                at = await self._group.written()
        self.done.append((item.fields["key"], at))

    async def come(self) -> None:
        """All batches; with one of them the primary is killed."""
        for batch in range(BATCHES):
            posts = [post(batch * BATCH + number) for number in range(BATCH)]
            calls = [repeated(partial(self._store.posts.ingest, each)) for each in posts]
            if batch == KILLED_IN:
                self.killed = True
                await asyncio.gather(*calls, self._group.primary.kill())
                continue
            await asyncio.gather(*calls)
            if batch < KILLED_IN:
                at = await self._group.settle() if batch % 3 == 0 else await self._group.written()
                self.came |= {each.key: at for each in posts}
                self.acknowledged = await self._group.acknowledged()
            else:
                self.after |= {each.key for each in posts}

    @property
    def kept(self) -> set[str]:
        """Posts that the replica had, and those that the new primary took."""
        return {key for key, at in self.came.items() if at <= self.acknowledged} | self.after

    @property
    def settled(self) -> set[str]:
        """Posts whose end the replica had, and those that the new primary took."""
        ended = {key for key, at in self.done if at is not None and at <= self.acknowledged}
        return ended | self.after

    async def is_done(self) -> bool:
        """True when all that was kept was begun, and nothing waits.

        An end whose reply the killed primary kept back may have reached the replica.
        """
        with suppress(RedisError, OSError):
            return self.kept <= self.begun and await self._store.post_stream.waiting() == 0
        return False


def post(number: int) -> Post:
    return make_post(message_id=number + 1, text=f"Post {number} of the load.")


async def test_a_killed_primary_under_load_loses_nothing_that_the_replica_had(home: Path) -> None:
    async with watched(home) as group:
        await admit(group.at_primary, group.at_replica)
        async with store_at(url(group)) as store:
            load, stop = Load(group, store), asyncio.Event()
            work = consume(store.post_stream, load.handle, consumer="w", stop=stop, lease=LEASE)
            task = asyncio.create_task(work)
            await load.come()
            await eventually(load.is_done)
            stop.set()
            await task
            stored = [await store.redis.exists(keys.post(key)) for key in load.kept]
            role = (await group.at_replica.info("replication"))["role"]
    assert role == "master"
    assert stored == [1] * len(load.kept)
    assert len(load.kept) > len(load.after) == BATCH * (BATCHES - KILLED_IN - 1)
    times = Counter(key for key, _ in load.done)
    assert {key: times[key] for key in load.settled if times[key] != 1} == {}


REFUSALS: Sequence[tuple[str, str]] = (
    ("redis://app:{login}@127.0.0.1:{replica}", "is a read-only replica; name its primary, 127"),
    ("redis://:{sentinel}@127.0.0.1:{port}", r"is a Sentinel; begin with redis\+sentinel"),
    ("{good}/nothing?{theirs}", "watch no group nothing, but news$"),
    ("{good}/news?sentinel_password=wrong", "password.*a Sentinel's own are"),
    ("redis+sentinel://127.0.0.1:1,127.0.0.1:2/news", "no Sentinel helps: no answer from"),
    ("redis+sentinel://:wrong@127.0.0.1:{port}/news?{theirs}", "refuses this user or password"),
)


async def test_what_is_wrong_about_sentinels_is_one_line(home: Path) -> None:
    async with watched(home) as group:
        await admit(group.at_primary, group.at_replica)
        for form, says in REFUSALS:
            address = form.format(
                good=url(group).rpartition("/")[0],
                theirs=THEIRS,
                login=quote(SECRET, safe=""),
                sentinel=quote(SENTINEL_PASSWORD, safe=""),
                port=group.port,
                replica=group.replica_port,
            )
            with pytest.raises(StoreError, match=rf"^REDIS_URL: [^\n]*{says}") as caught:
                async with store_at(address):
                    pass
            assert not any(word in str(caught.value) for word in ("Marble7", "s/p@", "wrong"))

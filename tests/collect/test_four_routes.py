"""The same post by every route, in any order and state of editing, is one post, one work item."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from bot.collect.botapi.updates import read_post
from bot.model import Origin
from bot.store import Store, keys
from bot.store.content.posts import Posts
from bot.store.scripts import Scripts
from tests.collect.routes import (
    CHAT,
    HANDLE,
    ROUTES,
    Version,
    by_bot,
    by_export,
    by_forward,
    by_preview,
    update,
    work,
)
from tests.fakes.clock import of_this_host

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
STEP = timedelta(minutes=10)
FIRST = Version("The first wording of it", START)

on_a_store = given_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


async def take(store: Store, route: str, version: Version) -> str:
    return await store.posts.ingest(await store.channels.adopt(ROUTES[route](version)))


async def revisions(store: Store) -> Counter[str]:
    """How often each revision became work."""
    return Counter(fields["revision"] for fields in await work(store))


async def stored(store: Store) -> list[str]:
    return [str(key) async for key in store.redis.scan_iter(f"{keys.post('')}*")]


def test_all_routes_tell_the_same() -> None:
    posts = [read(FIRST) for read in ROUTES.values()]
    assert len({post.revision for post in posts}) == 1
    assert len({post.text for post in posts}) == 1
    assert len({tuple(link.url for link in post.links) for post in posts}) == 1


@on_a_store
@given(st.lists(st.sampled_from(sorted(ROUTES)), min_size=1, max_size=8), st.booleans())
async def test_any_order_is_one_post(store: Store, order: list[str], watched: bool) -> None:
    await store.redis.flushdb()
    if watched:
        await store.channels.watch(HANDLE)
    outcomes = [await take(store, route, FIRST) for route in order]
    assert outcomes == ["new", *["same"] * (len(order) - 1)]
    assert len(await stored(store)) == 1
    assert (await revisions(store)).total() == 1


def _by_this_host(store: Store) -> Posts:
    """Posts whose pages are of a time that a test sets."""
    return Posts(store.redis, Scripts(store.redis), timedelta(days=120), of_this_host)


class World:
    """A channel whose post is edited, seen by routes that are late, repeat, or come in between."""

    def __init__(self, store: Store, clock: time_machine.Traveller) -> None:
        self._store, self._clock = store, clock
        self.versions = [FIRST]
        self._told: set[int] = set()

    async def act(self, action: str, choice: int) -> None:
        """Ten minutes later, something happens."""
        self._clock.shift(STEP)
        now = datetime.now(UTC).replace(microsecond=0)
        old = choice % len(self.versions)
        if action == "edit":
            words = f"Wording number {len(self.versions)} of it"
            self.versions.append(Version(words, START, edited=now))
        elif action in {"preview", "forward"}:  # they show what stands now
            await take(self._store, action, self.versions[-1])
        else:  # an update may be late or come again, an export may be an old one
            await take(self._store, action, self.versions[old])

    async def settle(self) -> None:
        """In the end every update has come."""
        for version in self.versions:
            await take(self._store, "bot", version)


ACTION = st.sampled_from(["edit", *sorted(ROUTES)])


@on_a_store
@given(st.lists(st.tuples(ACTION, st.integers(0, 9)), max_size=12))
async def test_edits_in_any_order_end_with_the_last(
    store: Store, actions: list[tuple[str, int]]
) -> None:
    await store.redis.flushdb()
    store.posts = _by_this_host(store)
    with time_machine.travel(START, tick=False) as clock:
        world = World(store, clock)
        for action, choice in actions:
            await world.act(action, choice)
        await world.settle()
    [key] = await stored(store)
    post = await store.posts.get(key.removeprefix(keys.post("")))
    assert post is not None
    assert post.text.startswith(world.versions[-1].words)
    worked = await revisions(store)
    assert max(worked.values()) == 1
    assert len(worked) <= len(world.versions)


@pytest.mark.parametrize("late", ["bot", "import", "forward"])
async def test_older_content_never_comes_back(store: Store, late: str) -> None:
    edited = Version("The second wording", START, edited=START + STEP)
    store.posts = _by_this_host(store)
    with time_machine.travel(START + 2 * STEP, tick=False):
        assert await take(store, "preview", edited) == "new"
        assert await take(store, late, FIRST) == "same"


async def test_an_export_knows_of_an_edit_that_nobody_told(store: Store) -> None:
    assert await take(store, "bot", FIRST) == "new"
    edited = Version("The second wording", START, edited=START + STEP)
    assert await take(store, "import", edited) == "changed"


async def test_an_edit_back_to_old_words_is_an_edit(store: Store) -> None:
    versions = [
        FIRST,
        Version("The second wording", START, edited=START + STEP),
        Version(FIRST.words, START, edited=START + 2 * STEP),
    ]
    assert [await take(store, "bot", each) for each in versions] == ["new", "changed", "changed"]


def test_the_copy_in_a_linked_group_is_not_read() -> None:
    [message] = [value for value in update(FIRST).values() if isinstance(value, dict)]
    group = {"id": -1009, "type": "supergroup", "title": "Talk"}
    origin = {"type": "channel", "chat": CHAT, "message_id": 7, "date": message["date"]}
    copy = message | {"chat": group, "is_automatic_forward": True, "forward_origin": origin}
    assert read_post({"update_id": 2, "message": copy}) is None
    assert read_post({"update_id": 3, "message": copy | {"media_group_id": "g"}}) is None


@on_a_store
@given(st.permutations(["bot", "preview", "import", "forward"]))
async def test_a_channel_has_one_ref_whoever_names_it(store: Store, order: list[str]) -> None:
    await store.redis.flushdb()
    adopted = [await store.channels.adopt(ROUTES[route](FIRST)) for route in order]
    assert len({post.channel.ref for post in adopted}) == 1


async def test_a_repost_has_one_origin_however_it_is_named(store: Store) -> None:
    await store.channels.adopt(by_bot(FIRST))
    names = []
    for name in ("@Demo_Watched", "@demo_watched", "1234567"):
        origin = Origin(name="Invented", channel=name, message_id=7)
        post = by_preview(Version("a repost", START, message_id=8)).model_copy(
            update={"forward": origin}
        )
        forward = (await store.channels.adopt(post)).forward
        assert forward is not None
        names.append(forward.channel)
    assert len(set(names)) == 1
    own = (await store.channels.adopt(by_export(FIRST))).channel.ref
    assert names[0] == own == (await store.channels.adopt(by_forward(FIRST))).channel.ref

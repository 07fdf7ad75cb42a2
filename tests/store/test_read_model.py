"""The read model follows the store, whatever becomes of its file, in any number of processes."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import Store, keys
from bot.store.errors import ReadModelError
from bot.store.read_model.file import FILE, READ_MODEL_LAYOUT, only_follower
from bot.store.read_model.terms import Query
from tests.store.test_search import entry, put
from tests.waiting import eventually

NOW = datetime.now(UTC).replace(microsecond=0)
KEPT = timedelta(days=120)
LEAF = Query(words=("leaf",))
HOLDS_THE_LOCK = """
import pathlib, sys, time
from bot.store.read_model.file import FILE, only_follower
with only_follower(pathlib.Path(sys.argv[1]) / FILE) as mine:
    print(mine, flush=True)
    time.sleep(600)
"""


@pytest.fixture
async def own(store: Store, tmp_path: Path) -> AsyncIterator[Store]:
    """The same store, with a file that only this test uses."""
    own = Store(store.redis, KEPT, tmp_path)
    yield own
    await own.read_model.close()


async def found(store: Store, query: Query = LEAF) -> list[int]:
    """What is found once all is taken in."""
    await store.read_model.refresh()
    return await found_now(store, query)


async def found_now(store: Store, query: Query = LEAF) -> list[int]:
    hits = await store.search.find(query, NOW, 50)
    return sorted(each.post.message_id for each in hits.entries)


async def posts_in(store: Store) -> int:
    return (await store.search.reach()).posts


@pytest.mark.parametrize("damage", ["gone", "garbage", "cut", "foreign"])
async def test_a_lost_or_broken_file_is_made_again(
    own: Store, tmp_path: Path, damage: str
) -> None:
    await put(own, *[entry(number, "leaf") for number in range(1, 40)])
    await own.read_model.refresh()
    file = tmp_path / FILE
    whole = file.read_bytes()
    file.unlink()
    if damage == "garbage":
        file.write_bytes(b"no database at all " * 400)
    elif damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "foreign":
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE posts(a)")
    assert await found(own) == list(range(1, 40))


async def test_what_is_of_no_topic_of_ours_is_read_anew(own: Store, tmp_path: Path) -> None:
    await put(own, entry(1, "leaf", hours_ago=1))
    await own.read_model.refresh()
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        file.execute("UPDATE posts SET topics = 'of_another_taxonomy'")
        file.commit()
    broken = await own.surveys.between(NOW - timedelta(days=1), NOW)
    await own.read_model.refresh()
    survey = await own.surveys.between(NOW - timedelta(days=1), NOW)
    assert not broken.outlines or broken.outlines == survey.outlines
    assert [line.key for outline in survey.outlines for line in outline.lines] == ["@pane_one/1"]


async def test_a_store_emptied_or_put_back_is_followed(own: Store, tmp_path: Path) -> None:
    await put(own, entry(1, "leaf"), entry(2, "leaf"))
    assert await found(own) == [1, 2]
    await own.redis.flushdb()
    assert await found(own) == []
    await put(own, entry(3, "leaf"), entry(4, "leaf"))
    assert await found(own) == [3, 4]
    await own.redis.zrem(keys.CHANGED, "@pane_one/3")
    assert await found(own) == [4]
    assert await found(Store(own.redis, KEPT, tmp_path)) == [4]


async def test_a_store_put_back_to_what_it_was_is_followed_by_the_next_process(
    own: Store, tmp_path: Path
) -> None:
    await put(own, entry(1, "leaf"), entry(2, "leaf"))
    names = [keys.CHANGED, keys.entry("@pane_one/2"), keys.post("@pane_one/2")]
    before = [await own.redis.dump(name) for name in names]
    edited = entry(2, "a stone")
    await put(own, edited)
    assert await found(own) == [1]
    for name, copy in zip(names, before, strict=True):
        await own.redis.restore(name, 0, copy or b"", replace=True)
    assert await found(Store(own.redis, KEPT, tmp_path)) == [1, 2]


async def test_a_deleted_post_leaves_the_file(own: Store) -> None:
    await put(own, entry(1, "leaf"), entry(2, "leaf"))
    assert await found(own) == [1, 2]
    assert await own.entries.retract("@pane_one/1", "@pane_one")
    assert await found(own) == [2]
    assert await posts_in(own) == 1


async def test_what_somebody_forwarded_privately_is_not_in_the_file(own: Store) -> None:
    aside = entry(1, "leaf")
    channel = aside.post.channel.model_copy(update={"ref": "~5"})
    aside = aside.model_copy(update={"post": aside.post.model_copy(update={"channel": channel})})
    assert aside.post.aside
    await put(own, aside, entry(2, "leaf"))
    await own.redis.zadd(keys.CHANGED, {aside.key: 5})  # as an earlier version listed it
    assert await found(own) == [2]
    assert await posts_in(own) == 1


async def test_a_file_of_another_version_is_left_or_removed(own: Store, tmp_path: Path) -> None:
    later = tmp_path / f"read-model-{READ_MODEL_LAYOUT + 1}.db"
    for file in (tmp_path / "search.db", later):
        file.write_text("of another version")
    await put(own, entry(1, "leaf"))
    assert await found(own) == [1]
    assert [later.exists(), (tmp_path / "search.db").exists()] == [True, False]


async def test_a_file_full_of_waste_is_made_anew(own: Store, tmp_path: Path) -> None:
    await put(own, entry(1, "leaf"))
    await own.read_model.refresh()
    with closing(sqlite3.connect(tmp_path / FILE)) as file:  # as after many edits
        file.execute("UPDATE sqlite_sequence SET seq = 2100 WHERE name = 'posts'")
        file.commit()
    await put(own, entry(2, "leaf"))
    assert await found(own) == [1, 2]
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("SELECT max(id) FROM posts").fetchone() == (2,)


async def test_an_entry_that_only_joined_its_story_is_not_read_again(
    own: Store, tmp_path: Path
) -> None:
    await put(own, entry(1, "leaf"))
    await own.read_model.refresh()
    await own.stories.join("@pane_one/1", new_id="abc", decisive=[])
    await own.read_model.refresh()
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        rows = file.execute("SELECT id, story FROM posts").fetchall()
    assert rows == [(1, "abc")]


async def test_two_processes_share_the_file(store: Store, tmp_path: Path) -> None:
    both = [Store(store.redis, KEPT, tmp_path) for _ in range(2)]
    await put(store, *[entry(number, "leaf") for number in range(1, 30)])
    await asyncio.gather(*(each.read_model.refresh() for each in both))
    await put(store, entry(30, "leaf"))
    assert [len(await found(each)) for each in both] == [30, 30]


@asynccontextmanager
async def another_follower(home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is in the middle of taking in changes, for as long as it lives."""
    command = (sys.executable, "-c", HOLDS_THE_LOCK, str(home))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"True\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.slow
async def test_a_question_does_not_wait_for_another_process_for_long(
    own: Store, tmp_path: Path
) -> None:
    await put(own, entry(1, "leaf"))
    assert await found(own) == [1]
    async with another_follower(tmp_path):
        await put(own, entry(2, "leaf"))
        assert await own.read_model.state() is None
        assert await found_now(own) == [1]
    assert await found(own) == [1, 2]


@pytest.mark.slow
async def test_it_has_caught_up_with_what_was_known_when_it_was_first_asked(
    own: Store, tmp_path: Path
) -> None:
    """While writes never cease, the file is never up to now: nobody would get a digest."""
    await put(own, entry(1, "leaf"))
    await own.read_model.refresh()
    async with another_follower(tmp_path):
        await put(own, entry(2, "leaf"))
        assert not await own.read_model.caught_up()
    await own.read_model.refresh()
    async with another_follower(tmp_path):
        await put(own, entry(3, "leaf"))
        assert await own.read_model.state() is None
        assert await own.read_model.caught_up()
        await put(own, entry(4, "leaf"))
        assert not await own.read_model.caught_up()  # another question


async def test_another_process_goes_on_where_a_killed_one_stopped(
    own: Store, tmp_path: Path
) -> None:
    await put(own, entry(1, "leaf"))
    async with another_follower(tmp_path) as process:
        waiting = asyncio.create_task(own.read_model.refresh())
        assert await own.read_model.state() is None
        assert not waiting.done()
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await waiting
    assert await found(own) == [1]


async def test_one_of_all_follows_at_a_time(tmp_path: Path) -> None:
    with only_follower(tmp_path / FILE) as first, only_follower(tmp_path / FILE) as second:
        assert [first, second] == [True, False]
    with only_follower(tmp_path / FILE) as third:
        assert third


async def test_changes_have_growing_numbers(store: Store) -> None:
    await put(store, *[entry(number, "leaf") for number in range(1, 30)])
    far = int((NOW + timedelta(days=1)).timestamp() * 1000)
    await store.redis.zadd(keys.CHANGED, {"@pane_one/29": far})  # the clock was ahead once
    await put(store, entry(30, "leaf"))
    logged = await store.redis.zrange(keys.CHANGED, 0, -1)
    assert logged == [f"@pane_one/{number}" for number in range(1, 31)]
    assert await store.redis.zscore(keys.CHANGED, "@pane_one/30") == far + 1


async def test_it_follows_until_it_is_stopped(own: Store) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(own.read_model.run(stop, seconds=0.01))
    for number in (1, 2):
        await put(own, entry(number, "leaf"))
        await eventually(lambda wanted=number: _has(own, wanted))  # type: ignore[misc]
    stop.set()
    await running


async def _has(store: Store, posts: int) -> bool:
    return await posts_in(store) == posts


async def test_a_home_that_cannot_be_used_is_said(store: Store, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    (tmp_path / "home").write_text("")
    for home, named in ((tmp_path, FILE), (tmp_path / "home", "FORTOCHKA_HOME")):
        with pytest.raises(ReadModelError, match=named):
            await Store(store.redis, KEPT, home).read_model.refresh()

"""`fortochka import` as a process on a real server: complete, resumable, without effect twice."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.import_export import run_import, size_of, write_export
from bot.store import Store, keys
from bot.terminal.importing import IMPORT_BATCH
from tests.collect.test_messages_html import written, written_message
from tests.fakes.pages import Written, page

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]
MOMENT = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
LONG = 30_000
"""Posts that take seconds, so that a signal meets an import at work."""


def message(number: int, **fields: object) -> Json:
    moment = str(1_700_000_000 + 3600 * number)
    text = f"Invented post number {number}"
    return {"id": number, "type": "message", "date_unixtime": moment, "text": text, **fields}


def chat(messages: Iterable[Json], kind: str = "public_channel", number: int = 1555) -> Json:
    return {"name": "Odd Lab", "type": kind, "id": number, "messages": list(messages)}


class Importing:
    """The command against the server of the tests."""

    def __init__(self, store: Store, home: Path, url: str | None, folder: Path) -> None:
        self.store, self.folder, self._file = store, folder, folder / "result.json"
        self._place = {"FORTOCHKA_HOME": str(home), "REDIS_URL": url or ""}

    def write(self, export: Json | bytes) -> None:
        data = export if isinstance(export, bytes) else json.dumps(export).encode()
        self._file.write_bytes(data)

    async def start(self, *options: str, file: Path | None = None) -> asyncio.subprocess.Process:
        env = {**os.environ, **self._place, "COLUMNS": "200"}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "import", str(file or self._file), *options),
            cwd=ROOT,
            env=env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *options: str, file: Path | None = None) -> tuple[int | None, str, str]:
        """Exit code, stdout, stderr."""
        process = await self.start(*options, file=file)
        said, errors = await process.communicate()
        return process.returncode, said.decode(), errors.decode()

    async def work(self) -> int:
        return await self.store.post_stream.waiting()


@pytest.fixture
def importing(
    store: Store, server_home: Path, server_url: str | None, tmp_path: Path
) -> Importing:
    return Importing(store, server_home, server_url, tmp_path)


async def test_twice_is_once(importing: Importing) -> None:
    importing.write(chat(message(number) for number in range(1, 451)))
    code, said, _ = await importing.run("--channel", "@odd_lab")
    assert code == 0
    assert "@odd_lab: 450 posts read, 450 new, 0 changed, 0 as they were" in said
    assert "450 posts wait for the analyst" in said
    code, said, _ = await importing.run("--channel", "@odd_lab")
    assert (code, "0 new, 0 changed, 450 as they were" in said) == (0, True)
    assert await importing.work() == 450
    post = await importing.store.posts.get("1555/450")
    assert post is not None
    assert post.url == "https://t.me/odd_lab/450"


async def test_a_killed_import_goes_on_where_it_was(importing: Importing) -> None:
    importing.write(chat(message(number) for number in range(1, LONG + 1)))
    process = await importing.start()
    while await importing.work() <= IMPORT_BATCH:  # the first batch is behind it then
        await importing.store.redis.xread({keys.POSTS: "$"}, count=1, block=20_000)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    assert await importing.work() < LONG
    code, said, errors = await importing.run()
    assert (code, "goes on where it was" in errors) == (0, True)
    assert int(said.split(" posts read")[0].rpartition(" ")[2]) <= LONG - IMPORT_BATCH
    assert await importing.work() == LONG
    assert [key async for key in importing.store.redis.scan_iter(keys.imported("*"))] == []


async def test_an_interrupted_import_ends_quietly(importing: Importing) -> None:
    importing.write(chat(message(number) for number in range(1, LONG + 1)))
    process = await importing.start()
    await importing.store.redis.xread({keys.POSTS: "0"}, count=1, block=20_000)
    process.send_signal(signal.SIGINT)
    _, errors = await process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in errors


async def test_a_cut_file_is_taken_in_as_far_as_it_goes(importing: Importing) -> None:
    data = json.dumps(chat(message(number) for number in range(1, 301))).encode()
    importing.write(data[: len(data) // 2])
    code, said, errors = await importing.run()
    assert code == 1
    assert "breaks off after 1" in errors
    assert await importing.work() == int(said.split(" posts read")[0].rpartition(" ")[2]) > 100


async def test_only_posts_since_a_date(importing: Importing) -> None:
    importing.write(chat(message(number) for number in range(1, 31)))
    code, said, _ = await importing.run("--since", "2023-11-15")
    assert code == 0
    assert "30 posts read" in said
    kept = await importing.work()
    assert 0 < kept < 30
    assert f"{30 - kept} too old" in said


@pytest.mark.parametrize(
    ("export", "options", "words"),
    [
        (chat([message(1)], "personal_chat"), [], "only channels are imported"),
        (chat([message(1)], "private_channel"), [], "only channels are imported"),
        (b"<html>no export</html>", [], "no export in JSON"),
        (
            {"chats": {"list": [chat([message(1)])]}},
            ["--channel", "odd_lab"],
            "choose by --chat: Odd Lab (1555)",
        ),
        (chat([message(1)]), ["--channel", "no name!"], "a channel is a handle"),
    ],
)
async def test_what_is_refused_says_why(
    importing: Importing, export: Json | bytes, options: list[str], words: str
) -> None:
    importing.write(export)
    code, _, errors = await importing.run(*options)
    assert code == 1
    assert words in errors
    assert "Traceback" not in errors
    assert await importing.work() == 0


async def test_a_full_export_gives_its_public_channels(importing: Importing) -> None:
    people = chat([message(1)], "personal_chat", 1)
    importing.write(
        {"chats": {"list": [people, chat([message(1)]), chat([message(2)], number=7)]}}
    )
    code, said, _ = await importing.run()
    assert code == 0
    assert "2 posts read, 2 new" in said
    assert "personal_chat × 1" in said
    assert await importing.store.posts.get("7/2")


async def test_one_channel_of_a_full_export_by_its_name(importing: Importing) -> None:
    private = {**chat([message(2)], "private_channel", 7), "name": "Inner Lab"}
    importing.write({"chats": {"list": [chat([message(1)]), private]}})
    _, said, _ = await importing.run()
    assert "taken one by one with --chat: Inner Lab" in said
    code, said, _ = await importing.run("--chat", "inner lab")
    assert (code, "Inner Lab: 1 posts read, 1 new" in said) == (0, True)
    code, said, _ = await importing.run("--chat", "1555", "--channel", "odd_lab")
    assert (code, "@odd_lab: 1 posts read" in said) == (0, True)
    code, _, errors = await importing.run("--chat", "Nobody")
    assert (code, "Odd Lab (1555), Inner Lab (7)" in errors) == (1, True)


async def test_a_mended_file_goes_on_where_it_broke_off(importing: Importing) -> None:
    data = json.dumps(chat(message(number) for number in range(1, 301)), indent=1).encode()
    importing.write(data[: data.index(b"post number 200")])
    code, said, errors = await importing.run()
    assert (code, "199 posts read" in said) == (1, True)
    assert "behind message 199" in errors
    importing.write(data)
    code, said, errors = await importing.run()
    assert (code, "goes on where it was" in errors) == (0, True)
    assert "102 posts read, 101 new" in said
    assert await importing.work() == 300


async def test_what_was_mended_is_counted(importing: Importing) -> None:
    data = json.dumps(chat([message(1), message(2, author="§")])).encode()
    importing.write(data.replace(b'"\\u00a7"', rb'"A\x0B\x01nn"'))
    code, said, _ = await importing.run()
    assert (code, "2 faults of the program that wrote the file were mended" in said) == (0, True)


async def test_local_times_of_old_files_in_a_zone(importing: Importing) -> None:
    old = {"id": 1, "type": "message", "date": "2021-01-31T21:02:29", "text": "x"}
    importing.write(chat([old]))
    code, _, errors = await importing.run("--zone", "Mars/Olympus")
    assert (code, "no time zone 'Mars/Olympus'" in errors) == (1, True)
    code, _, errors = await importing.run("--zone", "Europe/Moscow")
    assert "no zone" not in errors
    post = await importing.store.posts.get("1555/1")
    assert code == 0
    assert post is not None
    assert post.published_at.isoformat() == "2021-01-31T18:02:29+00:00"
    importing.write(chat([{**old, "id": 2}]))
    code, _, errors = await importing.run()
    assert (code, "taken as UTC" in " ".join(errors.split())) == (0, True)


async def test_saved_pages_and_messages_in_html(importing: Importing) -> None:
    saved = [importing.folder / f"page{number}.html" for number in (1, 2)]
    for number, path in enumerate(saved):
        shown = [Written(7 * number + shift, f"post {shift}", MOMENT) for shift in (1, 2, 3)]
        path.write_bytes(page("odd_lab", shown, channel_id=1555).encode())
    code, said, _ = await importing.run(*map(str, saved[1:]), file=saved[0])
    assert (code, "@odd_lab: 6 posts read, 6 new" in said) == (0, True)
    assert await importing.store.posts.get("1555/8")
    code, _, errors = await importing.run("--channel", "other_lab", file=saved[0])
    assert (code, "a page of @odd_lab" in errors) == (1, True)
    kept = importing.folder / "messages.html"
    kept.write_bytes(written(written_message(21, "kept as HTML")))
    code, _, errors = await importing.run(file=kept)
    assert (code, "add --channel @name" in errors) == (1, True)
    code, said, _ = await importing.run("--channel", "odd_lab", file=kept)
    assert (code, "1 posts read, 1 new" in said) == (0, True)
    assert await importing.store.posts.get("1555/21")


async def test_a_file_of_another_channel_is_refused(importing: Importing) -> None:
    store = importing.store
    ref = await store.channels.watch("odd_lab")
    await store.channels.update(ref, {"id": "9999"})
    importing.write(chat([message(1)]))
    code, _, errors = await importing.run("--channel", "odd_lab")
    assert (code, "not of the one named" in errors) == (1, True)


async def test_a_generated_export_of_all_forms(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    posts = write_export(file, size_of("400KiB"))
    for expected in (f"{posts} new", f"{posts} as they were"):
        done = run_import(file, tmp_path / "home")
        assert (done.code, done.posts) == (0, posts)
        assert expected in done.said


def test_a_size_that_is_none() -> None:
    with pytest.raises(ValueError, match="no size"):
        size_of("1GB!")

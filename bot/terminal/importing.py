"""The import of Telegram Desktop's exports: streamed, resumable, repeatable without effect."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot import config
from bot.collect.export.reader import BadExport, Place, Skipped, place_of, read_export
from bot.errors import CommandError
from bot.model import Channel, Post
from bot.store import Store, open_store
from bot.terminal.show import err, out

IMPORT_BATCH = 200  # posts in one round trip


@dataclass
class Taken:
    """What an import has done: posts by outcome, chats passed over by type, channels by ref."""

    posts: Counter[str] = field(default_factory=Counter)
    chats: Counter[str] = field(default_factory=Counter)
    channels: dict[str, Channel] = field(default_factory=dict)
    problem: str | None = None


async def import_file(path: Path, channel: str | None, *, since: datetime | None = None) -> None:
    """Take in an export and say what came of it; ``CommandError`` when it could not all be read.

    ``channel`` names the channel of a single-chat export, which holds no user names.
    """
    handle = _handle(channel)
    try:
        token = await asyncio.to_thread(_token, path, handle, since)
    except OSError as error:
        raise CommandError(f"import: {path}: {error.strerror}") from None
    async with open_store(config.load()) as store:
        with path.open("rb") as file:
            taken = await _import(store, file, handle, since, token)
        await store.imports.ended(token)
        await _name(store, taken)
        await _report(store, taken)
    if taken.problem:
        raise CommandError(f"import: {taken.problem}")


async def _import(
    store: Store, file: BinaryIO, handle: str | None, since: datetime | None, token: str
) -> Taken:
    taken = Taken()
    found = await store.imports.place(token)
    posts = _posts(
        read_export(
            file,
            handle,
            chat_id=await _known_id(store, handle),
            after=Place(*found) if found else None,
        ),
        taken,
        handle,
    )
    if found:
        err.print("this import was begun before and goes on where it was")
    with _progress() as progress:
        total = file.seek(0, 2)
        file.seek(0)
        bar = progress.add_task("import", total=total, posts=0, speed=0)
        while batch := list(islice(posts, IMPORT_BATCH)):
            await _take_in(store, batch, since, token, taken)
            _stop_when_asked()
            read = taken.posts.total()
            speed = read / max(progress.tasks[bar].elapsed or 0, 0.1)
            progress.update(bar, completed=file.tell(), posts=read, speed=speed)
    return taken


def _stop_when_asked() -> None:
    """Ctrl-C while a batch was read is a cancellation that redis-py may have swallowed.

    Its ``asyncio.timeout(0)`` takes a cancellation that is already due for its own.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


async def _take_in(
    store: Store, batch: list[Post], since: datetime | None, token: str, taken: Taken
) -> None:
    wanted = [post for post in batch if since is None or post.published_at >= since]
    adopted = await store.channels.adopt_all(wanted)
    taken.channels |= {post.channel.ref: post.channel for post in adopted}
    taken.posts["older"] += len(batch) - len(wanted)
    taken.posts += await store.posts.ingest_all(adopted)
    await store.imports.reached(token, *place_of(batch[-1]))


def _posts(items: Iterator[Post | Skipped], taken: Taken, handle: str | None) -> Iterator[Post]:
    """The posts alone; what else there was is noted."""
    try:
        for item in items:
            if isinstance(item, Skipped):
                taken.chats[item.kind or "chat"] += 1
            elif handle and item.channel.handle is None:
                taken.problem = f"which of its chats is @{handle} a full export does not say: "
                taken.problem += "export that channel alone"
                return
            else:
                yield item
    except BadExport as error:
        taken.problem = str(error)


async def _known_id(store: Store, handle: str | None) -> int | None:
    """The numeric id under which a channel was met before."""
    ref = await store.channels.resolve(f"@{handle}") if handle else None
    number = await store.channels.number(ref) if ref else ""
    return int(number) if number else None


async def _name(store: Store, taken: Taken) -> None:
    """Enter what a file says of its channels where nothing better is known."""
    for ref, channel in taken.channels.items():
        known = await store.channels.state(ref)
        said = {"title": channel.title, "handle": channel.handle or ""}
        news = {name: text for name, text in said.items() if text and not known.get(name)}
        if news:
            await store.channels.update(ref, news)


async def _report(store: Store, taken: Taken) -> None:
    posts, chats = taken.posts, taken.chats
    names = ", ".join(channel.name for channel in taken.channels.values())
    if posts:
        out.print(
            f"{names or 'import'}: {posts.total()} posts read, {posts['new']} new, "
            f"{posts['changed']} changed, {posts['same']} as they were"
            + (f", {posts['older']} too old" if posts["older"] else ""),
            markup=False,
        )
    if chats:
        passed = ", ".join(f"{kind} × {number}" for kind, number in chats.most_common())
        out.print(f"passed over, being no public channels: {passed}", markup=False)
    waiting = await store.post_stream.waiting()
    if posts and waiting:
        out.print(f"{waiting} posts wait for the analyst: fortochka run")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.fields[posts]} posts, {task.fields[speed]:.0f}/s"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    )


def _token(path: Path, handle: str | None, since: datetime | None) -> str:
    """A name for this import by the file's content and what is asked of it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(f"\0{(handle or '').casefold()}\0{since}".encode())
    return digest.hexdigest()[:32]


def _handle(channel: str | None) -> str | None:
    try:
        return config.handle_of(channel) if channel else None
    except ValueError as error:
        raise CommandError(f"import: {error}") from None

"""The import of files that somebody kept: streamed, resumable, repeatable without effect."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot import config
from bot.collect.export.files import read_file, without_zone
from bot.collect.export.mended import MendedStream
from bot.collect.export.reader import BadExport, Place, Skipped, Wanted, channels_in, place_of
from bot.errors import CommandError
from bot.model import Channel, Post
from bot.store import Store, open_store
from bot.terminal.show import err, out

IMPORT_BATCH = 200  # posts in one round trip


class Asked(NamedTuple):
    """What is asked of an import: the channel of a file that names none, what to take of it."""

    channel: str | None = None
    chat: str | None = None
    zone: str | None = None
    since: datetime | None = None


@dataclass
class Taken:
    """What an import has done: posts by outcome, chats passed over, channels by ref.

    ``mended`` counts faults of the writer that were put right; ``before`` and ``last`` are the
    last two posts that were read of the file under way.
    """

    posts: Counter[str] = field(default_factory=Counter)
    chats: Counter[str] = field(default_factory=Counter)
    private: list[str] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=dict)
    mended: int = 0
    problems: list[str] = field(default_factory=list)
    last: Post | None = None
    before: Post | None = None


async def import_files(paths: list[Path], asked: Asked) -> None:
    """Take in files and say what came of it; ``CommandError`` when not all could be read."""
    wanted = Wanted(_handle(asked.channel), chat=asked.chat, zone=_zone(asked.zone))
    taken = Taken()
    async with open_store(config.load()) as store:
        number = await _known_id(store, wanted.handle)
        if number and wanted.chat is None:
            wanted = wanted._replace(chat_id=int(number))
        for path in paths:
            await _import(store, path, wanted, asked, taken)
        await _name(store, taken)
        await _report(store, taken)
    if taken.problems:
        raise CommandError("\n".join(f"import: {problem}" for problem in taken.problems))


async def _import(store: Store, path: Path, wanted: Wanted, asked: Asked, taken: Taken) -> None:
    """Take in one file; what stopped it is noted."""
    try:
        content = await asyncio.to_thread(_content_token, path, asked)
        file = path.open("rb")
    except OSError as error:
        raise CommandError(f"import: {path}: {error.strerror}") from None
    # A file that broke off is another one after it was mended, but it has the same path.
    stopped = _token(str(path.resolve()), asked)
    found = await store.imports.place(content) or await store.imports.place(stopped)
    problems, taken.last, taken.before = len(taken.problems), None, None
    with file:
        if wanted.zone is None and without_zone(file):
            err.print(
                f"{path}: its times name no zone and are taken as UTC: --zone says which",
                markup=False,
            )
        stream = MendedStream(file)
        await _take_all(store, stream, wanted, asked, content, taken, found)
    taken.mended += stream.mended
    await store.imports.ended(content)
    await store.imports.ended(stopped)
    # The last post may be an album that goes on behind the break.
    if len(taken.problems) > problems and taken.before:
        await store.imports.reached(stopped, *place_of(taken.before))


async def _take_all(
    store: Store,
    stream: MendedStream,
    wanted: Wanted,
    asked: Asked,
    token: str,
    taken: Taken,
    found: tuple[str, int] | None,
) -> None:
    posts = _posts(stream, wanted, taken, Place(*found) if found else None)
    if found:
        err.print("this import was begun before and goes on where it was")
    with _progress() as progress:
        total = stream.file.seek(0, 2)
        stream.file.seek(0)
        bar = progress.add_task("import", total=total, posts=0, speed=0)
        async for batch in _ahead(posts):
            await _take_in(store, batch, asked.since, token, taken)
            _stop_when_asked()
            read = taken.posts.total()
            speed = read / max(progress.tasks[bar].elapsed or 0, 0.1)
            progress.update(bar, completed=stream.file.tell(), posts=read, speed=speed)


async def _ahead(posts: Iterator[Post]) -> AsyncIterator[list[Post]]:
    """Batches of posts, the next one read in a thread while the store takes this one."""
    reading = asyncio.create_task(asyncio.to_thread(_batch, posts))
    try:
        while batch := await reading:
            reading = asyncio.create_task(asyncio.to_thread(_batch, posts))
            yield batch
    finally:
        await asyncio.wait([reading])


def _batch(posts: Iterator[Post]) -> list[Post]:
    return list(islice(posts, IMPORT_BATCH))


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
    await store.posts.note_audience(adopted, await store.now())
    await store.imports.reached(token, *place_of(batch[-1]))


def _posts(
    stream: MendedStream, wanted: Wanted, taken: Taken, after: Place | None
) -> Iterator[Post]:
    """The posts alone; what else there was is noted."""
    ref = str(wanted.chat_id or "")
    seen = 0
    try:
        for item in read_file(stream, wanted, ref=ref, after=after):
            if isinstance(item, Skipped):
                taken.chats[item.kind or "chat"] += 1
                taken.private += [item.name] if item.kind == "private_channel" else []
            elif wanted.handle and item.channel.handle is None:
                which = f"which of its channels is @{wanted.handle} a full export does not say"
                taken.problems.append(f"{which}, choose by --chat: {_choice(stream)}")
                return
            else:
                seen += 1
                taken.before, taken.last = taken.last, item
                yield item
    except BadExport as error:
        taken.problems.append(str(error))
    else:
        if wanted.chat is not None and not seen and after is None:
            taken.problems.append(f"no channel {wanted.chat!r} in this file: {_choice(stream)}")


def _choice(stream: MendedStream) -> str:
    """The channels of a full export by name and id."""
    return ", ".join(f"{chat.name} ({chat.ref})" for chat in channels_in(stream.file)) or "none"


async def _known_id(store: Store, handle: str | None) -> str:
    """The numeric id under which a channel was met before, empty for none."""
    ref = await store.channels.resolve(f"@{handle}") if handle else None
    return await store.channels.number(ref) or "" if ref else ""


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
    if taken.mended:
        out.print(f"{taken.mended} faults of the program that wrote the file were mended")
    if chats:
        passed = ", ".join(f"{kind} × {number}" for kind, number in chats.most_common())
        out.print(f"passed over, being no public channels: {passed}", markup=False)
    if taken.private:
        private = ", ".join(taken.private)
        out.print(f"private channels are taken one by one with --chat: {private}", markup=False)
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


def _content_token(path: Path, asked: Asked) -> str:
    """A name for this import by the file's content and what is asked of it."""
    with path.open("rb") as file:
        return _token(hashlib.file_digest(file, "sha256").hexdigest(), asked)


def _token(file: str, asked: Asked) -> str:
    what = "\0".join(str(value or "").casefold() for value in asked)
    return hashlib.sha256(f"{file}\0{what}".encode()).hexdigest()[:32]


def _handle(channel: str | None) -> str | None:
    try:
        return config.handle_of(channel) if channel else None
    except ValueError as error:
        raise CommandError(f"import: {error}") from None


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        raise CommandError(f"import: no time zone {name!r}: one is Europe/Moscow") from None

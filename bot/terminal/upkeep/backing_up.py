"""Backups in a terminal: what was written or put back, how many of each, how large."""

import time
from pathlib import Path

from bot import config
from bot.errors import CommandError, explain
from bot.store import open_store
from bot.store.backup.archive import Archive, Head, Sums
from bot.store.backup.merge import MergeWriter
from bot.store.backup.restore import Restoring, WholeWriter, data_of
from bot.store.backup.snapshot import make_backup
from bot.store.connection.clock import server_now
from bot.store.connection.connect import connect
from bot.store.errors import BackupError, StoreUnavailable
from bot.terminal.show import CountLine, print_json, print_text

_MEGABYTE = 1_000_000


async def back_up(path: Path, *, as_json: bool) -> None:
    """Write a backup; ``CommandError`` where that is impossible, and then no file is changed."""
    _check_place(path)
    began = time.monotonic()
    try:
        async with open_store(config.load()) as store:
            if not await data_of(store.redis):
                raise CommandError("backup: the store is empty; nothing was written")
            reading, writing = CountLine("read").show, CountLine("written").show
            taken, sums, size = await make_backup(store.redis, path, reading, writing)
    except OSError as error:
        raise CommandError(f"backup: {path}: {error.strerror}; nothing was written") from None
    if as_json:
        told = {"file": str(path), "made_at": taken.at.isoformat(), "bytes": size}
        print_json({**told, "unknown_keys": taken.unknown, "holds": holdings(sums)})
        return
    print_text(f"{path}: the store as of {taken.at:%Y-%m-%d %H:%M:%S} UTC")
    print_text(_in_words(sums))
    if taken.unknown:
        print_text(f"left out: {taken.unknown} keys that this program does not know")
    took = time.monotonic() - began
    print_text(f"{size / _MEGABYTE:,.1f} MB, {took:.1f} s; keep .env apart from it")


def _check_place(path: Path) -> None:
    """A file that is no backup is not written over."""
    if not path.absolute().parent.is_dir():
        raise CommandError(f"backup: {path.absolute().parent} is no folder")
    if path.exists():
        try:
            Archive(path).head()
        except BackupError:
            raise CommandError(f"backup: {path} is there and no backup: choose a name") from None


async def put_back(path: Path, *, merge: bool, as_json: bool) -> None:
    """Restore a backup that is whole; ``CommandError`` or ``BackupError`` where it cannot be."""
    archive = Archive(path)
    head, sums = archive.check(CountLine("checked").show)
    async with connect(config.load()) as (redis, *_):
        restoring = Restoring(redis, archive, "merge" if merge else "restore")
        await restoring.begin(empty=not merge)
        now = await server_now(redis)
        writer = MergeWriter(redis, now) if merge else WholeWriter(redis, now)
        try:
            moved = await restoring.write(writer, CountLine("restored").show)
        except StoreUnavailable as error:
            raise CommandError(
                f"restore: cut short: {explain(error)}; no bot uses the store until this "
                "command was repeated to its end"
            ) from None
    others = sorted(writer.others) if isinstance(writer, MergeWriter) else []
    if as_json:
        told = {"file": str(path), "made_at": head.made_at.isoformat(), "merged": merge}
        print_json({**told, "holds": holdings(sums), "moved": moved, "left_out": others})
    else:
        _tell(head, sums, moved, others, merge=merge)


def _tell(head: Head, sums: Sums, moved: int, others: list[str], *, merge: bool) -> None:
    done = "added what was not here" if merge else "restored"
    print_text(f"{done}: the store as of {head.made_at:%Y-%m-%d %H:%M:%S} UTC")
    print_text(_in_words(sums))
    if moved:
        print_text(f"digests that were due before now and are not sent: {moved}")
    if others:
        names = ", ".join(others)
        print_text(f"left out, as these channels are known here by other ids: {names}")
    print_text("next: fortochka run")


def holdings(sums: Sums) -> dict[str, int]:
    """What a backup holds, as people count it."""
    kinds, members = sums.keys, sums.members
    return {
        "readers": kinds.get("subscription", 0),
        "sources": members.get("channels", 0) + members.get("channels:listed", 0),
        "posts": kinds.get("post", 0),
        "unread": members.get("stream:posts", 0) + members.get("stream:posts:later", 0),
        "entries": kinds.get("entry", 0),
        "stories": kinds.get("story", 0),
        "saved": members.get("saved", 0),
        "messages": kinds.get("delivery", 0),
        "lines": sums.lines,
    }


def _in_words(sums: Sums) -> str:
    return " · ".join(f"{name} {number:,}" for name, number in holdings(sums).items())

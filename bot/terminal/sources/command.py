"""Sources in a terminal: listed, added, removed, paused, as files; beside a running bot, too."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table
from rich.text import Text

from bot import config
from bot.collect.preview.first_look import FirstLook
from bot.collect.text.channel_lists import ChannelList, ListedChannel, read_source_list
from bot.config import Settings, handle_of
from bot.errors import CommandError
from bot.store import Store, open_store
from bot.store.sources.sources import Source
from bot.terminal.examine.sources import SourceLook, look_at
from bot.terminal.show import ProgressLine, out, print_json
from bot.terminal.sources.lists import SOURCE_FORMATS, source_row

_FEW = 20  # channels that are named one by one when all is well
_RESTS = {
    "owner": "paused",
    "asked": "waits for an owner's answer",
    "rights": "paused: the bot is no admin there",
    "taken": "paused: its name leads to another channel",
}


@dataclass(frozen=True)
class SourcesAsked:
    """What is asked of the command: an action, names or files, a form, whether to look first."""

    action: str = "ls"
    what: tuple[str, ...] = ()
    how: str | None = None
    look: bool = True


@dataclass
class _Added:
    """What an addition came to, by handle; ``refused`` with the reason each."""

    new: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    known: int = 0
    refused: list[str] = field(default_factory=list)


async def handle_sources(asked: SourcesAsked) -> None:
    """Do what is asked; ``CommandError`` names each thing that could not be done."""
    actions: dict[str, Callable[[Store, Settings, SourcesAsked], Awaitable[None]]] = {
        "ls": _list,
        "add": _add_names,
        "rm": _change,
        "pause": _change,
        "resume": _change,
        "export": _export,
        "import": _import,
    }
    if asked.action not in actions:
        known = ", ".join(actions)
        raise CommandError(f"sources: no such action: {asked.action}; there are {known}")
    settings = config.load()
    async with open_store(settings) as store:
        await store.sources.seed(settings.channels)  # as the bot does when it starts
        await actions[asked.action](store, settings, asked)


async def _list(store: Store, _: Settings, asked: SourcesAsked) -> None:
    found = await store.sources.list()
    if asked.how == "json":
        print_json([source_row(each) for each in found])
        return
    table = Table("channel", "title", "last post, UTC", "state", box=None)
    for each in found:
        last = f"{each.last_at:%Y-%m-%d %H:%M}" if each.last_at else "none yet"
        table.add_row(Text(each.name), Text(each.title), last, Text(_state(each)))
    if found:
        out.print(table)
    resting = sum(bool(each.rest) for each in found)
    out.print(f"{len(found) - resting} read, {resting} paused")


def _state(source: Source) -> str:
    if source.rest:
        return _RESTS.get(source.rest, source.rest)
    if source.state in {"ok", "quiet"}:
        return "read as its admin" if source.route == "bot" else "read"
    return source.reason.partition(": ")[2] or source.reason or source.state


async def _add_names(store: Store, settings: Settings, asked: SourcesAsked) -> None:
    if not asked.what:
        raise CommandError("sources: name channels to add: fortochka sources add @one t.me/two")
    await _add(store, settings, read_source_list("\n".join(asked.what).encode()), asked)


async def _import(store: Store, settings: Settings, asked: SourcesAsked) -> None:
    if not asked.what:
        raise CommandError("sources: name a file to import, - for what is piped in")
    lists = [read_source_list(read_content(name)) for name in asked.what]
    whole = ChannelList(
        tuple(each for one in lists for each in one.listed),
        tuple(each for one in lists for each in one.refused),
        sum(one.foreign for one in lists),
        tuple(word for one in lists for word in one.beside),
    )
    await _add(store, settings, whole, asked)


def read_content(name: str) -> bytes:
    """The content of a file, ``-`` for what is piped in; ``CommandError`` with the reason."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).expanduser().read_bytes()
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise CommandError(f"{name}: {reason}") from None


async def _add(store: Store, settings: Settings, named: ChannelList, asked: SourcesAsked) -> None:
    """Add what can be read; what was there already stays as it is."""
    for line in named.passed_over():
        out.print(line, markup=False)
    added = _Added(refused=list(named.refused))
    new = []
    for each in named.listed:
        ref = await store.channels.resolve(f"@{each.handle}")
        # Who names a channel wants it read; a list tells what there is, paused or not.
        is_there = ref and await store.sources.has(ref)
        if is_there and (asked.action == "import" or not await store.sources.resting(ref or "")):
            added.known += 1
        else:
            new.append(each)
    await _look_and_add(store, settings, new, added, look=asked.look)
    _report(added)
    if added.refused:
        raise CommandError("\n".join(f"sources: {reason}" for reason in added.refused))


async def _look_and_add(
    store: Store, settings: Settings, new: Sequence[ListedChannel], added: _Added, *, look: bool
) -> None:
    """Each as soon as it was looked at, so that nothing is lost when it is stopped."""
    if not look:
        for each in new:
            await _take(store, each)
            added.unseen.append(each.handle)
        return
    by_handle = {each.handle: each for each in new}
    progress = ProgressLine("looked at", len(new)) if len(new) > _FEW else None
    async for looked in look_at(settings, by_handle):
        if progress:
            progress.step()
        if reason := await _refused(store, looked):
            added.refused.append(f"@{looked.handle}: {reason}")
            continue
        await _take(store, by_handle[looked.handle], looked.look)
        (added.new if looked.look else added.unseen).append(looked.handle)


async def _refused(store: Store, looked: SourceLook) -> str:
    """Why it cannot be a source; empty for one that can, or of which nothing is known."""
    if looked.look is None:
        return "" if looked.is_unknown else looked.reason
    if await store.subscriptions.is_target(looked.look.number):
        return "digests are published there, it would read itself"
    return ""


async def _take(store: Store, listed: ListedChannel, look: FirstLook | None = None) -> None:
    number = (look.number if look else "") or listed.number
    ref = await store.sources.add(listed.handle, number)
    if look and look.title:
        await store.channels.update(ref, {"title": look.title})
    if listed.paused:
        await store.sources.rest(ref, "owner")


def _report(added: _Added) -> None:
    if added.new:
        names = ", ".join(f"@{handle}" for handle in added.new[:_FEW])
        more = f" and {len(added.new) - _FEW} more" if len(added.new) > _FEW else ""
        out.print(f"added: {names}{more}", markup=False)
    if added.unseen:
        unseen = f"added without a look: {len(added.unseen)}"
        out.print(f"{unseen}; fortochka sources tells what comes of them")
    if added.known:
        out.print(f"here already: {added.known}")


async def _change(store: Store, _: Settings, asked: SourcesAsked) -> None:
    """Remove, pause or resume what is named."""
    if not asked.what:
        raise CommandError(f"sources: name channels: fortochka sources {asked.action} @one")
    by_name = _by_name(await store.sources.list())
    unknown = []
    for name in asked.what:
        source = by_name.get(_plain(name))
        if source is None:
            unknown.append(f"sources: {name} is no source; fortochka sources lists them")
        elif asked.action == "resume":
            await store.sources.resume(source.ref)
            out.print(f"{source.name} is read", markup=False)
        else:
            gone = asked.action == "rm"
            await store.sources.rest(source.ref, "removed" if gone else "owner")
            out.print(f"{source.name} is {'removed' if gone else 'paused'}", markup=False)
    if unknown:
        raise CommandError("\n".join(unknown))


def _by_name(sources: Iterable[Source]) -> dict[str, Source]:
    """Sources by handle, id and title; where two have a title, neither goes by it."""
    found, titles = dict[str, Source](), dict[str, list[Source]]()
    for source in sources:
        titles.setdefault(source.title.casefold(), []).append(source)
    found |= {title: those[0] for title, those in titles.items() if title and len(those) == 1}
    for source in sources:
        names = (source.ref, source.number, source.handle.casefold())
        found |= {name: source for name in names if name}
    return found


def _plain(name: str) -> str:
    try:
        return handle_of(name).casefold()
    except ValueError:
        return name.strip().casefold().removeprefix("-100")


async def _export(store: Store, _: Settings, asked: SourcesAsked) -> None:
    file = Path(asked.what[0]).expanduser() if asked.what else None
    form = asked.how or (file.suffix.removeprefix(".") if file else "")
    if asked.how and form not in SOURCE_FORMATS:
        known = ", ".join(SOURCE_FORMATS)
        raise CommandError(f"--format {asked.how}: it is one of {known}")
    form = form if form in SOURCE_FORMATS else "list"
    found = await store.sources.list()
    kept = [each for each in found if each.handle or form == "json"]
    text = SOURCE_FORMATS[form](kept)
    if file is None:
        sys.stdout.buffer.write(text.encode())  # a file, whatever the terminal can show
    else:
        try:
            await asyncio.to_thread(file.write_text, text, "utf-8")
        except OSError as error:
            raise CommandError(f"sources: {file}: {error.strerror}") from None
        out.print(f"{len(kept)} channels are in {file}", markup=False)
    if left := len(found) - len(kept):
        sys.stderr.write(f"left out, having no public name: {left}; --format json has them\n")

"""The channels of the setup: a paste or a file of any number, looked at one by one."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bot.collect.text.channel_lists import ChannelList, read_source_list
from bot.config import Settings
from bot.errors import CommandError
from bot.terminal.examine.findings import Finding, show_finding
from bot.terminal.examine.sources import SEEDED_ONCE, SOURCES_PART, look_at
from bot.terminal.setup.asking import ask_lines
from bot.terminal.setup.draft import NOTHING_WRITTEN, Draft, SetupAsked
from bot.terminal.show import ProgressLine, out
from bot.terminal.sources.command import read_content

_FEW = 20  # channels that are shown one by one when all is well
_PASTE = (
    "\nChannels to read: names or links in any form, or the path of a file (text, OPML, JSON); "
    "an empty line ends"
)
_INSTEAD = "Other names for these, or Enter to go on without them"


def choose_channels(draft: Draft, asked: SetupAsked, *, asks: bool) -> None:
    """Add the channels that can be read to those that are set; each other one says why not."""
    if fault := draft.faults.get("CHANNELS", "") if asked.channels is None else "":
        if not asks:
            raise CommandError(f"setup: {fault}; {NOTHING_WRITTEN}")
        show_finding(Finding("✗", SOURCES_PART, fault))
    waiting, text = list(draft.settings.channels), asked.channels
    if text is None and asks:
        kept = f"; Enter keeps the {len(waiting)} that are set" if waiting else ""
        text = ask_lines(_PASTE + kept)
    chosen = dict[str, str]()
    while waiting or text:
        named = _named(text or "")
        for line in named.passed_over():
            out.print(line, markup=False)
        waiting += [each.handle for each in named.listed]
        new = {name.casefold(): name for name in waiting if name.casefold() not in chosen}
        found, bad = asyncio.run(_looked_at(draft.settings, new.values()))
        chosen |= found
        bad = [*named.refused, *bad]
        if bad and not asks and not asked.yes:
            raise CommandError(
                f"setup: channels that cannot be read: {'; '.join(bad)}; "
                f"--yes goes on without them; {NOTHING_WRITTEN}"
            )
        for reason in bad:
            show_finding(Finding("✗", SOURCES_PART, reason))
        waiting, text = [], ask_lines(_INSTEAD) if bad and asks else None
    if chosen:
        draft.take({"CHANNELS": ",".join(chosen.values())})
    summary = f"{len(chosen)} · {SEEDED_ONCE}" if chosen else "none yet: fortochka sources add"
    show_finding(Finding("✓" if chosen else "!", SOURCES_PART, summary))


def _named(text: str) -> ChannelList:
    """What a paste names, or the file at that path, ``-`` for what is piped in."""
    with suppress(OSError, RuntimeError):  # a paste is no name of a file
        if text == "-" or Path(text).expanduser().is_file():
            return read_source_list(read_content(text))
    return read_source_list(text.encode(errors="replace"))


async def _looked_at(
    settings: Settings, handles: Collection[str]
) -> tuple[dict[str, str], list[str]]:
    """Those that can be read, or may be, by their small letters; why each other one cannot."""
    found, bad = dict[str, str](), list[str]()
    progress = ProgressLine("looked at", len(handles)) if len(handles) > _FEW else None
    async for looked in look_at(settings, handles):
        if progress:
            progress.step()
        if looked.look or looked.is_unknown:
            found[looked.handle.casefold()] = looked.handle
        else:
            bad.append(f"@{looked.handle}: {looked.reason}")
        if looked.is_unknown or (looked.look and not progress):
            finding = looked.finding()
            show_finding(replace(finding, mark="!") if looked.is_unknown else finding)
    return found, bad

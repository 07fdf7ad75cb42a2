"""The repair of damaged append-only files: what is lost by it is found first, and kept aside."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.store.connection.aof import (
    FOLDER,
    MANIFEST,
    BadManifest,
    DataFile,
    Reading,
    listed,
    manifest,
    present,
    read_commands,
)
from bot.store.connection.home import write_private


class BeyondRepair(Exception):
    """Nothing here can be saved by cutting; the text says what is damaged."""


@dataclass(frozen=True)
class Plan:
    """What a repair does: ``files`` stay listed, the last of them cut to ``good`` bytes.

    ``damage`` says what is wrong, ``loss`` what is given up. ``risky``: whole commands behind the
    damage are given up, too.
    """

    damage: str
    loss: str
    files: Sequence[DataFile]
    dropped: Sequence[DataFile] = ()
    good: int | None = None
    risky: bool = False


def damage_of(home: Path, server: Path) -> str:
    """What is wrong with the files in one line; empty when nothing is found."""
    try:
        plan = plan_repair(home, server)
    except BeyondRepair as error:
        return str(error)
    return plan.damage if plan else ""


def lost_list(home: Path) -> str:
    """What the server would start over without a word, losing everything; else nothing."""
    folder = home / FOLDER
    there = present(folder)
    if there and not (folder / MANIFEST).exists():
        return f"{MANIFEST} is missing"
    empty = [file.name for file in there if file.kind == "b" and _size(folder, file) == 0]
    return f"{empty[0]} is empty" if empty else ""


def plan_repair(home: Path, server: Path) -> Plan | None:
    """How to make the files loadable; None when they are, ``BeyondRepair`` when nothing does.

    ``server`` is the program, which checks a base file when it is called by another name.
    """
    folder = home / FOLDER
    there = present(folder)
    if not there and not (folder / MANIFEST).exists():
        return None
    try:
        files, damage = listed(folder), ""
    except BadManifest as error:
        files, damage = there, f"{MANIFEST} {error}"
    _check_base(folder, files, server)
    return _first_damage(folder, files, damage)


def _first_damage(folder: Path, files: Sequence[DataFile], damage: str) -> Plan | None:
    for number, file in enumerate(files):
        if file.name.endswith(".rdb"):
            continue
        after = files[number + 1 :]
        path = folder / file.name
        if not path.exists():
            loss = f"what was written to {_names([file, *after])}, nobody knows how much"
            return Plan(f"{file.name} is missing", loss, files[:number], after, risky=True)
        reading = read_commands(path)
        if reading.good < reading.size:
            return _cut(file, reading, files[: number + 1], after)
    loss = "nothing: it is written anew from the files that are there"
    return Plan(damage, loss, files) if damage else None


def _cut(
    file: DataFile, reading: Reading, kept: Sequence[DataFile], after: Sequence[DataFile]
) -> Plan:
    lost = f"the last {reading.size - reading.good} of {reading.size} bytes of {file.name}"
    if reading.until:
        lost += f", written after {reading.until:%Y-%m-%d %H:%M:%S} UTC"
    if reading.behind:
        lost += f"; {reading.behind} whole commands stand behind the damage and are lost, too"
    if after:
        lost += f"; and all of {_names(after)}"
    damage = f"{file.name} is damaged at byte {reading.good}"
    risky = bool(reading.behind or after)
    return Plan(damage, lost, kept, after, reading.good, risky)


def _check_base(folder: Path, files: Sequence[DataFile], server: Path) -> None:
    bases = [file for file in files if file.kind == "b"]
    if len(bases) != 1:
        raise BeyondRepair(f"there are {len(bases)} base files, and no list says which holds")
    [base] = bases
    if not (folder / base.name).exists():
        raise BeyondRepair(f"{base.name}, which holds all but the newest data, is missing")
    if not base.name.endswith(".rdb"):
        return
    check = ["valkey-check-rdb", str(folder / base.name)]
    done = subprocess.run(check, executable=server, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise BeyondRepair(f"{base.name}, which holds all but the newest data, is damaged")


def carry_out(plan: Plan, home: Path, now: datetime) -> Path:
    """Copy aside what is changed, then change it; where the copies are."""
    folder, aside = home / FOLDER, home / f"damaged-{now:%Y%m%dT%H%M%S}"
    aside.mkdir(mode=0o700)
    changed = [*plan.files[-1:], *plan.dropped] if plan.good is not None else plan.dropped
    for name in (MANIFEST, *(file.name for file in changed)):
        if (folder / name).exists():
            _copy(folder / name, aside / name)
    if plan.good is not None:
        with (folder / plan.files[-1].name).open("r+b") as file:
            file.truncate(plan.good)
            os.fsync(file.fileno())
    write_private(folder / MANIFEST, manifest(plan.files))
    for dropped in plan.dropped:
        (folder / dropped.name).unlink(missing_ok=True)
    return aside


def _copy(path: Path, place: Path) -> None:
    shutil.copyfile(path, place)
    place.chmod(0o600)
    with place.open("rb") as file:
        os.fsync(file.fileno())


def _size(folder: Path, file: DataFile) -> int:
    return (folder / file.name).stat().st_size


def _names(files: Sequence[DataFile]) -> str:
    return ", ".join(file.name for file in files)

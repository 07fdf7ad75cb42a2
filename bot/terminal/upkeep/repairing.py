"""The repair of the embedded server's files: shown, confirmed, tried out."""

import asyncio
from pathlib import Path

import typer

from bot import config
from bot.errors import CommandError
from bot.model import utc_now
from bot.store.connection.aof import FOLDER
from bot.store.connection.embedded import binary, count_keys, stopped
from bot.store.connection.home import prepare
from bot.store.connection.repair import BeyondRepair, Plan, carry_out, plan_repair
from bot.store.errors import ServerError
from bot.terminal.show import out


async def repair(*, yes: bool, lose_rest: bool) -> None:
    """Make damaged files loadable; ``CommandError`` when that is impossible or was not wanted."""
    settings = config.load()
    home = settings.fortochka_home
    if settings.redis_url is not None:
        raise CommandError("repair: REDIS_URL is set; this mends the embedded server's files")
    prepare(home)
    async with stopped(home):
        plan = await _planned(home)
        if plan:
            _confirm(plan, yes=yes, lose_rest=lose_rest)
            aside = await _carried_out(plan, home)
    try:
        keys = await count_keys(home)
    except ServerError as error:
        where = f"; what was changed is in {aside}" if plan else ""
        raise CommandError(f"repair: the server does not load it yet: {error}{where}") from None
    if plan:
        out.print(f"repaired: {keys} keys are back; what was changed is in {aside}", markup=False)
        out.print("next: fortochka run", markup=False)
    else:
        out.print(f"nothing to repair: the server loads {keys} keys", markup=False)


async def _planned(home: Path) -> Plan | None:
    try:
        return await asyncio.to_thread(plan_repair, home, binary())
    except BeyondRepair as error:
        folder = home / FOLDER
        raise CommandError(
            f"repair: {error}; this cannot be repaired. Put back a copy of {home}, or begin with "
            f"nothing but CHANNELS: mv {folder} {home / 'damaged-all'} && fortochka run"
        ) from None


def _confirm(plan: Plan, *, yes: bool, lose_rest: bool) -> None:
    """Ask what the options have not said; whoever does not agree has changed nothing."""
    out.print(f"{plan.damage}\nthis would be lost: {plan.loss}", markup=False)
    try:
        agreed = yes or typer.confirm("Copy the files aside and cut them?", err=True)
        if agreed and plan.risky and not lose_rest:
            agreed = typer.confirm("Really lose whole commands behind the damage?", err=True)
    except typer.Abort:
        agreed = False
    if not agreed:
        more = "--yes --lose-rest" if plan.risky else "--yes"
        raise CommandError(f"repair: nothing was changed; agree by {more}")


async def _carried_out(plan: Plan, home: Path) -> Path:
    try:
        return await asyncio.to_thread(carry_out, plan, home, utc_now())
    except OSError as error:
        raise CommandError(f"repair: {home}: {error.strerror}; the copies need room") from None

"""A unit of systemd for the bot, written where asked for, with the commands that start it."""

import getpass
import os
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from bot.errors import CommandError
from bot.store.connection.home import write_private
from bot.terminal.setup.asking import ask
from bot.terminal.setup.draft import NOTHING_WRITTEN, SetupAsked
from bot.terminal.show import out

_NAME = "fortochka.service"
_BOOTED = Path("/run/systemd/system")  # there where systemd runs: sd_booted(3)
_UNIT = """\
[Unit]
Description=Fortochka, a digest of Telegram channels
{network}# A server that comes up later is waited for, however long it takes.
StartLimitIntervalSec=0

[Service]
Type=exec
{user}WorkingDirectory={folder}
ExecStart={python} -m bot run
Restart=on-failure
RestartSec=10
# The bot gets the signal alone: it drains within 8 s, then it stops its own server.
KillMode=mixed
TimeoutStopSec=20
NoNewPrivileges=yes
UMask=0077

[Install]
WantedBy={target}
"""
_NETWORK = "Wants=network-online.target\nAfter=network-online.target\n"
_START = {
    "user": "systemctl --user daemon-reload && systemctl --user enable --now fortochka && "
    "loginctl enable-linger",
    "system": "sudo install -m 644 {path} /etc/systemd/system/ && sudo systemctl daemon-reload && "
    "sudo systemctl enable --now fortochka",
}
"""What starts it; without lingering a user's services end when the user logs out."""


class ServiceUnit(NamedTuple):
    """The file of a unit, its text, and the commands that start it."""

    path: Path
    text: str
    start: str


def choose_service(asked: SetupAsked, folder: Path, *, asks: bool) -> ServiceUnit | None:
    """The unit that is wanted; none where nobody asked for one.

    ``folder`` holds the ``.env``. ``CommandError`` where another unit is in its place.
    """
    kind = asked.service
    if kind is None and asks and _BOOTED.is_dir():
        kind = _ask_kind()
    if kind is None:
        return None
    unit = _unit(kind, folder)
    try:
        is_other = unit.path.exists() and unit.path.read_text("utf-8") != unit.text
    except (OSError, UnicodeDecodeError):
        is_other = True
    if is_other and not asked.yes:
        said = f"{unit.path} is there and says something else"
        if not asks:
            raise CommandError(f"setup: {said}; --yes replaces it; {NOTHING_WRITTEN}")
        if ask(f"{said}. Replace it? y or n").casefold() not in {"y", "yes"}:
            return None
    return unit


def write_unit(unit: ServiceUnit) -> None:
    """Write it and say how it is looked at; ``CommandError`` where it cannot be written."""
    try:
        unit.path.parent.mkdir(parents=True, exist_ok=True)
        write_private(unit.path, unit.text)
    except OSError as error:
        raise CommandError(f"setup: {unit.path}: {error.strerror}; .env is written") from None
    out.print(f"wrote {unit.path}", markup=False)


def _ask_kind() -> str | None:
    question = "\nA service that starts with the machine: user, system, or Enter for none"
    while (said := ask(question).casefold()) not in {"", "none", *_START}:
        question = f"{said} is neither: user, system, or Enter for none"
    return said if said in _START else None


def unit_text(folder: str, python: str, user: str = "") -> str:
    """A unit that runs in a folder by a Python: of the system as ``user``, else a user's own."""
    return _UNIT.format(
        network=_NETWORK if user else "",
        user=f"User={user}\n" if user else "",
        folder=_plain(folder),
        python=_quoted(python),
        target="multi-user.target" if user else "default.target",
    )


def _unit(kind: str, folder: Path) -> ServiceUnit:
    user = getpass.getuser() if kind == "system" else ""
    text = unit_text(str(folder), sys.executable, user)
    own = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "systemd" / "user"
    path = (folder if user else own) / _NAME
    return ServiceUnit(path, text, _START[kind].format(path=shlex.quote(str(path))))


def _plain(path: str) -> str:
    """A path in a unit, where % begins a specifier: systemd.unit(5)."""
    if "\n" in path:
        raise CommandError(f"setup: no service can run in {path!r}; {NOTHING_WRITTEN}")
    return path.replace("%", "%%")


def _quoted(path: str) -> str:
    """The same in a command line: systemd.service(5)."""
    escaped = _plain(path).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'

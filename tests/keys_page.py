"""The table of Redis keys in ``docs/design.md``, made from what ``bot/store/keys`` says of them.

``python -m tests.keys_page`` writes it anew.
"""

import re
from datetime import timedelta
from pathlib import Path
from types import ModuleType

from bench.chaos_keys import described
from bot.store import keys

PAGE = Path(__file__).resolve().parent.parent / "docs" / "design.md"
MARKED = re.compile(r"(?<=<!-- keys: begin -->\n).*?(?=<!-- keys: end -->)", re.DOTALL)
_HEAD = "| key | type | holds | lifetime |\n|---|---|---|---|\n"
_UNITS = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}


def table() -> str:
    """One row for each kind of key, those of a family under each other."""
    found = described(lambda argument: f"{{{argument}}}")
    rows = sorted(_row(module, key, text) for module, _, key, text in found)
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(module: ModuleType, key: str, text: str) -> tuple[str, str, str, str]:
    """``TYPE of what. Lifetime.`` as cells; spans by name become spans in words."""
    plain = " ".join(text.split()).removesuffix(".").replace("``", "`")
    about, _, lifetime = plain.rpartition(". ")
    kind, _, holds = about.partition(" ")
    holds = holds.removeprefix("of ")
    lifetime = re.sub(r"`([A-Z_]+)`", lambda found: _span(getattr(module, found[1])), lifetime)
    name = key.removeprefix(keys.PREFIX)
    return f"`{name}`", kind.rstrip(":"), holds[:1].upper() + holds[1:], lifetime


def _span(value: timedelta | int) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    word, unit = next(
        (word, unit) for word, unit in _UNITS.items() if value >= unit and not value % unit
    )
    number = value // unit
    return f"{number} {word}{'s' * (number != 1)}"


if __name__ == "__main__":
    PAGE.write_text(MARKED.sub(lambda _: table(), PAGE.read_text("utf-8")), "utf-8")

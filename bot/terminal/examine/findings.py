"""What a look at a part of the bot came to: a mark, what was found, what mends it."""

from dataclasses import dataclass
from typing import Literal

from bot.terminal.show import out

Mark = Literal["✓", "!", "✗"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report; ``fix`` says what to do about a ``!`` or ``✗``."""

    mark: Mark
    part: str
    says: str
    fix: str = ""


def show_finding(found: Finding) -> None:
    """Print it as a line."""
    fix = f" → {found.fix}" if found.fix else ""
    out.print(f"{found.mark} {found.part:<9} {found.says}{fix}", markup=False)

"""One line of the doctor's report."""

from dataclasses import dataclass
from typing import Literal

Mark = Literal["✓", "!", "✗"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``fix`` says what to do about a ``!`` or ``✗``."""

    mark: Mark
    part: str
    says: str
    fix: str = ""

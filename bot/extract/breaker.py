"""A breaker before the model: after failures it stays shut, then lets one call try. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FAILURES = 5
PAUSE = timedelta(minutes=5)


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row; ``fatal`` ones (no key, no money) open it at once."""

    failures: int = 0
    opened_at: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """True when a call may be made; at most one per pause while open."""
        if self.opened_at is None:
            return True
        if now - self.opened_at < PAUSE:
            return False
        self.opened_at = now
        return True

    def succeeded(self) -> None:
        """Close it."""
        self.failures, self.opened_at = 0, None

    def failed(self, now: datetime, *, fatal: bool = False) -> bool:
        """Count a failure; True when this one opened the breaker."""
        self.failures += 1
        opens = self.opened_at is None and (fatal or self.failures >= FAILURES)
        if opens:
            self.opened_at = now
        return opens

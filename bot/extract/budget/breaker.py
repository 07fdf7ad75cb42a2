"""A circuit breaker before the model: opens after failures in a row, then lets one call try."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FAILURES = 5
PAUSE = timedelta(minutes=5)
_NONE = timedelta(0)


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row; ``fatal`` ones (no key, no money) open it at once."""

    failures: int = 0
    broken: bool = False
    until: datetime | None = None

    def wait(self, now: datetime) -> timedelta:
        """How long no call may be made; nothing lets this one through, while open one a pause."""
        if self.until is None:
            return _NONE
        if now < self.until:
            return self.until - now
        self.until = now + PAUSE if self.broken else None
        return _NONE

    def succeeded(self) -> None:
        """The server answers: close."""
        self.failures, self.broken, self.until = 0, False, None

    def failed(self, now: datetime, *, fatal: bool = False) -> bool:
        """Count a failure; True when this one opened the breaker."""
        self.failures += 1
        opens = not self.broken and (fatal or self.failures >= FAILURES)
        if opens:
            self.broken, self.until = True, now + PAUSE
        return opens

    def postpone(self, now: datetime, span: timedelta) -> None:
        """The server itself has named a pause; nothing is broken."""
        self.until = max(self.until or now, now + span)

"""Limits concurrent calls to one server by measured latency.

One until it has filled in a form, then four, twice as many after each round without waiting, half
after a refusal for haste, one when calls queue inside the server: a local engine with one slot
answers four calls one after the other, and those that wait there burn their time.
"""

import asyncio
from collections import deque

MODEL_TIMEOUT = 300.0
"""Seconds until the first bytes of an answer: a local engine may read a long prompt that long."""

START, MOST = 4, 32
SLOW = 30.0
"""Seconds of a lone call from which on only two are tried at first."""

_QUEUED, _QUEUED_AT_LEAST = 1.7, 5.0  # times, and seconds, over the quickest call


class ConcurrencyLimit:
    """Lets at most ``limit`` calls through; use as ``async with``. ``fixed`` never changes."""

    def __init__(self, fixed: int | None = None) -> None:
        self._fixed, self._opened = fixed, False
        self.limit = 1
        self._inside, self._clean = 0, 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._quickest: float | None = None

    @property
    def quickest(self) -> float | None:
        """Seconds of the quickest call so far, None before the first."""
        return self._quickest

    @property
    def under_way(self) -> int:
        """Calls that are under way."""
        return self._inside

    async def __aenter__(self) -> None:
        if self._inside < self.limit and not self._waiting:
            self._inside += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # let in at the very moment
                self._leave()
            elif turn in self._waiting:
                self._waiting.remove(turn)
                self._admit()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._leave()

    def open(self) -> None:
        """The server has filled in a form."""
        if not self._opened:
            self._opened = True
            slow = self._quickest is not None and self._quickest >= SLOW
            self._set(self._fixed or (2 if slow else START))

    def answered(self, seconds: float) -> None:
        """A call took that long and gave an answer."""
        alone = self._quickest
        self._quickest = min(seconds, alone) if alone is not None else seconds
        if self._fixed or not self._opened or alone is None:
            return
        if self._inside > 1 and seconds > max(_QUEUED * alone, alone + _QUEUED_AT_LEAST):
            self._clean = 0
            self._set(1)
            return
        self._clean += 1
        if self._clean >= self.limit and alone < SLOW:
            self._clean = 0
            self._set(min(2 * self.limit, MOST))

    def slow_down(self) -> None:
        """The server asks for fewer."""
        if not self._fixed:
            self._clean = 0
            self._set(max(1, self.limit // 2))

    def _set(self, limit: int) -> None:
        self.limit = limit
        self._admit()

    def _leave(self) -> None:
        self._inside -= 1
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._inside < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():  # else it was cancelled
                self._inside += 1
                turn.set_result(None)

"""The update queue of a bot: forgotten only when a higher offset is asked for."""

import asyncio
import json
from typing import Any

from tests.fakes.botapi_text import ApiError

Json = dict[str, Any]

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_CONFLICT = "Conflict: "
TAKEN_OVER = ApiError(
    409,
    _CONFLICT + "terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
)
WEBHOOK = ApiError(
    409,
    _CONFLICT + "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first",
)


class UpdateQueue:
    """Updates as raw JSON by id; at most one poller, a newer one ends the older."""

    def __init__(self) -> None:
        self.pending: list[tuple[int, str]] = []
        self.ignored: list[Json] = []
        self.confirmed = 0
        self.polls = 0
        self.webhook = ""
        self.webhook_error: Json = {}
        self._next_id = 1000
        self._allowed: list[str] = []
        self._changed = asyncio.Event()
        self._last_poll = (-1, float("-inf"))

    def push(self, update: Json) -> int | None:
        """Queue an update of an allowed type; its id, or ``None`` when the bot did not ask."""
        kind = next(key for key in update if key != "update_id")
        if kind not in self._allowed if self._allowed else kind in NOT_BY_DEFAULT:
            self.ignored.append(update)
            return None
        update_id = int(update.get("update_id") or self.take_id())
        self.push_raw(update_id, json.dumps({"update_id": update_id, **update}))
        return update_id

    def push_raw(self, update_id: int, raw: str) -> None:
        """Queue any JSON text as an update, decodable or not, allowed or not."""
        self._next_id = max(self._next_id, update_id + 1)
        self.pending.append((update_id, raw))
        self._wake()

    def take_id(self) -> int:
        """The id that the next update will have."""
        self._next_id += 1
        return self._next_id - 1

    async def get(self, params: Json) -> list[str]:
        """One ``getUpdates`` call: at once when something waits, else at the first update."""
        if self.webhook:
            raise WEBHOOK
        offset = int(params.get("offset") or 0)
        limit = min(100, max(1, int(params.get("limit") or 100)))
        if params.get("allowed_updates") is not None:
            self._allowed = list(params["allowed_updates"])
        self._confirm(offset)
        self.polls += 1
        self._wake()
        await self._first_update(self.polls, self._patience(offset, params))
        return [raw for _, raw in self.pending[:limit]]

    def _patience(self, offset: int, params: Json) -> float:
        """Seconds to wait: 0..50, at least 3 when the same offset comes again within 3 s."""
        timeout = min(50, max(0, int(params.get("timeout") or 0)))
        now = asyncio.get_running_loop().time()
        hasty = self._last_poll[0] == offset and now - self._last_poll[1] < 3
        self._last_poll = (offset, now)
        return max(timeout, 3) if hasty else timeout

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [item for item in self.pending if item[0] >= offset]
            self.confirmed = max(self.confirmed, offset - 1)

    async def _first_update(self, poll: int, patience: float) -> None:
        deadline = asyncio.get_running_loop().time() + patience
        while not self.pending:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return
            changed = self._changed
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                return
            if poll != self.polls:
                raise TAKEN_OVER

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

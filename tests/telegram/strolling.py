"""A reader who presses many buttons under one message, and what holds of every screen."""

from collections import deque
from typing import Any

from bot.store import Store, keys
from tests.fakes.botapi_duties import Delivered
from tests.telegram.talk import Talk, carried, keys_of
from tests.waiting import eventually

Json = dict[str, Any]
DEEPEST = 6
MOST = 700  # taps; a loop that makes ever new screens would end here
LANGUAGE = ("lang:", "o:language:", "o:cards:")
HOME = {"p:help"}
"""What only the greeting carries."""
LONGEST_KEY = 48


class Stroll:
    """Presses buttons under one message, without waiting for Telegram's turns."""

    def __init__(self, talk: Talk, store: Store) -> None:
        self.talk, self.api, self._store = talk, talk.api, store

    async def press(self, message: Delivered, data: str, language: str) -> Json:
        """The message after a tap that was fully dealt with."""
        await self._store.redis.delete(keys.LIMIT_ALL, keys.chat_limit(message.chat_id))
        answered = len(self.api.answered)
        self.api.press(message, data, language=language)
        await self.api.until(lambda api: len(api.answered) > answered)

        async def done() -> bool:
            streams = self._store.update_stream, self._store.outbox_stream
            return not any([await stream.waiting() for stream in streams])

        await eventually(done)
        assert len(self.api.answered) == answered + 1, f"answered twice: {data}"
        found: Json = self.api.chats.messages[message.chat_id, message.message["message_id"]]
        return found

    async def walk(self, message: Delivered, language: str) -> dict[str, Json]:
        """All screens within reach by what led there; each look of a screen is left once."""
        seen: dict[str, Json] = {"": message.message}
        looks, pressed = {message.text}, set[str]()
        ahead = deque([(data, 1) for data in carried(message.message)])
        while ahead and len(pressed) < MOST:
            data, depth = ahead.popleft()
            if data in pressed or data.startswith(LANGUAGE):
                continue
            pressed.add(data)
            shown = dict(await self.press(message, data, language))
            seen[data] = shown
            if depth < DEEPEST and shown["text"] not in looks:
                looks.add(shown["text"])
                ahead += [(further, depth + 1) for further in carried(shown)]
        assert len(pressed) < MOST
        return seen


def leads_back(shown: Json) -> bool:
    """True for the greeting, and for a screen that has a button back or home."""
    return HOME & set(carried(shown)) != set() or any(
        key["text"].startswith("‹ ") for key in keys_of(shown)
    )


def assert_keys_fit(shown: Json) -> None:
    """Telegram's limits for buttons, and ours: nothing that a telephone would cut."""
    rows = (shown.get("reply_markup") or {}).get("inline_keyboard", [])
    assert sum(map(len, rows)) <= 100
    for row in rows:
        assert 1 <= len(row) <= 8
        for key in row:
            assert 1 <= len(key.get("callback_data", "x").encode()) <= 64
            assert len(key["text"]) <= LONGEST_KEY, key["text"]

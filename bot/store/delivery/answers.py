"""Answers to readers' questions that a chat was sent: their screens, and the conversations."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import AwareDatetime
from redis.asyncio import Redis

from bot.model import Screen, Turn, Value
from bot.store.codec.versions import decode, decode_readable
from bot.store.delivery.outbox import Outbox
from bot.store.keys import questions as question_keys
from bot.store.scripts import Scripts

MOST_ANSWERS = 30
"""Answers of one chat that are kept; the oldest give way."""

MOST_TURNS = 3
"""Questions of a conversation that are kept with their answers, the latest."""


class KeptAnswer(Value):
    """What the message of the ``delivery`` shows; ``turns`` end with its question and answer."""

    v: int = 1
    delivery: str
    at: AwareDatetime
    turns: tuple[Turn, ...]
    screen: Screen

    @property
    def token(self) -> str:
        """The name by which buttons lead back to it."""
        return answer_token(self.delivery)


class AnswerMessages:
    """Answers by chat and token; one is found by its message, too."""

    def __init__(self, redis: Redis, scripts: Scripts, outbox: Outbox) -> None:
        self._redis, self._scripts, self._outbox = redis, scripts, outbox

    async def keep(
        self, chat_id: int, answer: KeptAnswer, *, queued: bool = True
    ) -> KeptAnswer | None:
        """Keep an answer from now on for ``ANSWER_KEPT``; what is kept: the first that was made.

        None where the question is no longer known, unless it was never ``queued``.
        """
        key = question_keys.answers(chat_id)
        body = await self._scripts.body(
            "keep_answer",
            [key, question_keys.question(answer.delivery)],
            [
                *(answer.token, answer.model_dump_json()),
                *(int(question_keys.ANSWER_KEPT.total_seconds()), int(queued)),
            ],
        )
        if body is None:
            return None
        if over := [one.token for one in _over(await self.all(chat_id), answer.at)]:
            await self._redis.hdel(key, *over)
        return decode(KeptAnswer, body)

    async def get(self, chat_id: int, token: str) -> KeptAnswer | None:
        """The answer of a token; None when it was forgotten, or is another chat's."""
        body = await self._redis.hget(question_keys.answers(chat_id), token)
        return decode(KeptAnswer, body) if body else None

    async def all(self, chat_id: int) -> tuple[KeptAnswer, ...]:
        """All answers of a chat, the oldest first."""
        bodies = await self._redis.hvals(question_keys.answers(chat_id))
        read = decode_readable(_read, [str(body) for body in bodies])
        return tuple(sorted(read, key=lambda one: one.at))

    async def in_message(self, chat_id: int, message_id: int) -> KeptAnswer | None:
        """The answer that a message of the chat was sent for, whatever it shows by now."""
        for answer in reversed(await self.all(chat_id)):
            sent = await self._outbox.state(answer.delivery)
            if sent.get("message_id") == str(message_id):
                return answer
        return None


def answer_token(delivery: str) -> str:
    """12 hex digits for the id of a delivery."""
    return hashlib.sha256(delivery.encode()).hexdigest()[:12]


def _over(kept: Sequence[KeptAnswer], now: datetime) -> Iterable[KeptAnswer]:
    """What has no room any more, or has had its time."""
    yield from kept[:-MOST_ANSWERS]
    yield from (one for one in kept[-MOST_ANSWERS:] if now - one.at > question_keys.ANSWER_KEPT)


def _read(body: str) -> KeptAnswer:
    return decode(KeptAnswer, body)

"""Readers' questions that wait, each named by the id of the message that is to answer it."""

from datetime import UTC, datetime
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.model import CardLanguage, Language, Turn, Value
from bot.store import keys
from bot.store.codec.versions import decode
from bot.store.keys import questions as question_keys
from bot.store.scripts import Scripts

MOST_OPEN = 2
"""Questions of one chat that wait for their answers."""


class ReaderQuestion(Value):
    """A question of a chat that waits for its answer, the message ``delivery``.

    In ``language`` are the screens, in ``cards`` what is told of posts. ``turns`` went before it;
    ``anew``: it answers a message whose conversation is over. ``thread`` and ``reply_to`` as in
    ``Delivery``.
    """

    v: int = 1
    chat_id: int
    delivery: str
    text: str
    language: Language
    zone: str
    cards: CardLanguage = "same"
    turns: tuple[Turn, ...] = ()
    anew: bool = False
    thread: int | None = None
    reply_to: int | None = None


class OpenQuestion(NamedTuple):
    """The name of a question that waits, and since when."""

    name: str
    since: datetime


class Questions:
    """Questions that wait for their answers."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def put(self, asked: ReaderQuestion) -> bool:
        """Put it into the queue, once; False when the chat waits for ``MOST_OPEN`` already."""
        return await self._scripts.flag(
            "put_question",
            [
                *(question_keys.QUESTIONS, question_keys.question(asked.delivery)),
                *(question_keys.questions_of(asked.chat_id), question_keys.OPEN),
                keys.delivery(asked.delivery),
            ],
            [
                *(asked.delivery, asked.model_dump_json(), MOST_OPEN),
                int(question_keys.QUESTION_KEPT.total_seconds()),
            ],
        )

    async def get(self, name: str) -> ReaderQuestion | None:
        """A question that waits; None for one that was answered or is forgotten."""
        body = await self._redis.get(question_keys.question(name))
        return decode(ReaderQuestion, body) if body else None

    async def open(self) -> tuple[OpenQuestion, ...]:
        """All that wait, the oldest first."""
        rows = await self._redis.zrange(question_keys.OPEN, 0, -1, withscores=True)
        found = cast("list[tuple[str, float]]", rows)
        return tuple(OpenQuestion(n, datetime.fromtimestamp(s, UTC)) for n, s in found)

    async def close(self, name: str, chat_id: int = 0) -> None:
        """It needs no answer any more; ``chat_id`` is unknown for a question that is forgotten."""
        pipeline = self._redis.pipeline()
        pipeline.unlink(question_keys.question(name))
        pipeline.zrem(question_keys.OPEN, name)
        if chat_id:
            pipeline.srem(question_keys.questions_of(chat_id), name)
        await pipeline.execute()

    async def forget(self, chat_id: int) -> None:
        """Answer nothing that a chat waits for."""
        for name in await self._redis.smembers(question_keys.questions_of(chat_id)):
            await self.close(str(name), chat_id)

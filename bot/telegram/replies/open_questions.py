"""Readers who wait for an answer: “typing…” meanwhile, the best posts when it takes too long."""

import asyncio
from datetime import datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.publish.answer_messages import answer_reader, give_up_question
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.errors import ReadModelError, StoreUnavailable
from bot.store.queue.questions import OpenQuestion
from bot.telegram.middleware.typing import AGAIN, sign_typing
from bot.wait import tick

log = structlog.get_logger()
QUESTION_PATIENCE = timedelta(seconds=75)
"""Longer than a model may take for both of its calls; then nobody is at work on the question."""

_LOOK = 1.0  # seconds between two looks; after as long a reader wonders


async def attend_questions(
    bot: Bot,
    store: Store,
    stop: asyncio.Event,
    clock: Clock | None = None,
    patience: timedelta = QUESTION_PATIENCE,
) -> None:
    """Look after all questions that wait, until ``stop``; ``clock`` dates answers."""
    signed: dict[str, float] = {}  # by question, when its sign was shown last
    while not await tick(stop, _LOOK):
        try:
            waiting = await store.questions.open()
            now = await store.now() if waiting else None
            late = [one for one in waiting if now and now - one.since >= patience]
            for question in late:
                await _answer_late(store, question, await (clock or store.now)())
            names = [one.name for one in waiting if one not in late]
            signed = {name: signed.get(name, 0.0) for name in names}
            await asyncio.gather(*(_sign(bot, store, name, signed, stop) for name in names))
        except StoreUnavailable as error:
            log.debug("store unavailable", stage="questions", error=type(error).__name__)


async def _answer_late(store: Store, waiting: OpenQuestion, now: datetime) -> None:
    asked = await store.questions.get(waiting.name)
    if asked is None:  # forgotten
        await store.questions.close(waiting.name)
        return
    log.warning("question not answered", error="timeout")
    try:
        await answer_reader(store, asked, now, missing="away")
    except ReadModelError as error:
        log.warning("read model unavailable", reason=str(error))
        await give_up_question(store, asked)


async def _sign(
    bot: Bot, store: Store, name: str, signed: dict[str, float], stop: asyncio.Event
) -> None:
    clock = asyncio.get_running_loop().time()
    if clock - signed[name] < AGAIN or not (asked := await store.questions.get(name)):
        return
    signed[name] = clock
    try:
        await sign_typing(bot, store, asked.chat_id, stop, asked.thread)
    except AiogramError as error:
        log.debug("typing action failed", error=type(error).__name__)

"""Finds out whether a message of unknown outcome was delivered, by editing it into itself.

``editMessageText`` with the same text answers "not modified" for the message itself, "not found"
for an id that was never given, "can't be edited" for somebody else's. Only ids after the last
known one are asked, and only under the chat's lock: an id of ours would be overwritten.
"""

from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from bot.model import Delivery
from bot.telegram.send.outcomes import NOT_MODIFIED, Outcome, Sent, of_error
from bot.telegram.send.requests import edit_request

MOST_PROBES = 12
ENOUGH_MISSING = 2
NOT_FOUND = "message to edit not found"
FOREIGN = ("can't be edited", "no text in the message")  # somebody else's, or a file of ours


async def probe(
    bot: Bot, delivery: Delivery, last_id: int, turn: Callable[[], Awaitable[Outcome | None]]
) -> Outcome | None:
    """``Sent`` when it is there, ``None`` when it is not, else why it could not be found out.

    ``turn`` is awaited before each question: it waits for the limits and keeps the lock, or says
    why it did not.
    """
    missing = 0
    for message_id in range(last_id + 1, last_id + 1 + MOST_PROBES):
        if (held_up := await turn()) is not None:
            return held_up
        answer = await _ask(bot, delivery, message_id)
        if not isinstance(answer, str):
            return answer
        missing = missing + 1 if answer == NOT_FOUND else 0
        if missing == ENOUGH_MISSING:
            return None
    return None


async def _ask(bot: Bot, delivery: Delivery, message_id: int) -> Outcome | str:
    try:
        await bot(edit_request(delivery.chat_id, message_id, delivery.screen))
    except TelegramBadRequest as error:
        if NOT_MODIFIED in error.message:
            return Sent(message_id)
        if known := next((part for part in (NOT_FOUND, *FOREIGN) if part in error.message), None):
            return known
        return of_error(error)
    except AiogramError as error:
        return of_error(error)
    return Sent(message_id)

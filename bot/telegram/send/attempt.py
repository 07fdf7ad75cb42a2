"""One attempt to deliver a message, as a new message or as an edit of an earlier one."""

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.model import Delivery, Screen
from bot.store.delivery.outbox import Outbox
from bot.telegram.send import outcomes as of
from bot.telegram.send.requests import edit_request, send_request

NO_TOPIC = ("message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED", "TOPIC_ID_INVALID")


async def attempt(bot: Bot, outbox: Outbox, delivery: Delivery, screen: Screen) -> of.Outcome:
    """Call Telegram once and tell what became of it; never raises for what Telegram says."""
    if delivery.edits:
        return await _edit(bot, outbox, delivery.edits, delivery.chat_id, screen)
    if delivery.redraws:
        return await _redraw(bot, outbox, delivery, screen)
    try:
        message = await bot(send_request(delivery, screen))
    except AiogramError as error:
        if delivery.thread and any(words in str(error) for words in NO_TOPIC):
            # The forum still has its main topic.
            return await attempt(bot, outbox, delivery.model_copy(update={"thread": None}), screen)
        return of.of_error(error)
    return of.Sent(message.message_id)


async def _edit(bot: Bot, outbox: Outbox, edited: str, chat_id: int, screen: Screen) -> of.Outcome:
    """Turn a message that was sent before into this screen; harmless when done twice."""
    known = (await outbox.state(edited)).get("message_id")
    if not known:
        return of.SendRefused("the message to edit is not in the chat")
    return await _turned(bot, chat_id, int(known), screen)


async def _redraw(bot: Bot, outbox: Outbox, delivery: Delivery, screen: Screen) -> of.Outcome:
    """Turn the message under a pressed button into this screen; one that is gone is sent anew."""
    outcome = await _turned(bot, delivery.chat_id, delivery.redraws or 0, screen)
    if isinstance(outcome, of.SendRefused) and not delivery.farewell:
        anew = delivery.model_copy(update={"redraws": None})
        return await attempt(bot, outbox, anew, screen)
    return outcome


async def _turned(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> of.Outcome:
    try:
        await bot(edit_request(chat_id, message_id, screen))
    except AiogramError as error:
        if of.NOT_MODIFIED not in str(error):
            return of.of_error(error)
    return of.Sent(message_id)

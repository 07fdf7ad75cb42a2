"""/ask, and replies to answers: a question goes to the archive, and its answer comes once."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.types import Message

from bot.i18n import panel_messages
from bot.publish.answer_messages import DAILY_QUESTIONS, answer_reader
from bot.screens.callbacks.settings import Panel
from bot.screens.search.answer import ask_usage
from bot.store.delivery.answers import KeptAnswer
from bot.store.queue.questions import ReaderQuestion
from bot.telegram.handlers.settings import note_question
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context
from bot.telegram.words.questions import asks_further

CONVERSATION = timedelta(hours=1)
"""After an answer; a reply to it goes on from there."""


async def ask_command(
    message: Message, command: CommandObject, context: Context, running: Deployment
) -> None:
    """Put the question to the archive; without one say how to ask, and wait for it in private."""
    if text := (command.args or "").strip():
        replied = message.reply_to_message
        before = await _answer_in(context, replied.message_id) if replied else None
        await put_question(message, text, context, running, before)
        return
    await note_question(context, Panel("ask"), Panel("ask").data)
    await context.reply.send(ask_usage(context.reader.language), page=Panel("ask"))


async def reply_to_answer(message: Message, context: Context) -> bool | dict[str, KeptAnswer]:
    """Filter: words in reply to an answer that ask for more."""
    text, replied = message.text or "", message.reply_to_message
    if replied is None or text.startswith("/") or not asks_further(text):
        return False
    answer = await _answer_in(context, replied.message_id)
    return {"before": answer} if answer else False


async def ask_further(
    message: Message, before: KeptAnswer, context: Context, running: Deployment
) -> None:
    """Go on from an answer."""
    await put_question(message, message.text or "", context, running, before)


async def put_question(
    message: Message,
    text: str,
    context: Context,
    running: Deployment,
    before: KeptAnswer | None = None,
) -> None:
    """Put a question into the queue, or answer without a model who has asked enough today."""
    store, reader = context.store, context.reader
    await store.pending_actions.answered(reader.chat_id)
    asked = _question(text, context, before)
    person = message.from_user.id if message.from_user and not message.sender_chat else 0
    spent = running.price and not await store.forwards.allowed(
        "ask", person or reader.chat_id, context.now.date(), asked.delivery, DAILY_QUESTIONS
    )
    if spent:
        await answer_reader(store, asked, context.now, missing="reader", queued=False)
    elif not await store.questions.put(asked):
        said = panel_messages(reader.language).ask_waiting
        await context.reply.send(plain_view(reader, said))


def _question(text: str, context: Context, before: KeptAnswer | None) -> ReaderQuestion:
    reader, reply = context.reader, context.reply
    goes_on = before is not None and context.now - before.at < CONVERSATION
    return ReaderQuestion(
        chat_id=reader.chat_id,
        delivery=f"ask:{reply.update}",
        text=text,
        language=reader.language,
        cards=reader.cards,
        zone=reader.zone,
        turns=before.turns if before and goes_on else (),
        anew=before is not None and not goes_on,
        thread=reply.thread,
        reply_to=reply.reply_to,
    )


async def _answer_in(context: Context, message_id: int) -> KeptAnswer | None:
    return await context.store.answers.in_message(context.reader.chat_id, message_id)


def replies_router() -> Router:
    """The route of replies to answers: before links and names, which such words may have."""
    found = Router(name="replies to answers")
    found.message.register(ask_further, F.text, reply_to_answer)
    return found


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="ask")
    found.message.register(ask_command, Asks("ask"))
    return found

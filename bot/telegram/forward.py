"""A channel's post forwarded to the bot: taken in from a known channel, or from an owner."""

from typing import Any

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import AiogramError
from aiogram.methods import SetMessageReaction
from aiogram.types import Message, ReactionTypeEmoji

from bot.collect.message import BadUpdate
from bot.collect.update import read_post
from bot.model import Subscription
from bot.phrases import phrases
from bot.telegram.answers import Answer
from bot.telegram.collecting import Collector
from bot.telegram.views import plain_view

log = structlog.get_logger()
TAKEN = "👌"


async def forwarded(
    message: Message,
    bot: Bot,
    raw: dict[str, Any],
    collector: Collector,
    owners: frozenset[int],
    reader: Subscription,
    answer: Answer,
) -> None:
    """Take the post in and say so by a reaction, which makes no noise."""
    try:
        post = read_post(raw)
    except BadUpdate:
        return
    if post is None:
        return
    if reader.chat_id not in owners and not await collector.knows(post):
        await answer.send(plain_view(reader, phrases(reader.language).not_allowed))
        return
    await collector.take(raw)
    try:
        await bot(
            SetMessageReaction(
                chat_id=message.chat.id,
                message_id=message.message_id,
                reaction=[ReactionTypeEmoji(emoji=TAKEN)],
            )
        )
    except AiogramError as error:
        log.info("no reaction", error=type(error).__name__)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="forward")
    found.message.register(forwarded, F.chat.type == "private", F.forward_origin.type == "channel")
    return found

"""Answers a forwarded post with its card, whoever wrote it.

A source's post is taken in for all readers; another's is read for the one who forwarded it, and
listed nowhere. An owner is asked whether its channel is to be a source.
"""

from typing import Any

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import AiogramError
from aiogram.methods import SetMessageReaction
from aiogram.types import Message, ReactionTypeEmoji

from bot.collect.botapi.forward import read_forward, set_aside
from bot.collect.botapi.message import BadUpdate
from bot.collect.text.channel_ids import marked_id
from bot.collect.text.pasted_handles import Pasted
from bot.extract.worker import is_worth_reading
from bot.i18n import owner_messages
from bot.model import Delivery, Post, Screen, Subscription
from bot.publish.forward_replies import answer_waiting
from bot.screens.group_screens import place_screen
from bot.screens.rich_text import inert
from bot.store.readers.forwards import ForwardRequest
from bot.telegram.handlers.registry.source_preview import examine_source
from bot.telegram.middleware.filters import is_admin
from bot.telegram.receive.channel_posts import Collector
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context

log = structlog.get_logger()
DAILY = 20
"""Posts that a reader may have read a day; owners may have any number."""

READING, KNOWN = "👀", "👌"


async def with_post(_: Message, raw: dict[str, Any]) -> bool | dict[str, Post]:
    """Filter: a forward that can be read as a post; short words of a person are just words."""
    try:
        post = read_forward(raw)
    except BadUpdate:
        return False
    if post is None or (post.aside and not is_worth_reading(post)):
        return False
    return {"post": post}


async def forwarded(
    message: Message,
    post: Post,
    bot: Bot,
    raw: dict[str, Any],
    context: Context,
    collector: Collector,
    running: Deployment,
    owners: frozenset[int],
) -> None:
    """Take the post in, say so by a reaction, which makes no noise, and remember who waits."""
    reader, reply = context.reader, context.reply
    owner = reader.chat_id in owners
    listed = not post.aside and (await collector.standing(post.channel)).read
    if not post.text.strip() and not post.links:
        if owner and listed:
            await collector.take(raw)
        if not message.media_group_id:
            await reply.send(plain_view(reader, owner_messages(reader.language).forward_empty))
        return
    name = str(reply.update_id)
    if not owner and not await context.store.forwards.allowed(
        "forward", reader.chat_id, context.now.date(), name, DAILY
    ):
        said = owner_messages(reader.language).forward_limit.format(count=DAILY)
        await reply.send(plain_view(reader, said))
        return
    known = await _read(context, collector, raw, post, message, listed, owner)
    await _react(bot, message, KNOWN if known else READING)
    if owner and not listed and not post.aside:
        await _offer_source(bot, context, running, post)


async def _read(
    context: Context,
    collector: Collector,
    raw: dict[str, Any],
    post: Post,
    message: Message,
    listed: bool,
    owner: bool,
) -> bool:
    """Make the post work for the analyst with its reader waiting.

    True when it was read before for all; what others forwarded for themselves is not told.
    """
    store, reader = context.store, context.reader
    if listed:
        post = await store.channels.adopt(post)
    elif not post.aside:
        post = set_aside(post)
    known = not post.aside and await store.entries.get(post.key) is not None
    asked = ForwardRequest(
        chat_id=reader.chat_id,
        update_id=context.reply.update_id,
        message_id=message.message_id,
        language=reader.language,
        cards=reader.cards,
        zone=reader.zone,
        known=known,
    )
    await store.forwards.wait(post.key, asked)
    if listed:
        await collector.take(raw, asked=not owner)
    else:
        await store.posts.ingest(post, asked=not owner)
    # It may have been read while we asked; the delivery's name keeps it from coming twice.
    if entry := await store.entries.get(post.key):
        await answer_waiting(store, entry)
    return known


async def _react(bot: Bot, message: Message, emoji: str) -> None:
    try:
        await bot(
            SetMessageReaction(
                chat_id=message.chat.id,
                message_id=message.message_id,
                reaction=[ReactionTypeEmoji(emoji=emoji)],
            )
        )
    except AiogramError as error:
        log.info("reaction not sent", error=type(error).__name__)


async def _offer_source(bot: Bot, context: Context, running: Deployment, post: Post) -> None:
    """Offer an owner to add the channel of a post, once a day per channel."""
    reader = context.reader
    channel = post.channel
    name = f"look:{channel.ref}:{context.now:%Y%m%d}:{reader.chat_id}"
    if await context.store.outbox.state(name):
        return
    if channel.handle:
        pasted = Pasted(handles=(channel.handle,), private=(), garbage=())
        screen = await examine_source(context, running, pasted)
    else:
        screen = await _offer_private(bot, post, reader)
    await context.store.outbox.enqueue([Delivery(id=name, chat_id=reader.chat_id, screen=screen)])


async def _offer_private(bot: Bot, post: Post, reader: Subscription) -> Screen:
    """What to say of a channel without a name: it is read where the bot is an admin."""
    chat_id, title = marked_id(post.channel.ref), post.channel.title or post.channel.ref
    if await is_admin(bot, chat_id, bot.id):
        options = {"channel": True, "may_post": True, "may_read": True}
        return place_screen(chat_id, title, reader.language, **options)
    return plain_view(
        reader, owner_messages(reader.language).private.format(link=f"«{inert(title)}»")
    )


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="forward")
    found.message.register(forwarded, F.chat.type == "private", F.forward_origin, with_post)
    return found

"""/topic <words> and /topics."""

from aiogram import Router
from aiogram.filters import CommandObject

from bot.i18n import messages, of_this_field, panel_messages
from bot.screens.callbacks.pages import KindPage, TopicPage
from bot.screens.search.page import first_page
from bot.screens.topic_page import unknown_topic
from bot.taxonomy import resolve
from bot.taxonomy.topics import PROMO
from bot.telegram.handlers.screen_router import pick_view
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.composers import kind_view, plain_view, topic_view
from bot.telegram.replies.reply import Context

_READ = 200  # characters that are looked at


async def _topic(
    _: object,
    command: CommandObject,
    context: Context,
) -> None:
    """The page of the topic or kind that the words mean, or the nearest topics and a search."""
    reader, reply = context.reader, context.reply
    words = (command.args or "").strip()[:_READ]
    if not words:
        usage = of_this_field(messages(reader.language).topic_usage, reader.language)
        await reply.send(plain_view(reader, usage))
        return
    meant = resolve(words)
    if meant.topic:
        page = TopicPage(meant.topic)
        await reply.send(await topic_view(context.store, reader, page, context.now), page=page)
    elif meant.kind == PROMO:
        own = panel_messages(reader.language)
        await reply.send(plain_view(reader, own.no_adverts))
    elif meant.kind:
        at = KindPage(meant.kind)
        await reply.send(await kind_view(context.store, reader, at, context.now), page=at)
    else:
        token = await context.store.query_tokens.keep(words)
        seek = first_page(words, token)
        await reply.send(unknown_topic(words, meant.nearest, reader.language, seek), page=seek)


async def topics(_: object, context: Context) -> None:
    """All topics with ticks for those that the digest has."""
    await context.reply.send(await pick_view(context, 1))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="topic")
    found.message.register(_topic, Asks("topic"))
    found.message.register(topics, Asks("topics"))
    return found

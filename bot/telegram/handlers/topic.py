"""/topic <words>, /topics, and text without a command."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bot.i18n import messages, of_this_field, panel_messages
from bot.model import Screen, Subscription
from bot.screens.callbacks.pages import KindPage, TopicList, TopicPage, button
from bot.screens.callbacks.settings import Panel
from bot.screens.digest_pages import kind_title
from bot.screens.reader_screens import help_screen
from bot.screens.rich_text import inert
from bot.screens.search_page import first_page
from bot.screens.search_query import READ
from bot.screens.topic_page import unknown_topic
from bot.taxonomy import resolve
from bot.taxonomy.topics import PROMO, taxonomy
from bot.telegram.handlers.screen_router import pick_view
from bot.telegram.replies.composers import kind_view, plain_view, topic_view
from bot.telegram.replies.reply import Context

_READ = 200  # characters that are looked at
_SHOWN = 60  # units of a text that was not understood


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


async def _words(message: Message, context: Context) -> None:
    """Words without a command: offer to search, or a topic; help with unknown commands."""
    text = message.text or ""
    if not text.startswith("/"):
        token = await context.store.query_tokens.keep(text[:READ])
        await context.reply.send(_offer(text, token, context.reader))
    elif "@" not in text.split()[0]:  # with an @ it is for another bot
        await context.reply.send(help_screen(context.reader.language))


def _offer(text: str, token: str, reader: Subscription) -> Screen:
    p, own = messages(reader.language), panel_messages(reader.language)
    meant = resolve(text[:_READ])
    near = (meant.topic,) if meant.topic else meant.nearest
    rows = tuple(
        (button(taxonomy().topic(slug).title(reader.language), TopicPage(slug)),) for slug in near
    )
    if meant.kind and meant.kind != PROMO:
        title = kind_title(meant.kind, reader.language)
        rows = ((button(title, KindPage(meant.kind)),),)
    said = own.offer_title.format(text=inert(text, _SHOWN) or "…")
    seek = (button(own.offer_button, first_page(text[:READ], token)),)
    ways = (button(p.topics_button, TopicList()), button(own.help_button, Panel("help")))
    return Screen(text=said, buttons=(seek, *rows, ways))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="topic")
    found.message.register(_topic, Command("topic"))
    found.message.register(topics, Command("topics"))
    return found


def last_router() -> Router:
    """The route for what no other takes; private chats only."""
    found = Router(name="words")
    found.message.register(_words, F.chat.type == "private", F.text)
    return found

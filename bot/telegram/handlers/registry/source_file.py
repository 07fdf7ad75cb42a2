"""A list of channels that an owner sends as a file: text, OPML or JSON, as in the terminal."""

from pathlib import PurePath

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetFile
from aiogram.types import Document, Message

from bot.collect.text.channel_lists import LARGEST_LIST, BadList, read_source_list
from bot.collect.text.pasted_handles import MAX_HANDLES, read_pasted
from bot.i18n import owner_messages
from bot.telegram.handlers.registry.sources import take_names
from bot.telegram.middleware.filters import FromOwner
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context
from bot.telegram.send.session import download

_ENDINGS = frozenset({".txt", ".opml", ".xml", ".json", ".csv", ".md"})


async def _may_be_list(message: Message) -> bool:
    """Filter: a file of text in private."""
    file = message.document
    if file is None or message.chat.type != "private":
        return False
    ending = PurePath(file.file_name or "").suffix.casefold()
    return ending in _ENDINGS or (file.mime_type or "").startswith("text/")


async def _take_file(
    message: Message, context: Context, running: Deployment, owners: frozenset[int]
) -> None:
    """Look at the channels that it names, but for those that it calls paused."""
    names = await _names(context, message.document) if message.document else []
    if not names:
        d = owner_messages(context.reader.language)
        await context.reply.send(plain_view(context.reader, d.file_without_channels))
        return
    text = "\n".join(names[: MAX_HANDLES + 1])  # one more, so that it is said that there are more
    await take_names(read_pasted(text), text, context, running, owners, bare=False)


async def _names(context: Context, file: Document) -> list[str]:
    """None of a file that is no list, is too large, or is gone at Telegram."""
    if (file.file_size or 0) > LARGEST_LIST:
        return []
    bot = context.reply.bot
    try:
        found = await bot(GetFile(file_id=file.file_id))
        listed = read_source_list(await download(bot, found.file_path or "", LARGEST_LIST)).listed
    except (BadList, TelegramBadRequest):
        return []
    return [f"@{each.handle}" for each in listed if not each.paused]


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="source-file")
    found.message.register(_take_file, F.document, FromOwner(), _may_be_list)
    return found

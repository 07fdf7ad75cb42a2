"""/digest [day|week|month]."""

from dataclasses import replace

from aiogram import Router
from aiogram.filters import CommandObject

from bot.i18n import messages
from bot.model import PeriodName
from bot.publish.late import remember_asked, remember_first
from bot.screens.callbacks.pages import DigestPage
from bot.screens.pages import page_at
from bot.screens.rich_text import inert
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.composers import edition_at, plain_view
from bot.telegram.replies.reply import Context
from bot.text import normalise, stem

_NAMES: dict[PeriodName, str] = {
    "day": "day today daily 1d 24h день дня сегодня сутки",
    "week": "week weekly 7d неделя неделю",
    "month": "month monthly 30d месяц",
}
_STEMS: dict[str, PeriodName] = {
    stem(normalise(word)): name for name, words in _NAMES.items() for word in words.split()
}
_SHOWN = 40  # units of a text that was not understood


def parse_period(text: str) -> PeriodName | None:
    """The period that a reader names in Russian or English; nothing means the day."""
    if not (words := normalise(text).split()):
        return "day"
    return next((_STEMS[stem(word)] for word in words if stem(word) in _STEMS), None)


async def _digest(
    _: object,
    command: CommandObject,
    context: Context,
) -> None:
    """Send the first page; the others are its buttons."""
    period = parse_period(command.args or "")
    if period is None:
        words = inert(command.args or "", _SHOWN)
        text = messages(context.reader.language).bad_period.format(text=words)
        await context.reply.send(plain_view(context.reader, text))
        return
    at = DigestPage(period, context.now)
    made = await edition_at(context, at)
    led = replace(at, group=max(0, -context.reader.chat_id))
    sent = await context.reply.send(page_at(made.pages, at.page), page=led)
    for remember in (remember_asked, remember_first):
        await remember(context.store, context.reader, made, at, sent, context.now)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="digest")
    found.message.register(_digest, Asks("digest"))
    return found

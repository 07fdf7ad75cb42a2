"""Files in answer to a tap: BibTeX, Markdown, pictures, the reader's own data.

A file is sent in the handler of its tap, not through the outbox: the outbox keeps its messages
for two weeks as JSON, and a picture or a reader's data should not lie there. Once-only comes from
a mark set before the request leaves, so a repeated update sends nothing; a file that got lost on
the way is had by another tap, and one that certainly did not leave is said to have failed.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog
from aiogram.exceptions import (
    AiogramError,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.methods import SendDocument, SendPhoto
from aiogram.types import BufferedInputFile

from bot.digest.periods import PERIOD_DAYS
from bot.export.charts.channels_by_topic import channels_chart
from bot.export.charts.counts import grid, weekly_topic_counts
from bot.export.charts.svg import Mode, to_png
from bot.export.charts.topics_by_week import topics_chart
from bot.export.documents import EXPORT_FORMATS, document
from bot.i18n import panel_messages
from bot.model import Screen, Story
from bot.publish.queries import TREND_WEEKS, kind_stories, topic_stories
from bot.screens.callbacks.pages import DigestPage, KindPage, SavedPage, TopicPage
from bot.screens.callbacks.settings import File, Filed
from bot.screens.digest_pages import kind_title, title, topic_title
from bot.taxonomy.topics import Kind, Topic
from bot.telegram.replies.composers import WEEK, edition_at, saved_stories
from bot.telegram.replies.reply import Context, HandleLater, Reply

log = structlog.get_logger()
LONGEST_TURN = timedelta(seconds=10)  # a file that must wait longer is not worth it
_FORMATS = {each.letter: each for each in EXPORT_FORMATS if each.letter}
FILE_BUTTONS = tuple((each.letter, each.label) for each in _FORMATS.values())
FILES = frozenset({*_FORMATS, "g", "c"})
"""What can be asked for: documents, and pictures of topics by week and of channels by topic."""

_DARK_FROM, _DARK_TO = 20, 7  # o'clock


class Attachment(NamedTuple):
    """A file to send; a ``picture`` is shown, anything else is attached."""

    name: str
    body: bytes
    caption: str = ""
    picture: bool = False


async def make_file(context: Context, wanted: File) -> Attachment | None:
    """The file; ``None`` when there is nothing to put into it."""
    if wanted.how in _FORMATS:
        name, heading, stories = await _stories(context, wanted.of)
        found = document(_FORMATS[wanted.how], name, heading, stories, context.reader.language)
        return Attachment(found.name, found.body) if found else None
    drawing = await _drawing(context, wanted)
    if drawing is None:
        return None
    return Attachment("chart.png", await asyncio.to_thread(to_png, drawing), picture=True)


async def send_document(reply: Reply, file: Attachment) -> None:
    """Bring the file to the chat, at most once for an update; ``NotYet`` while it has no turn."""
    store, chat_id = reply.store, reply.reader.chat_id
    before = await store.sent_files.begin(reply.update)
    if before == "begun" or (before == "new" and not await _has_turn(reply)):
        return
    try:
        await _upload(reply, file)
    except TelegramRetryAfter as error:
        await store.outbox.pause(timedelta(seconds=error.retry_after), chat_id)
    except TelegramForbiddenError:
        await store.subscriptions.deactivate(chat_id)
        return
    except AiogramError as error:
        log.warning("file not sent", error=type(error).__name__)
    else:
        return
    await _say_failed(reply)


async def _has_turn(reply: Reply) -> bool:
    """True when the chat may be written to now; False when that is too far away."""
    wait = await reply.store.outbox.take_turn(reply.reader.chat_id, LONGEST_TURN)
    if wait > LONGEST_TURN:
        await _say_failed(reply)
    elif wait:
        await reply.store.sent_files.has_turn(reply.update)
        raise HandleLater(wait)
    return not wait


async def _say_failed(reply: Reply) -> None:
    await reply.send(Screen(text=panel_messages(reply.reader.language).file_failed))


async def _upload(reply: Reply, file: Attachment) -> None:
    chat_id = reply.reader.chat_id
    body, caption = BufferedInputFile(file.body, file.name), file.caption or None
    if file.picture:
        await reply.bot(SendPhoto(chat_id=chat_id, photo=body, caption=caption))
    else:
        await reply.bot(SendDocument(chat_id=chat_id, document=body, caption=caption))


async def _stories(context: Context, of: Filed) -> tuple[str, str, Sequence[Story]]:
    """Name, heading and stories of a page, of all its pages."""
    reader, now = context.reader, context.now
    match of:
        case SavedPage():
            heading = panel_messages(reader.language).saved_title
            return "saved", heading, await saved_stories(context)
        case TopicPage(topic, _, days):
            found = await topic_stories(context.store, topic, now - timedelta(days=days), now)
            return topic, topic_title(topic, reader.language), found
        case KindPage(kind, _, days):
            found = await kind_stories(context.store, kind, now - timedelta(days=days), now)
            return kind, kind_title(kind, reader.language), found
        case DigestPage(name, until):
            end = min(until or now, now)
            digest = (await edition_at(context, of)).digest
            return f"{name}-{end:%Y-%m-%d}", title(digest), digest.stories


async def _drawing(context: Context, wanted: File) -> str | None:
    """The picture as SVG; dark in the reader's evening."""
    reader, now = context.reader, context.now
    end = min(wanted.of.until or now, now) if isinstance(wanted.of, DigestPage) else now
    local = now.astimezone(ZoneInfo(reader.zone))
    mode: Mode = "light" if _DARK_TO <= local.hour < _DARK_FROM else "dark"
    if wanted.how == "g":
        weekly = await context.store.surveys.weekly(end, TREND_WEEKS)
        found = weekly_topic_counts(
            [{topic: each[n] for topic, each in weekly.items()} for n in range(TREND_WEEKS)]
        )
        return topics_chart(found, end.date(), reader.language, mode) if found else None
    entries = await context.store.surveys.entries(end - _span(wanted.of), end, _of(wanted.of))
    table = grid(entries)
    return channels_chart(table, reader.language, mode) if table.topics else None


def _of(page: Filed) -> Topic | Kind | None:
    match page:
        case TopicPage(topic):
            return topic
        case KindPage(kind):
            return kind
        case _:
            return None


def _span(of: Filed) -> timedelta:
    match of:
        case DigestPage(name):
            return timedelta(days=PERIOD_DAYS[name])
        case TopicPage(_, _, days) | KindPage(_, _, days):
            return timedelta(days=days)
        case _:
            return WEEK

"""Files in answer to a tap: BibTeX, Markdown, pictures, the reader's own data.

A file is sent in the handler of its tap, not through the outbox: the outbox keeps its messages
for two weeks as JSON, and a picture or a reader's data should not lie there. Once-only comes from
a mark set before the request leaves, so a repeated update sends nothing; a file that got lost on
the way is had by another tap, and one that certainly did not leave is said to have failed.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import structlog
from aiogram.exceptions import (
    AiogramError,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.methods import SendDocument, SendPhoto
from aiogram.types import BufferedInputFile

from bot.export.charts.channels_by_topic import channels_chart
from bot.export.charts.counts import grid, weekly_topic_counts
from bot.export.charts.svg import Mode, to_png
from bot.export.charts.topics_by_week import topics_chart
from bot.export.documents import EXPORT_FORMATS, document
from bot.i18n import messages, panel_messages
from bot.model import Digest, Screen, Story
from bot.publish.card_language import retold
from bot.publish.queries import TREND_WEEKS, kind_stories, topic_stories
from bot.publish.reader_changes import saved_stories
from bot.screens.callbacks.pages import DigestPage, KindPage, SavedPage, TopicPage
from bot.screens.callbacks.settings import File, Filed
from bot.screens.digest_words import kind_title, title, topic_title
from bot.taxonomy.topics import Kind, Topic
from bot.telegram.replies.composers import edition_at
from bot.telegram.replies.reply import Context, HandleLater, Reply

log = structlog.get_logger()
LONGEST_TURN = timedelta(seconds=10)  # a file that must wait longer is not worth it
_FORMATS = {each.letter: each for each in EXPORT_FORMATS if each.letter}
FILE_BUTTONS = tuple((each.letter, each.label) for each in _FORMATS.values())
FILES = frozenset({*_FORMATS, "g", "c"})
"""What can be asked for: documents, and pictures of topics by week and of channels by topic."""

_BARS: dict[Literal[1, 7, 30], int] = {1: 8, 7: TREND_WEEKS, 30: 6}
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
        return Attachment(found.name, found.body, found.caption) if found else None
    drawn = await _drawing(context, wanted)
    if drawn is None:
        return None
    caption, drawing = drawn
    return Attachment("chart.png", await asyncio.to_thread(to_png, drawing), caption, picture=True)


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
        await store.feeds.end(chat_id)
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


async def _stories(context: Context, of: Filed) -> tuple[str, str, Sequence[Story] | Digest]:
    """Name, heading and stories of a page, of all its pages; a digest as a whole."""
    reader, now = context.reader, context.now
    match of:
        case SavedPage():
            heading = panel_messages(reader.language).saved_title
            saved = await saved_stories(context.store, reader.chat_id)
            return "saved", heading, retold((each.story for each in saved), reader)
        case TopicPage(topic, _, days):
            found = await topic_stories(context.store, topic, now - timedelta(days=days), now)
            return topic, topic_title(topic, reader.language), retold(found, reader)
        case KindPage(kind, _, days):
            found = await kind_stories(context.store, kind, now - timedelta(days=days), now)
            return kind, kind_title(kind, reader.language), retold(found, reader)
        case DigestPage(name, until):
            end = min(until or now, now)
            digest = (await edition_at(context, of)).digest
            day = end.astimezone(ZoneInfo(reader.zone))
            return f"{name}-{day:%Y-%m-%d}", title(digest), digest


async def _drawing(context: Context, wanted: File) -> tuple[str, str] | None:
    """What the picture counts, and itself as SVG; dark in the reader's evening."""
    reader, now = context.reader, context.now
    end = min(wanted.of.until or now, now) if isinstance(wanted.of, DigestPage) else now
    zone = ZoneInfo(reader.zone)
    local = now.astimezone(zone)
    mode: Mode = "light" if _DARK_TO <= local.hour < _DARK_FROM else "dark"
    p, days, last = messages(reader.language), _days(wanted.of), end.astimezone(zone).date()
    if wanted.how == "g":
        counts = context.store.surveys.counts
        ends = [end - timedelta(days=days * n) for n in range(_BARS[days], -1, -1)]
        found = weekly_topic_counts([await counts(*each) for each in pairwise(ends)])
        drawn = topics_chart(found, last, reader.language, mode, days)
        return (p.chart_topics_titles[days], drawn) if found else None
    entries = await context.store.surveys.entries(end - timedelta(days=days), end, _of(wanted.of))
    table, span = grid(entries), p.words.span(last - timedelta(days=days - 1), last)
    drawn = channels_chart(table, reader.language, mode, span)
    return (f"{p.chart_channels_title} · {span}", drawn) if table.topics else None


def _of(page: Filed) -> Topic | Kind | None:
    match page:
        case TopicPage(topic):
            return topic
        case KindPage(kind):
            return kind
        case _:
            return None


def _days(of: Filed) -> Literal[1, 7, 30]:
    match of:
        case DigestPage(name):
            return 1 if name == "day" else 7 if name == "week" else 30
        case TopicPage(_, _, days) | KindPage(_, _, days):
            return days
        case _:
            return 7

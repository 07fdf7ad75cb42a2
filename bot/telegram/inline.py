"""Inline mode: ``@bot lora`` in any chat offers stories to share."""

from datetime import datetime, timedelta

import structlog
from aiogram import Bot, Router
from aiogram.exceptions import AiogramError
from aiogram.methods import AnswerInlineQuery
from aiogram.types import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from bot.aliases import resolve
from bot.model import Button, Screen, Story, Subscription
from bot.phrases import desk, phrases
from bot.publish.answer import stories_of, topic_stories
from bot.publish.inline_results import MOST, headings, matching, shared
from bot.publish.rich_text import visible
from bot.store import Store
from bot.telegram.outgoing import entities_of, markup

log = structlog.get_logger()
DAYS = timedelta(days=30)
NEWEST = 600
"""Entries that words are looked for in: an answer must come before the next letter is typed."""

KEPT = 60  # seconds that Telegram answers the same words by itself
_TITLE, _DESCRIPTION = 100, 200  # characters
_READ = 200


async def offer(
    query: InlineQuery, bot: Bot, store: Store, reader: Subscription, now: datetime
) -> None:
    """Answer with stories; a query that is too old by now is left."""
    stories = await found_for(store, query.query[:_READ], now)
    d = desk(reader.language)
    none = InlineQueryResultsButton(text=d.inline_nothing, start_parameter="inline")
    try:
        await bot(
            AnswerInlineQuery(
                inline_query_id=query.id,
                results=[_result(story, reader) for story in stories[:MOST]],
                cache_time=KEPT,
                is_personal=True,
                button=None if stories else none,
            )
        )
    except AiogramError as error:
        log.info("inline query unanswered", error=type(error).__name__)


async def found_for(store: Store, text: str, now: datetime) -> tuple[Story, ...]:
    """Stories on the topic that the words name, else those that say them; without words, today's.

    Nothing that readers of digests do not see, either.
    """
    since = now - DAYS
    topic = resolve(text).topic if text.strip() else None
    if topic:
        return _worth(await topic_stories(store, topic, since, now))
    entries = await store.entries.between(since, now, limit=NEWEST)
    return matching(_worth(await stories_of(store, entries)), text)


def _worth(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    return tuple(s for s in stories if not all(entry.skipped for entry in s.entries))


def _result(story: Story, reader: Subscription) -> InlineQueryResultArticle:
    title, description = headings(story, reader.language)
    screen = shared(story, reader.language)
    opened = Button(text=phrases(reader.language).open_post_button, url=story.first.post.url)
    return InlineQueryResultArticle(
        id=story.id,
        title=visible(title)[:_TITLE],
        description=visible(description)[:_DESCRIPTION],
        input_message_content=InputTextMessageContent(
            message_text=screen.text,
            entities=entities_of(screen),
            parse_mode=None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=markup(Screen(text="", buttons=((opened,),))),
    )


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="inline")
    found.inline_query.register(offer)
    return found

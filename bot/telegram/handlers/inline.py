"""Inline mode: ``@bot lora`` in any chat offers stories to share, ``@bot d_20261120`` a digest."""

from datetime import timedelta

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

from bot.i18n import owner_messages
from bot.model import Story
from bot.publish.card_language import retold
from bot.publish.edition import edition
from bot.publish.queries import kind_stories, stories_of
from bot.publish.reader_changes import find_story
from bot.screens.callbacks.deep_links import named
from bot.screens.callbacks.pages import DigestPage, KindPage, StoryCard, TopicPage
from bot.screens.inline_results import (
    MAX_OFFERS,
    InlineOffer,
    best_known,
    digest_offer,
    story_offer,
)
from bot.screens.rich_text import bare
from bot.store.errors import ReadModelError
from bot.store.read_model.search_query import parse_query
from bot.taxonomy import resolve
from bot.taxonomy.topics import PROMO, Topic
from bot.telegram.replies.reply import Context
from bot.telegram.send.requests import entities_of, markup

log = structlog.get_logger()
MONTH, TODAY = timedelta(days=30), timedelta(days=1)
KEPT = 60  # seconds that Telegram answers the same words by itself
_TITLE, _DESCRIPTION = 100, 200  # characters
_READ = 200


async def answer_inline_query(
    query: InlineQuery,
    bot: Bot,
    context: Context,
) -> None:
    """Answer with what can be shared; a query that is too old by now is left."""
    text, d = query.query[:_READ].strip(), owner_messages(context.reader.language)
    none = InlineQueryResultsButton(text=d.inline_nothing, start_parameter="inline")
    try:
        username = (await bot.me()).username
        found = await inline_offers(context, text, username)
        await bot(
            AnswerInlineQuery(
                inline_query_id=query.id,
                results=[_result(each) for each in found],
                cache_time=KEPT,
                is_personal=True,
                button=None if found else none,
            )
        )
    except AiogramError as error:
        log.info("inline query unanswered", error=type(error).__name__)
    except ReadModelError as error:
        log.warning("read model unavailable", reason=str(error))


async def inline_offers(
    context: Context,
    text: str,
    username: str | None,
) -> list[InlineOffer]:
    """The digest or the story that the text names, else stories for its words, the best first."""
    reader = context.reader
    language, stories = reader.language, tuple[Story, ...]()
    match named(text, reader):
        case DigestPage(period, until):
            found = await edition(
                context.store,
                reader,
                period,
                min(until or context.now, context.now),
                mine=False,
            )
            if not found.digest.sections:
                return []
            return [digest_offer(found.digest, found.pages[0], language, username)]
        case StoryCard(story_id):
            story = await find_story(context.store, reader, story_id)
            stories = (story,) if story else ()
        case TopicPage(topic):
            stories = await _on_topic(context, topic)
        case KindPage(kind):
            stories = await kind_stories(context.store, kind, context.now - MONTH, context.now)
        case _:
            stories = await stories_for(context, text)
    return [
        story_offer(story, language, username) for story in retold(stories[:MAX_OFFERS], reader)
    ]


async def stories_for(context: Context, text: str) -> tuple[Story, ...]:
    """Stories on the topic or of the kind that the words name, else those that say them.

    Without words, today's. Nothing that readers of digests do not see, unless by its kind.
    """
    store, now = context.store, context.now
    if not text:
        survey = await store.surveys.between(now - TODAY, now)
        return await store.surveys.stories(best_known(survey.shown))
    meant = resolve(text)
    if meant.topic:
        return await _on_topic(context, meant.topic)
    if meant.kind and meant.kind != PROMO:
        return await kind_stories(store, meant.kind, now - MONTH, now)
    query = parse_query(text)
    if query.empty:
        return ()
    hits = await store.search.find(query, now, 2 * MAX_OFFERS)  # several may tell one story
    return _worth_sharing(await stories_of(store, hits.entries))


async def _on_topic(context: Context, topic: Topic) -> tuple[Story, ...]:
    survey, _ = await context.store.surveys.of_topic(topic, context.now - MONTH, context.now)
    return await context.store.surveys.stories(survey.shown[:MAX_OFFERS])


def _worth_sharing(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    return tuple(s for s in stories if not all(entry.skipped for entry in s.entries))


def _result(shared: InlineOffer) -> InlineQueryResultArticle:
    screen = shared.screen
    return InlineQueryResultArticle(
        id=shared.name,
        title=bare(shared.title)[:_TITLE],
        description=bare(shared.description)[:_DESCRIPTION],
        input_message_content=InputTextMessageContent(
            message_text=screen.text,
            entities=entities_of(screen),
            parse_mode=None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=markup(screen),
    )


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="inline")
    found.inline_query.register(answer_inline_query)
    return found

"""Digests, topics, searches and answers of real channels in a terminal, without any token."""

from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import config
from bot.app.run import analyst_for
from bot.collect.preview.errors import SourceError, TakenOver
from bot.collect.preview.fetch import Fetcher
from bot.config import Settings
from bot.digest.periods import period
from bot.errors import CommandError
from bot.export.page_json import answer_to_json, hits_to_json
from bot.extract.questions.reading import QUESTION_LIMIT
from bot.i18n import messages
from bot.model import Language, PeriodName, Post, utc_now
from bot.publish.answer_messages import why_unanswered
from bot.publish.answers import answer_question
from bot.screens.callbacks.pages import AnswerPage
from bot.screens.search.answer import AnswerFrame, answer_screen
from bot.screens.search.page import (
    HITS_PER_PAGE,
    SearchRequest,
    first_page,
    found_page,
    nothing_found,
    search_usage,
)
from bot.store import Store, open_store
from bot.store.delivery.answers import answer_token
from bot.store.readers.query_tokens import token_of
from bot.terminal.pipeline import settle
from bot.terminal.show import err, print_text
from bot.terminal.views import (
    TEXT_FORMAT,
    digest_format,
    print_digest,
    print_topic,
    show_linked,
    stories_format,
    topic_of,
    topic_or_kind_of,
)

MOST_PAGES = 30  # per channel: 600 posts, more than a month of nearly all


async def print_channels_digest(
    channels: Sequence[str],
    name: PeriodName,
    language: Language,
    *,
    topic: str | None = None,
    as_of: datetime | None = None,
    how: str = TEXT_FORMAT,
) -> None:
    """Read channels, if any are named, then print the digest of these as of an instant.

    Without names it is of all that is stored.
    """
    digest_format(how)  # an unknown one is refused before anything is read
    settings, now = config.load(), as_of or utc_now()
    wanted = topic_of(topic, language) if topic else None
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings))
        since = period(name, now, ZoneInfo("UTC")).since
        read = await _read(settings, store, channels, since, language) if channels else ()
        analyst = await analyst_for(settings, store, stack)
        await settle(store, analyst)
        await print_digest(
            store, name, language, now,
            topic=wanted, channels=read, how=how, write=analyst.opening,
        )  # fmt: skip


async def print_topic_page(words: str, language: Language, how: str = TEXT_FORMAT) -> None:
    """Print what the stored channels wrote about a topic, or their posts of a kind."""
    stories_format(how)  # an unknown one is refused before anything is read
    of = topic_or_kind_of(words, language)
    async with open_store(config.load()) as store:
        await print_topic(store, of, language, utc_now(), how)


async def search(text: str, language: Language, now: datetime, *, as_json: bool = False) -> None:
    """Print the best posts for a query; as JSON raises ``CommandError`` for an empty one."""
    asked = SearchRequest(text, first_page(text, token_of(text)))
    if asked.query.empty:
        if as_json:
            raise CommandError("search: no words and no filters in the query")
        show_linked(search_usage(language))
        return
    async with open_store(config.load()) as store:
        await store.read_model.refresh()
        hits = await store.search.find(asked.query, now, HITS_PER_PAGE)
        reach = await store.search.reach()
        stories = await store.stories.of([entry.key for entry in hits.entries])
    if as_json:
        print_text(hits_to_json(text, hits, stories, language))
    elif hits.entries:
        show_linked(found_page(asked, hits, stories, language, now))
    else:
        show_linked(nothing_found(asked, reach, language))


async def print_answer(
    question: str, language: Language, now: datetime, *, as_json: bool = False
) -> None:
    """Print what the archive says to a question; ``CommandError`` for one without words."""
    if not any(map(str.isalnum, question)):
        raise CommandError("ask: no words in the question")
    if len(question) > QUESTION_LIMIT:
        err.print(f"only the first {QUESTION_LIMIT:,} characters were read", markup=False)
    async with AsyncExitStack() as stack:
        settings = config.load()
        store = await stack.enter_async_context(open_store(settings))
        analyst = await analyst_for(settings, store, stack)
        await store.read_model.refresh()
        found = await answer_question(store, question, language, now, analyst.answerer)
        why = await why_unanswered(store, found.answer, language, "UTC", now)
    if as_json:
        entries = [each.entry for each in found.sources]
        print_text(answer_to_json(question, found.answer, entries))
        return
    frame = AnswerFrame(question, AnswerPage(answer_token(question)), language, now)
    by_key = {each.entry.key: each.entry for each in found.sources}
    show_linked(answer_screen(frame, found.answer, by_key, why))


async def _read(
    settings: Settings,
    store: Store,
    channels: Sequence[str],
    since: datetime,
    language: Language,
) -> Collection[str]:
    """Take in the channels' posts since then; their refs. ``CommandError``: none can be read."""
    async with Fetcher(settings.preview_base_url, proxy=settings.preview_proxy) as fetcher:
        read = [await _read_one(store, fetcher, channel, since) for channel in channels]
    if not any(read):
        raise CommandError(messages(language).nothing_readable)
    return frozenset().union(*read)


async def _read_one(
    store: Store, fetcher: Fetcher, channel: str, since: datetime
) -> frozenset[str]:
    """The refs of a channel whose posts were taken in, none where it cannot be read."""
    posts: list[Post] = []
    try:
        handle = config.handle_of(channel)
        with err.status(f"@{handle}"):
            async for page in fetcher.history(handle, since=since, max_pages=MOST_PAGES):
                posts = [*page.posts, *posts]
    except (SourceError, ValueError) as error:
        err.print(str(error), markup=False)
        if not posts:
            return frozenset()
    for met in {post.channel for post in posts}:
        if rival := (await store.sources.standing(met)).rival:
            expected = await store.channels.number(rival)
            err.print(str(TakenOver(handle, f"{expected} → {met.ref}")), markup=False)
            return frozenset()
    counts = {"new": 0, "changed": 0, "same": 0}
    adopted = [await store.channels.adopt(post) for post in posts]
    for post in adopted:
        counts[await store.posts.ingest(post)] += 1
    await store.posts.note_audience(adopted, await store.now())
    err.print(f"@{handle}: {len(posts)} posts, {counts['new']} new", markup=False)
    named = await store.channels.resolve(f"@{handle}") or f"@{handle.casefold()}"
    return frozenset({named, *(post.channel.ref for post in adopted)})

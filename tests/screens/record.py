"""What the whole bot sends about the sample channels, recorded by the fake Bot API server."""

import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.collect.preview.page import parse_page
from bot.collect.samples import NOW, pages
from bot.config import Settings
from bot.extract import extractive
from bot.model import Analysis, Card, Entry, Language, Post, Subscription
from bot.publish.alerts import alert_followers
from bot.publish.queries import topic_stories
from bot.store import Store, open_store
from bot.taxonomy.topics import Topic
from bot.telegram.receive.intake import AskingRate
from bot.telegram.send.session import connect_bot
from tests.extract.work import analyst
from tests.fakes.botapi import FakeBotApi
from tests.fakes.clock import standing_at
from tests.fakes.openai import FakeOpenAI
from tests.telegram.asking import answering, tells
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried, talking
from tests.waiting import due_sent

Json = dict[str, Any]
READINGS = Path(__file__).parent / "readings.json"
QUESTIONS: dict[Language, str] = {"ru": "квантизация", "en": "quantization"}
SCREENS = ("start", "digest", "story", "topic", "ask", "week", "settings", "alert", "group")
ASKED: dict[Language, str] = {
    "ru": "Подтвердились ли цифры HalfBit на Birch-8B?",
    "en": "Do the numbers of HalfBit hold on Birch-8B?",
}
ANSWERED = ("tensor_kitchen/911", "kvantovy_les/419")
"""Posts whose gists are the sentences of the answer."""

TOPIC, GROUP = Topic("quantization"), -1009000000100


async def record() -> dict[str, list[Json]]:
    """For each of ``SCREENS`` in each language (``ru-digest``) what was said, oldest first.

    A line of a reader is ``{"said": …}``, else it is a message as a chat keeps it.
    """
    found: dict[str, list[Json]] = {}
    async with _bot() as (talk, store):
        for user, language in enumerate(QUESTIONS, start=100):
            found |= await _conversation(talk, user, language)
            found |= await _asked(talk, store, user, language)
            found |= await _of_a_reader(talk, store, user, language)
            found |= await _in_a_group(talk, store, GROUP - user, language)
    return found


@asynccontextmanager
async def _bot() -> AsyncIterator[tuple[Talk, Store]]:
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        settings = Settings(_env_file=None, redis_url=None, fortochka_home=Path(folder))
        async with open_store(settings) as store, FakeBotApi() as api:
            await put(store, *await sample_entries(store))
            await store.sent_files.name("fortochka_test_bot")
            line = connect_bot(api.token, api.url)
            hasty, clock = AskingRate(1_000, 1_000), standing_at(NOW)
            async with talking(api, line, store, hasty, clock=clock) as talk:
                yield talk, store
            await line.session.close()


async def sample_entries(store: Store) -> list[Entry]:
    """The sample posts, oldest first, as a model would read them."""
    posts = [post for page in pages() for post in parse_page(page).posts]
    adopted = [await store.channels.adopt(post) for post in posts]
    readings = json.loads(READINGS.read_text("utf-8"))
    return [_entry(post, readings) for post in sorted(adopted, key=lambda p: p.published_at)]


def _entry(post: Post, readings: Json) -> Entry:
    """Topics and links as they are found without a model; the words of those shown by hand."""
    found = extractive.analyse(post)
    read = readings.get(f"{post.channel.handle}/{post.message_id}")
    return Entry(
        post=post,
        analysis=_reading(found, read) if read else found,
        engine="llm",
        prompt_id="sample",
        analysed_at=NOW,
    )


def _reading(found: Analysis, read: Json) -> Analysis:
    cards: dict[Language, Card] = {}
    for language in QUESTIONS:
        title, tldr, *bullets = read[language]
        cards[language] = Card(title=title, tldr=tldr, bullets=tuple(bullets))
    importance = read.get("importance", found.importance)
    return found.model_copy(update={"cards": cards, "importance": importance})


async def _conversation(talk: Talk, user: int, language: Language) -> dict[str, list[Json]]:
    start = (await talk.say("/start", user, language=language)).message
    digest = await talk.say("/digest", user, language=language)
    pages = [dict(digest.message)]
    first = next(data for data in carried(digest.message) if data.startswith("s:"))
    pages.append(dict(await talk.press(digest, first, language)))
    question = f"/topic {QUESTIONS[language]}"
    topic = (await talk.say(question, user, language=language)).message
    return {
        f"{language}-start": [{"said": "/start"}, _kept(start)],
        f"{language}-digest": [_kept(pages[0])],
        f"{language}-story": [_kept(pages[1])],
        f"{language}-topic": [{"said": question}, _kept(topic)],
    }


async def _asked(talk: Talk, store: Store, user: int, language: Language) -> dict[str, list[Json]]:
    """A question, as a model answers it."""
    readings = json.loads(READINGS.read_text("utf-8"))
    told = [readings[f"demo_{name}"][language] for name in ANSWERED]
    async with FakeOpenAI() as fake, analyst(store, fake, clock=lambda: NOW) as model:
        fake.default = tells(*((gist, [title]) for title, gist, *_ in told))
        async with answering(store, model, standing_at(NOW)):
            answer = (await talk.say(ASKED[language], user, language=language)).message
    return {f"{language}-ask": [{"said": ASKED[language]}, _kept(answer)]}


async def _of_a_reader(
    talk: Talk, store: Store, user: int, language: Language
) -> dict[str, list[Json]]:
    """What comes to who subscribed: a week, an alert; and what is set."""
    week = (await talk.say("/digest week", user, language=language)).message
    await talk.say("/subscribe 08:30", user, language=language)
    reader = await store.subscriptions.get(user)
    assert reader is not None
    follower = reader.model_copy(update={"alerts": (TOPIC,), "topics": (TOPIC, Topic("agents"))})
    await store.subscriptions.save(follower, await store.subscriptions.due_at(user))
    settings = (await talk.say("/settings", user, language=language)).message
    stories = await topic_stories(store, TOPIC, NOW - timedelta(days=7), NOW)
    story = max(stories, key=lambda each: len(each.entries))
    now = story.first.post.published_at + timedelta(hours=1)
    assert await alert_followers(store, story.first, now)
    alert = await talk.api.delivered(lambda d: d.chat_id == user and d.text.startswith("🔔"))
    return {
        f"{language}-week": [{"said": "/digest week"}, _kept(week)],
        f"{language}-settings": [{"said": "/settings"}, _kept(settings)],
        f"{language}-alert": [_kept(alert.message)],
    }


async def _in_a_group(
    talk: Talk, store: Store, chat: int, language: Language
) -> dict[str, list[Json]]:
    """What is posted where many read it."""
    target = Subscription(chat_id=chat, language=language, length="short", at=NOW.time())
    await store.subscriptions.save(target, NOW)
    assert await due_sent(store, standing_at(NOW)) == 1
    posted = await talk.api.delivered(lambda d: d.chat_id == chat)
    return {f"{language}-group": [_kept(posted.message)]}


def _kept(message: Json) -> Json:
    """Of a message what a picture shows."""
    return {name: message[name] for name in ("text", "entities", "reply_markup")}

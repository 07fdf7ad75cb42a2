"""Questions put to the whole bot, with a fake model that reads and answers them."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import web

from bot.extract.worker import Analyst
from bot.publish.answer_messages import answer_queued
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.queue.worker import consume
from bot.telegram.replies.deployment import Deployment
from tests.extract.work import ONE, analyst
from tests.fakes.botapi import FakeBotApi
from tests.fakes.entries import make_entry
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import Answer, Asked, completion, reply
from tests.fakes.openai_forms import text_of
from tests.telegram.seeding import put
from tests.telegram.talk import NOON_STANDS, Talk, talking

Json = dict[str, Any]
WITH_MODEL = Deployment(price=ONE)


def prompts(fake: FakeOpenAI, *, answers: bool) -> list[str]:
    """What the model was sent: to answer a question, or to read one."""
    return [
        text_of(asked.body["messages"][-1])
        for asked in fake.requests
        if answers == _is_answer(asked) and _is_about_question(asked)
    ]


def _is_answer(asked: Asked) -> bool:
    return "sentences" in asked.schema.get("properties", {})


def _is_about_question(asked: Asked) -> bool:
    return bool({"sentences", "since"} & asked.schema.get("properties", {}).keys())


def tells(*sentences: tuple[str, Sequence[int | str]]) -> Answer:
    """A model that adds nothing to the words of a question and answers it so.

    Posts are cited by their numbers, or by their titles.
    """

    async def answer(asked: Asked) -> web.StreamResponse:
        body: Json = {"ru": [], "en": [], "topics": [], "kinds": [], "since": "", "until": ""}
        if _is_answer(asked):
            shown = _numbers(asked)
            told = [
                {"text": text, "posts": [shown.get(post, post) for post in posts]}
                for text, posts in sentences
            ]
            body = {"bearing": [1], "sentences": told}
        return reply(asked, completion(asked, json.dumps(body, ensure_ascii=False)))

    return answer


def _numbers(asked: Asked) -> dict[int | str, int]:
    """The numbers of the posts in a prompt by their titles, which must be there."""
    lines = text_of(asked.body["messages"][-1]).splitlines()
    posts = [json.loads(line) for line in lines if line.startswith("{")]
    return {post["title"]: post["n"] for post in posts}


@asynccontextmanager
async def answering(
    store: Store, reader: Analyst | None = None, clock: Clock = NOON_STANDS
) -> AsyncIterator[None]:
    """The stage that answers questions at work, with or without a model."""
    stop = asyncio.Event()
    answerer = reader.answerer if reader else None
    handle = partial(answer_queued, store, answerer=answerer, clock=clock)
    task = asyncio.create_task(
        consume(store.question_stream, handle, consumer="questions", stop=stop)
    )
    try:
        yield
    finally:
        stop.set()
        await task


async def archive(store: Store) -> None:
    """A few posts, in both languages."""
    await put(
        store,
        make_entry(
            "pane_one",
            1,
            title="Half a bit",
            text="HalfBit makes the weights of a model take half a bit each.",
            tldr="HalfBit makes the weights of a model take half a bit each.",
        ),
        make_entry(
            "pane_two",
            2,
            title="Полбита на вес",
            text="Метод HalfBit сжимает веса модели до половины бита на вес.",
            tldr="Метод HalfBit сжимает веса модели до половины бита на вес.",
            hours_ago=30,
        ),
    )


@pytest.fixture
async def fake(store: Store) -> AsyncIterator[FakeOpenAI]:
    await archive(store)
    async with FakeOpenAI() as server:
        yield server


@pytest.fixture
async def model(fake: FakeOpenAI, store: Store) -> AsyncIterator[Analyst]:
    async with analyst(store, fake) as reader:
        yield reader


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store, model: Analyst) -> AsyncIterator[Talk]:
    async with talking(api, line, store, running=WITH_MODEL) as talk, answering(store, model):
        yield talk

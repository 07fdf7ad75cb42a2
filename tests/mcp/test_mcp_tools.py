"""Calls that cannot be answered, by the SDK's client in this process."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent
from redis.exceptions import ConnectionError as Refused

from bot.mcp.server import mcp_server
from bot.mcp.tools import TOOLS, ArchiveTools
from bot.store import Store
from bot.web.places import Site
from tests.mcp.conftest import ASKED, posts
from tests.telegram.seeding import put
from tests.web.conftest import NOW, PUBLIC_URL

SITE = Site(url=PUBLIC_URL, retention_days=120)


def served(store: Any) -> Client:
    """A client of the tools over a store that ``store`` gives."""
    return Client(mcp_server(ArchiveTools(store, SITE, timedelta(days=120), lambda: NOW)))


def said_by(found: CallToolResult) -> str:
    """The text of an answer."""
    [content] = found.content
    assert isinstance(content, TextContent)
    return content.text


@asynccontextmanager
async def asking(store: Store) -> AsyncIterator[Client]:
    """A client of the tools over the posts."""

    async def opened() -> Store:
        return store

    await put(store, *posts())
    async with served(opened) as client:
        yield client


BAD: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("search", {}, "query: is needed"),
    ("search", {"query": " \n "}, "query: is empty"),
    ("search", {"query": "\u200b"}, "query: names nothing that could be looked for"),
    ("search", {"query": "x" * 301}, "query: must have at most 300 characters"),
    ("search", {"query": 7}, "query: must be a text"),
    ("search", {"query": "x", "limit": 25}, "limit: must be at most 24"),
    ("search", {"query": "x", "limit": 0}, "limit: must be at least 1"),
    ("search", {"query": "x", "limit": "many"}, "limit: must be a whole number"),
    ("search", {"query": "x", "page": 41}, "page: must be at most 40"),
    ("search", {"query": "half", "page": 9}, "page: there are not as many"),
    ("search", {"query": "x", "language": "de"}, "language: must be one of 'ru' or 'en'"),
    ("search", {"query": "x", "<b>": 1}, "the arguments of this tool are query, limit, page"),
    ("digest", {"period": "year"}, "period: must be day, week, month, or such as"),
    ("digest", {"period": "2026-02-30"}, "period: must be day"),
    ("digest", {"period": "2030-01"}, "period: must have begun"),
    ("digest", {"topic": "cookery"}, "topic: is no topic; there are "),
    ("story", {"key": "000000000000"}, "no such story is in the archive; posts are kept for 120"),
    ("story", {"key": "https://t.me/pane_two/999"}, "no such story is in the archive"),
    ("story", {"key": "https://t.me/c/77/4"}, "key: must be a story's id, or the address of"),
    ("story", {"key": "javascript:alert(1)"}, "key: must be a story's id"),
    ("paper", {"id": "the one on bits"}, "id: must be an arXiv id"),
    ("paper", {"id": "2611.99999"}, "no such paper is in the archive"),
    ("topic_trend", {"topic": "agents", "weeks": 27}, "weeks: must be at most 26"),
    ("topic_trend", {"topic": "agents", "weeks": 1}, "weeks: must be at least 2"),
    ("ask_sources", {"question": "what?"}, "question: names nothing that could be looked for"),
    ("ask_sources", {"question": "x" * 1_001}, "question: must have at most 1000 characters"),
    ("ask_sources", {"question": "bits", "limit": 13}, "limit: must be at most 12"),
)


async def test_what_is_out_of_bounds_is_named_with_them(store: Store) -> None:
    async with asking(store) as client:
        for name, arguments, said in BAD:
            found = await client.call_tool(name, dict(arguments))
            assert found.is_error, (name, arguments)
            assert said in said_by(found), arguments
        with pytest.raises(MCPError, match="there is no such tool"):
            await client.call_tool("drop_everything", {})


NASTY: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", "half", "\x00", "\ud800", "é" * 299, "'\"; --", '"' * 200,
    "-", "topic:", "@@@", "9999d", "NEAR(half", "a" * 5_000, "day", "2026-W53", "0000-00-00", [],
    ["half"], {}, {"a": {"b": [1]}}, "arxiv:" + "9" * 150, "10.1000/" + "%00" * 40, "t.me//1",
    "https://t.me/" + "a" * 100, "﷽" * 50, "half\nhalf", "quantization", "вчера", "30d has:paper",
)  # fmt: skip


def nasty_calls() -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls with some arguments that nobody should send."""
    chance = random.Random(20)
    fields = {name: [*shape.arguments.model_fields, "other"] for name, shape in TOOLS.items()}
    for _ in range(300):
        name = chance.choice(list(TOOLS))
        wrong = chance.sample(fields[name], chance.randint(1, len(fields[name])))
        yield name, {**ASKED[name], **{field: chance.choice(NASTY) for field in wrong}}


async def test_whatever_is_asked_is_answered(store: Store) -> None:
    async with asking(store) as client:
        for name, asked in nasty_calls():
            found = await client.call_tool(name, asked)
            if found.is_error:
                assert 0 < len(said_by(found)) < 600
                assert "a fault of the program" not in said_by(found), asked
        assert not (await client.call_tool("search", {"query": "half"})).is_error


async def test_a_store_that_is_away_is_an_answer() -> None:
    async def away() -> Store:
        raise Refused("made up")

    async with served(away) as client:
        for name, asked in ASKED.items():
            found = await client.call_tool(name, dict(asked))
            assert found.is_error
            assert "cannot be asked now" in said_by(found)


async def test_of_too_many_calls_at_once_some_are_refused(store: Store) -> None:
    await put(store, *posts())
    go, waiting = asyncio.Event(), asyncio.Queue[None]()

    async def slowly() -> Store:
        waiting.put_nowait(None)
        await go.wait()
        return store

    async with served(slowly) as client:
        asked = [
            asyncio.create_task(client.call_tool("search", {"query": "half"})) for _ in range(30)
        ]
        await waiting.get()
        refused, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert "too many calls" in said_by(refused.pop().result())
        go.set()
        answers = await asyncio.gather(*asked)
    assert sum(not each.is_error for each in answers) == 18

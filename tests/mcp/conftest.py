"""Invented posts of public channels and of one that is not, and the tools served over them."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pydantic import SecretStr

from bot.config import Settings
from bot.mcp.http import mcp_answers
from bot.mcp.tools import TOOLS
from bot.model import Entry
from bot.store import Store
from bot.web.serve import archive_served
from tests.fakes.entries import make_channel, make_entry, make_paper
from tests.telegram.seeding import put
from tests.web.conftest import NOW, PUBLIC_URL

TOKEN = "made-up-token-of-a-test"
PAPER = "arxiv:2611.04821"
SECRET = "Behind a door"
ERAS = ("legacy", "auto")
"""How the SDK's client begins: with a handshake, or as the protocol is since July 2026."""

_SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "json.schema.json").read_text("utf-8")
)
_DOCUMENTED = jsonschema.Draft202012Validator(_SCHEMA)

ASKED: Mapping[str, Mapping[str, Any]] = {
    "search": {"query": "half has:paper"},
    "digest": {"period": "2026-11-20"},
    "story": {"key": "https://t.me/pane_two/2"},
    "paper": {"id": "2611.04821"},
    "topic_trend": {"topic": "квантизация", "weeks": 6},
    "ask_sources": {"question": "What do we know about half a bit?"},
}
"""A question to each tool that the posts answer."""


def posts() -> tuple[Entry, ...]:
    """Two channels on one paper, another story, and what a private channel says."""
    half = make_paper(title="Half a bit")
    private = make_channel("pane_shut", "Shut").model_copy(update={"handle": None, "ref": "77"})
    return (
        make_entry("pane_one", 1, title="Half a bit", papers=[half], hours_ago=5),
        make_entry("pane_two", 2, text="half of it", title="The half", papers=[half], hours_ago=4),
        make_entry("pane_two", 3, text="agents at work", title="Agents", topics=["agents"]),
        make_entry(private, 4, text="half a secret", title=SECRET, papers=[half], hours_ago=3),
    )


def documented(answer: Mapping[str, Any]) -> None:
    """Fail where an answer is not the documented JSON with addresses."""
    plain = json.loads(json.dumps(answer))
    del plain["page_url"], plain["cut"]
    listed = plain["posts"] if isinstance(plain.get("posts"), list) else []
    for item in (*plain.get("stories", ()), *listed, *filter(None, [plain.get("story")])):
        assert item.pop("page_url").startswith(f"{PUBLIC_URL}/en/s/")
        assert item["url"].startswith("https://t.me/")
    _DOCUMENTED.validate(plain)


async def ask_all(client: Client) -> dict[str, Any]:
    """The answer of each tool, checked to be what it should be and to keep to what is public."""
    assert [tool.name for tool in (await client.list_tools()).tools] == list(TOOLS)
    answers = {}
    for name, asked in ASKED.items():
        found = await client.call_tool(name, dict(asked))
        assert not found.is_error, (name, found.content)
        text = found.content[0].text  # type: ignore[union-attr]
        assert json.loads(text) == found.structured_content
        assert "https://t.me/pane_" in text
        assert SECRET not in text
        documented(found.structured_content)
        answers[name] = found.structured_content
    return answers


@pytest.fixture
def mcp_settings(settings: Settings, free_port: int) -> Settings:
    return settings.model_copy(
        update={
            "web_port": free_port,
            "web_url": PUBLIC_URL,
            "mcp_token": SecretStr(TOKEN),
        }
    )


@asynccontextmanager
async def tools_served(store: Store, settings: Settings) -> AsyncIterator[str]:
    """Where the tools are served over the posts while the block runs.

    It is no fixture: one begins and ends in tasks of its own, and the SDK's scopes must not.
    """
    await put(store, *posts())
    programs = partial(mcp_answers, settings, SecretStr(TOKEN), store, _now)
    async with archive_served(settings, store, _now, programs):
        yield f"http://127.0.0.1:{settings.web_port}/mcp"


def _now() -> datetime:
    return NOW


@asynccontextmanager
async def http_client(address: str, era: str, token: str = TOKEN) -> AsyncIterator[Client]:
    """The SDK's own client over HTTP."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False) as http,
        Client(streamable_http_client(address, http_client=http), mode=era) as client,
    ):
        yield client

"""Two processes of one bot, scraped: their sums are true, and so are the documents' queries.

Each process counts what it did, so the sum over both is the bot's; figures of the store are the
same in both.
"""

import asyncio
import socket
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bench.chaos_server import OwnServer
from bot import __version__
from tests.app.queries import queries, series, unknown, well_formed
from tests.e2e.bot_process import bot, environment
from tests.fakes import botapi_answers as answers
from tests.fakes import openai_answers as said
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import FakeOpenAI
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme
from tests.waiting import EVENT_S

pytestmark = pytest.mark.slow
READER = 734_512_998
KEY = "made-up-key-of-a-model"
TEXT = (
    "Invented result {}: the {} model reads {} posts a second on a laptop, twice as many as the "
    "last one did, and its authors say that nobody knows why."
)
NAMES = ("Lantern", "Anchor", "Harbour")
POSTS = [
    written(number, TEXT.format(number, name, 100 * number), at=datetime.now(UTC))
    for number, name in enumerate(NAMES, 1)
]
Series = dict[str, list[tuple[Mapping[str, str], float]]]


@pytest.fixture
def another_port(free_port: int) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _scraped(*ports: int) -> tuple[Series, str]:
    """All series of these processes, as Prometheus would have them; and the pages."""
    found, pages = Series(), ""
    async with ClientSession() as session:
        for port in ports:
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                page = await answer.text()
            well_formed(page)
            pages += page
            for name, labels, value in series(page):
                found.setdefault(name, []).append((labels, value))
    return found, pages


def _sums(found: Series, name: str, label: str = "") -> Mapping[str, float]:
    """The sum over all processes by one label, zeros left out."""
    sums: defaultdict[str, float] = defaultdict(float)
    for labels, value in found[f"fortochka_{name}_total"]:
        sums[labels.get(label, "")] += value
    return {name: value for name, value in sums.items() if value}


async def test_the_sum_over_processes_is_what_happened(
    home: Path, api: FakeBotApi, free_port: int, another_port: int
) -> None:
    ports = (free_port, another_port)
    async with OwnServer(home) as server, FakeOpenAI() as model, FakeTme() as site:
        site.serve("pane_lantern", page("pane_lantern", POSTS))
        model.script(said.fails(503))
        env = environment(
            home,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=model.url,
            OPENAI_PRICE="1,0.1,4",
            PREVIEW_BASE_URL=site.base_url,
            CHANNELS="pane_lantern",
            REDIS_URL=f"unix://{server.socket}",
        )
        first = bot({**env, "HEALTH_PORT": str(ports[0])}, "collect", "extract", "publish")
        second = bot({**env, "HEALTH_PORT": str(ports[1])}, "extract", "telegram")
        async with first as one, second as other:
            await api.until(lambda fake: fake.queue.polls > 0)
            api.order(answers.flood(1))
            api.say("/help", READER)
            await api.until(lambda fake: bool(fake.sent(READER)))
            async with asyncio.timeout(EVENT_S):
                found, pages = await _scraped(*ports)
                while _sums(found, "posts_read").get("", 0) < len(POSTS) or not _sums(
                    found, "deliveries"
                ):
                    found, pages = await _scraped(*ports)
            found, pages = await _scraped(*ports)  # one after the other: now both know all of it
            assert await one.terminate() == 0
            assert await other.terminate() == 0
    _counts_are_true(found, len(model.requests))
    _holds_what_is_the_stores(found)
    served = {name: [labels for labels, _ in rows] for name, rows in found.items()}
    assert [fault for query in queries() for fault in unknown(query, served)] == []
    assert [word for word in ("pane_lantern", str(READER), KEY, TOKEN) if word in pages] == []
    assert max(len(rows) for rows in found.values()) < 100  # of both processes


def _counts_are_true(found: Series, calls: int) -> None:
    assert _sums(found, "posts_seen", "outcome")["new"] == len(POSTS)
    assert _sums(found, "posts_read", "engine") == {"llm": len(POSTS)}
    assert _sums(found, "cards", "engine") == {"llm": 2 * len(POSTS)}
    assert _sums(found, "model_calls", "outcome") == {"answered": calls - 1, "unavailable": 1}
    assert _sums(found, "model_questions", "outcome") == {"answered": len(POSTS)}
    assert _sums(found, "model_tokens", "type").keys() >= {"input", "output"}
    assert _sums(found, "model_cost_dollars", "kind")["post"] > 0
    assert _sums(found, "deliveries", "outcome") == {"sent": 1}
    assert _sums(found, "send_attempts", "outcome") == {"flooded": 1, "sent": 1}
    assert _sums(found, "telegram_requests", "outcome")["rate_limited"] == 1


def _holds_what_is_the_stores(found: Series) -> None:
    """Both processes say the same of it; each says of itself what it is."""
    for name, value in {"readers": 0, "dead_letters": 0, "store_up": 1}.items():
        assert [each for _, each in found[f"fortochka_{name}"]] == [value, value]
    assert found["fortochka_sources"] == 2 * [({"state": "ok", "last_post": "day"}, 1)]
    assert found["fortochka_build_info"] == 2 * [({"version": __version__}, 1)]
    assert len(found["process_start_time_seconds"]) == 2
    assert all(value > 0 for _, value in found["process_open_fds"])

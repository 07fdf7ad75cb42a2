"""The whole program as processes: pages in, model called, digest out; killed and started again."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.collect.samples import NOW as SAMPLES_NOW
from bot.collect.samples import pages as sample_pages
from bot.store import Store, keys
from tests.e2e.bot_process import bot, environment
from tests.e2e.time_passes import slot_has_come, this_minute
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.botapi_chats import BOT
from tests.fakes.openai import FakeOpenAI
from tests.fakes.papers import FakePaper, FakePapers
from tests.fakes.tme import FakeTme
from tests.store.faulty import store_at
from tests.waiting import eventually

READER = 100
URL = re.compile(r"https?://[^\s\"'<>\\]+")
pytestmark = pytest.mark.slow


@dataclass
class World:
    """Everything outside the program."""

    api: FakeBotApi
    model: FakeOpenAI
    site: FakeTme
    papers: FakePapers
    env: Mapping[str, str]
    sources: str

    def urls_sent(self) -> set[str]:
        """All addresses in all messages, buttons included."""
        return set(URL.findall(repr([d.message for d in self.api.deliveries])))

    def digests(self, chat: int = READER) -> list[str]:
        """Texts of the digests that a chat got."""
        return [text for text in self.api.sent(chat) if text.startswith("🗞 Digest")]


@pytest.fixture
async def world(home: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(FakeBotApi())
        model = await stack.enter_async_context(FakeOpenAI())
        site = await stack.enter_async_context(FakeTme())
        papers = await stack.enter_async_context(FakePapers())
        handles, sources = _serve(site, _real_pages())
        papers.arxiv = dict.fromkeys(re.findall(r"\d{4}\.\d{5}", sources), FakePaper())
        env = environment(
            home,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            OPENAI_API_KEY="made-up",
            OPENAI_BASE_URL=model.url,
            PREVIEW_BASE_URL=site.base_url,
            PAPERS="on",
            PAPERS_BASE_URL=papers.arxiv_url,
            CROSSREF_BASE_URL=papers.base_url,
            CHANNELS=",".join(handles),
        )
        yield World(api, model, site, papers, env, sources)


def _real_pages() -> list[bytes]:
    folder = Path(__file__).resolve().parents[3] / "shared" / "data" / "html"
    names = ("aurum_eng_latest.html", "prstnk_eprst_new_channel.html")
    return [(folder / name).read_bytes() for name in names if folder.is_dir()]


def _serve(site: FakeTme, real: list[bytes]) -> tuple[list[str], str]:
    """Real and sample pages, moved in time so that the newest post of each is an hour old."""
    moved = [_moved(html.decode()) for html in [*real, *sample_pages()]]
    handles = []
    for html in moved:
        found = re.search(r'data-post="(\w+)/', html)
        assert found
        handles.append(found[1])
        site.serve(found[1], html)
    return handles, "\n".join(moved)


def _moved(html: str) -> str:
    found = [datetime.fromisoformat(text) for text in re.findall(r'datetime="([^"]+)"', html)]
    newest = SAMPLES_NOW if max(found) <= SAMPLES_NOW and "demo_" in html else max(found)
    shift = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1) - newest

    def move(match: re.Match[str]) -> str:
        return f'datetime="{(datetime.fromisoformat(match[1]) + shift).isoformat()}"'

    return re.sub(r'datetime="([^"]+)"', move, html)


async def test_from_a_real_post_to_a_digest_in_the_readers_hands(home: Path, world: World) -> None:
    api = world.api
    async with bot(world.env) as first:
        await first.said('"event": "read"')
        async with store_at(f"unix://{home}/data/redis.sock") as store:
            await _all_read(store, world)
            await world.papers.until(lambda fake: bool(fake.asked))
            api.say("/start", READER)
            await api.until(lambda fake: bool(fake.sent(READER)))
            api.say(f"/subscribe {this_minute()}", READER)
            await api.until(lambda fake: len(fake.sent(READER)) >= 2)
            api.say("/topic quantization", READER)
            await api.until(lambda fake: "Quantization" in fake.sent(READER)[-1])
            await first.kill()
            await slot_has_come(store, READER)
    asked = len(world.model.posts)
    async with bot(world.env) as second:
        await api.until(lambda fake: bool(world.digests()))
        api.say("/digest week", READER)
        await api.until(lambda fake: any("Week" in text for text in fake.sent(READER)))
        assert await second.terminate() == 0
    async with bot(world.env) as third:
        api.say("/help", READER)
        await api.until(lambda fake: "/topics" in fake.sent(READER)[-1])
        assert await third.terminate() == 0
    assert len(world.digests()) == 1
    assert len(world.model.posts) == asked
    assert _foreign(world) == set()
    assert api.refused == []


async def _all_read(store: Store, world: World) -> None:
    """Until each page has been taken in and no post of it waits for its album or the model."""

    async def nothing_waits() -> bool:
        handles = world.env["CHANNELS"].split(",")
        states = [await store.channels.state(f"@{handle}") for handle in handles]
        looked_at = all(state.get("last_id") for state in states)
        albums = await store.redis.zcard(keys.ALBUMS_DUE)
        return looked_at and not albums and not await store.post_stream.in_work()

    await eventually(nothing_waits)
    assert world.model.posts


def _foreign(world: World) -> set[str]:
    """Addresses in messages that neither stand in a source nor lead to a post or paper of one.

    Those into the bot itself are its own.
    """
    known = {url.rstrip("/") for url in URL.findall(world.sources)}
    known |= {f"https://t.me/{name}" for name in re.findall(r'data-post="([^"]+)"', world.sources)}
    papers = re.findall(r"(?<!\d)\d{4}\.\d{4,5}(?!\d)", world.sources)
    known |= {f"https://arxiv.org/abs/{paper}" for paper in papers}
    own = f"https://t.me/{BOT['username']}?start="
    sent = (url for url in world.urls_sent() if not url.startswith(own))
    return {url for url in sent if url.rstrip("/") not in known}

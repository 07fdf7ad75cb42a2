"""Upgrades: today's program goes on with a store that an earlier one has left."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bench.chaos_server import OwnServer
from bot.store import keys
from bot.store.backup.archive import Archive
from bot.store.backup.snapshot import make_backup
from bot.terminal.upkeep.backing_up import holdings
from tests.e2e.bot_process import bot, environment
from tests.e2e.command import command
from tests.e2e.earlier.load import Left, load
from tests.e2e.earlier.make import ALERTED, READER, TEXTS, UNREAD, WEEKLY
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import FakeOpenAI
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme
from tests.store.backing_up import nobody
from tests.store.faulty import store_at
from tests.telegram.talk import words_on

STORES = sorted((Path(__file__).parent / "earlier").glob("*.jsonl"))
RETOLD = "Others measured Halfpane, the quantization of arxiv.org/abs/2611.90123, on small models."
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _channel() -> str:
    """The posts that the earlier version has seen, and one that tells again what rang."""
    at = datetime.now(UTC).replace(microsecond=0)
    ages = (1, 2, 3, 0, 0, 0)
    texts = (*TEXTS, ALERTED, UNREAD, RETOLD)
    posts = zip(texts, ages, strict=True)
    return page(
        "demo_one",
        [written(n, text, hours_ago=age, at=at) for n, (text, age) in enumerate(posts, 1)],
    )


@pytest.mark.parametrize("path", STORES, ids=lambda path: path.stem)
async def test_todays_program_goes_on_where_an_earlier_one_ended(home: Path, path: Path) -> None:
    async with (
        OwnServer(home) as server,
        FakeBotApi() as api,
        FakeOpenAI() as model,
        FakeTme() as site,
        Redis(unix_socket_path=server.socket, decode_responses=True) as redis,
    ):
        left = await load(redis, path)
        site.serve("demo_one", _channel())
        env = environment(
            home,
            REDIS_URL=f"unix://{server.socket}",
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            OPENAI_API_KEY="made-up",
            OPENAI_BASE_URL=model.url,
            PREVIEW_BASE_URL=site.base_url,
            CHANNELS="demo_one",
            LANGUAGES="en",
        )
        for _ in range(100):
            api.queue.take_id()  # Telegram's go on where they were
        async with bot(env) as today:
            for number in (5, 6):
                await today.said(f"@demo_one/{number}")
            api.say("/settings", WEEKLY)
            await api.delivered(
                lambda d: d.chat_id == WEEKLY and "03:00" in str(words_on(d.message))
            )
            api.say("/saved", READER)
            await api.delivered(lambda d: d.chat_id == READER and "Windowframe" in d.text)
            assert await today.terminate() == 0
        assert len(api.deliveries) == 2, "only what was asked for now"
        assert len(model.posts) == 2, "only what nobody had read"
        await _is_as_it_was(home, env, left)


async def _is_as_it_was(home: Path, env: Mapping[str, str], left: Left) -> None:
    """The digest of the same period, but for its date; a backup holds it all."""
    asked, url = ("digest", "--as-of", left.as_of.isoformat(), "--lang", "en"), env["REDIS_URL"]
    shown = await command(home, *asked, REDIS_URL=url, COLUMNS="100")
    assert shown.out.splitlines()[1:] == left.digest.splitlines()[1:]
    async with store_at(url) as store:
        made = await make_backup(store.redis, home / "b.jsonl.gz", nobody, nobody)
        assert await store.redis.xlen(keys.DEAD) == 0
    holds = holdings(Archive(home / "b.jsonl.gz").check(nobody)[1])
    assert made.taken.unknown == 0
    assert (holds["readers"], holds["sources"], holds["saved"]) == (2, 1, 1)
    assert (holds["posts"], holds["entries"], holds["unread"]) == (6, 6, 0)

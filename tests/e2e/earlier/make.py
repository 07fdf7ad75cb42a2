"""Play some minutes of a bot's life and write down the store that is left: see the README here.

The program of the checkout in which it runs is played; what it needs of ``tests`` has stood there
since 0.1.0. The first line of the file says when it was made, the others are of one key each.
"""

import asyncio
import json
import sys
import tempfile
import zlib
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis

from bench.chaos_server import OwnServer
from tests.e2e.bot_process import ROOT, bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import FakeOpenAI
from tests.fakes.pages import Written, page, written
from tests.fakes.tme import FakeTme
from tests.waiting import eventually

READER, WEEKLY = 100, 200
TEXTS = (
    "Windowframe is a made-up compressor of weights: two bits for each, chosen by a table that is "
    "learned in an hour on one card. The authors compare it with five others on long contexts.",
    "A made-up survey of agents that ask before they act: forty works since spring, by what they "
    "may undo. Half of them never say how often they asked, which makes them hard to compare.",
    "An invented corpus of spoken fairy tales in nine languages is out, with transcripts by hand "
    "and a licence that allows everything. Its makers want a benchmark of long audio, no words.",
)
ALERTED = (
    "Halfpane, an invented way of quantization, keeps the first layer whole and the others in "
    "three bits. Its tables are open: arxiv.org/abs/2611.90123 has them all, with the code."
)
_LONG = 50_000  # bytes: what is longer is counters, nearly all of them 0
UNREAD = (
    "Nobody has read this invented post yet: a hinge for windows of context, in two sizes, which "
    "a made-up workshop sells with its own tests on long documents and none on short ones."
)
_ANY = {
    "string": lambda redis, key: redis.get(key),
    "hash": lambda redis, key: redis.hgetall(key),
    "set": lambda redis, key: redis.smembers(key),
    "list": lambda redis, key: redis.lrange(key, 0, -1),
    "zset": lambda redis, key: redis.zrange(key, 0, -1, withscores=True),
    "stream": lambda redis, key: redis.xrange(key),
}


class _Life:
    """What the program talks to, and the settings by which it finds that."""

    def __init__(self, home: Path, api: FakeBotApi, model: FakeOpenAI, site: FakeTme) -> None:
        self.api, self.site, self._posts = api, site, list[Written]()
        self.env = environment(
            home,
            REDIS_URL=f"unix://{home / 'own.sock'}",
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            OPENAI_API_KEY="made-up",
            OPENAI_BASE_URL=model.url,
            PREVIEW_BASE_URL=site.base_url,
            PREVIEW_INTERVAL="2",
            CHANNELS="demo_one",
            LANGUAGES="en",
        )

    def publish(self, text: str, *, hours_ago: float = 0) -> None:
        """One more post of the channel."""
        at = datetime.now(UTC).replace(microsecond=0)
        post = written(len(self._posts) + 1, text, hours_ago=hours_ago, at=at)
        self._posts.append(post)
        self.site.serve("demo_one", page("demo_one", self._posts))

    async def subscribe(self) -> None:
        """Two readers; one gets a digest, saves its first story and follows a topic."""
        api = self.api
        api.say(f"/subscribe {datetime.now(UTC) + timedelta(seconds=80):%H:%M}", READER)
        api.say("/subscribe 03:00", WEEKLY)
        await api.until(lambda fake: bool(fake.sent(WEEKLY)))
        api.press(next(d for d in api.deliveries if d.chat_id == WEEKLY), "o:often:weekly")
        digest = await api.delivered(lambda d: d.text.startswith("🗞 Digest"))
        api.press(digest, str(_buttons(digest.message)[0]))
        card = await api.called("editMessageText", lambda said: "ks:" in repr(said))
        api.press(digest, next(each for each in _buttons(card.params) if each.startswith("ks:")))
        api.press(digest, "f:quantization")
        await api.until(lambda fake: len(fake.answered) >= 4)


def _buttons(message: Mapping[str, Any]) -> list[str]:
    rows = message["reply_markup"]["inline_keyboard"]
    return [button.get("callback_data", "") for row in rows for button in row]


async def _printed(life: _Life, at: datetime) -> str:
    """The digest as of an instant, as the terminal shows it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "digest", "--as-of", at.isoformat(), "--lang", "en"),
        env={**life.env, "OPENAI_API_KEY": "", "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


def _text(raw: bytes) -> object:
    try:
        return (
            raw.decode() if len(raw) < _LONG else {"zlib": b64encode(zlib.compress(raw)).decode()}
        )
    except UnicodeDecodeError:
        return {"base64": b64encode(raw).decode()}


def _plain(value: object) -> object:
    """A value of the store as JSON has it."""
    match value:
        case bytes():
            return _text(value)
        case dict():
            return {cast("bytes", name).decode(): _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case set():
            return sorted(cast("bytes", each).decode() for each in value)
    return value


async def _lines(redis: Redis) -> AsyncIterator[str]:
    for key in sorted([key async for key in redis.scan_iter()]):
        kind = cast("bytes", await redis.type(key)).decode()
        value = await cast("Awaitable[object]", _ANY[kind](redis, key))
        line = {"key": key.decode(), "type": kind, "ttl": await redis.pttl(key)}
        yield json.dumps({**line, "value": _plain(value)}, ensure_ascii=False)


async def _live(life: _Life, redis: Redis) -> tuple[datetime, str]:
    """Two runs: what they leave is in the store; a digest as of the end of the first one."""
    for number, text in enumerate(TEXTS, 1):
        life.publish(text, hours_ago=number)
    async with bot(life.env) as first:
        await first.said('"event": "read"')

        async def all_read() -> bool:
            return sum('"event": "read"' in line for line in first.log) == len(TEXTS)

        await eventually(all_read)
        await life.subscribe()
        life.publish(ALERTED)
        await life.api.delivered(lambda d: "Halfpane" in d.text)
        assert await first.terminate() == 0
    at = datetime.now(UTC)
    shown = await _printed(life, at)
    life.publish(UNREAD)
    async with bot(life.env, "collect", "telegram") as second:

        async def is_there() -> bool:
            return bool(await redis.xlen("ftk:stream:posts"))

        await eventually(is_there)
        assert await second.terminate() == 0
    return at, shown


async def make(path: Path) -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        home = Path(folder)
        async with (
            OwnServer(home) as server,
            FakeBotApi() as api,
            FakeOpenAI() as model,
            FakeTme() as site,
            Redis(unix_socket_path=server.socket) as redis,
        ):
            at, shown = await _live(_Life(home, api, model, site), redis)
            head = {"made_at": datetime.now(UTC).isoformat(), "as_of": at.isoformat()}
            lines = [line async for line in _lines(redis)]
    first = json.dumps({**head, "digest": shown}, ensure_ascii=False)
    path.write_text("\n".join([first, *lines, ""]), "utf-8")


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1])))

"""The connection: the embedded server or ``REDIS_URL``, checked for what the guarantees need."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from bot.config import Settings
from bot.store import keys
from bot.store.connection.auto_pipeline import PipeliningRedis
from bot.store.connection.embedded import embedded
from bot.store.connection.home import tighten
from bot.store.connection.identity import STORE_LAYOUT
from bot.store.errors import StoreError

log = structlog.get_logger()
OLDEST = (7, 0)
_PATIENCE = 1.5  # seconds; a bad server is named within two
HOSTED_FIX = "ask its provider, or leave REDIS_URL empty for the embedded server"


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Redis]:
    """A checked client; one line when there is none.

    ``StoreError``, ``ServerError``, or ``ConfigError`` for a home that cannot be written to.
    """
    if settings.redis_url is None:
        async with (
            embedded(settings.fortochka_home) as socket,
            _client(f"unix://{socket}") as redis,
        ):
            await _check_layout(redis)
            yield redis
        return
    tighten(settings.fortochka_home)
    async with _client(settings.redis_url.get_secret_value()) as redis:
        await _check(redis, settings.redis_url.get_secret_value())
        await _check_layout(redis)
        yield redis


def _client(url: str) -> Redis:
    """Own timeouts, few retries: every write is a script that may run twice, an outage must show.

    redis-py's defaults hid a frozen server for 58 s. The protocol is fixed, because its default
    changes the shape of stream answers. Without ``driver_info=None`` it reads a file for each
    connection, which fails as no ``RedisError`` where no more files may be opened.
    """
    try:
        return PipeliningRedis.from_url(
            url,
            protocol=2,
            driver_info=None,
            decode_responses=True,
            socket_connect_timeout=1,
            socket_timeout=5,
            retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 2),
        )
    except ValueError as error:
        raise StoreError(f"REDIS_URL: {error}") from None


async def _check(redis: Redis, url: str) -> None:
    """Refuse what would lose data: an old version, no append-only file, an evicting policy."""
    where = urlsplit(url).hostname or "its socket"
    try:
        async with asyncio.timeout(_PATIENCE):
            info = await redis.info()
    except (AuthenticationError, ResponseError) as error:
        raise StoreError(f"REDIS_URL: the server at {where} refuses us: {error}") from None
    except (RedisError, OSError, TimeoutError) as error:
        reason = type(error).__name__
        raise StoreError(f"REDIS_URL: no answer from {where} ({reason}); is it up?") from None
    for problem in problems(info, where):
        raise StoreError(problem)


def problems(info: dict[str, object], where: str) -> list[str]:
    """What stands against a server with this INFO, one line with the fix each."""
    if info.get("loading"):  # until it is done, it says nothing true about its file
        return [f"REDIS_URL: {where} is still loading its data; try again when it is done"]
    found = []
    version = str(info.get("redis_version", "0.0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        found.append(f"REDIS_URL: {where} runs Redis {version}; use 7.0 or newer, or Valkey")
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        fix = f"set maxmemory-policy noeviction, or {HOSTED_FIX}"
        found.append(f"REDIS_URL: {where} may evict data (maxmemory-policy {policy}); {fix}")
    if not info.get("aof_enabled", 1):
        fix = f"set appendonly yes, or {HOSTED_FIX}"
        found.append(f"REDIS_URL: {where} would lose data in a crash (appendonly no); {fix}")
    return found


async def check_write(redis: Redis) -> None:
    """Write a mark that soon goes; what keeps the store from being written to is raised.

    So is ``WrongType`` for keys of another type that could not be moved out of the way.
    """
    alone = redis.pipeline(transaction=False)  # a shared round trip is not given up with who asked
    alone.set(keys.WRITABLE, 1, ex=keys.WRITABLE_KEPT)
    await alone.execute()
    if isinstance(redis, PipeliningRedis):
        await redis.quarantine.check()


async def _check_layout(redis: Redis) -> None:
    found = int(await redis.get(keys.SCHEMA_VERSION) or STORE_LAYOUT)
    if found > STORE_LAYOUT:
        raise StoreError(
            f"REDIS_URL: the data is of layout {found}; this program knows {STORE_LAYOUT}"
        )

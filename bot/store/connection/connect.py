"""The connection: the embedded server or ``REDIS_URL``, checked for what the guarantees need."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from bot.config import Settings
from bot.store import keys
from bot.store.connection.address import RedisUrl, parse_redis_url
from bot.store.connection.auto_pipeline import PipeliningRedis
from bot.store.connection.embedded import embedded
from bot.store.connection.home import tighten
from bot.store.connection.identity import STORE_LAYOUT
from bot.store.connection.refusals import why_no_primary, why_unreachable
from bot.store.connection.rights import check_rights, server_info
from bot.store.errors import StoreError

OLDEST = (7, 0)
_PATIENCE = 1.5  # seconds; a bad server is named within two
_SENTINEL_PATIENCE = 4.0  # seconds; the first ones asked may be down
HOSTED_FIX = "ask its provider, or leave REDIS_URL empty for the embedded server"


class Connection(NamedTuple):
    """A checked client, and what the operator should know of its server."""

    redis: Redis
    version: str = ""
    notices: Sequence[str] = ()


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Connection]:
    """A checked client; one line when there is none.

    ``StoreError``, ``ServerError``, or ``ConfigError`` for a home that cannot be written to.
    """
    if settings.redis_url is None:
        async with (
            embedded(settings.fortochka_home) as socket,
            _client(RedisUrl(socket=socket), None) as redis,
        ):
            await _check_layout(redis, "FORTOCHKA_HOME")
            yield Connection(redis, _version(await server_info(redis, "server")))
        return
    address = parse_redis_url(settings.redis_url.get_secret_value())
    tighten(settings.fortochka_home)
    sentinel = _sentinel(address) if address.group else None
    async with _client(address, sentinel) as redis:
        connection = await _checked(redis, address, sentinel)
        await _check_layout(redis, "REDIS_URL")
        yield connection


_OPTIONS: Mapping[str, Any] = {
    "protocol": 2,
    "driver_info": None,
    "decode_responses": True,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
"""Own timeouts, few retries: every write is a script that may run twice, an outage must show.

redis-py's defaults hid a frozen server for 58 s. The protocol is fixed, because its default
changes the shape of stream answers. Without ``driver_info=None`` it reads a file for each
connection, which fails as no ``RedisError`` where no more files may be opened.
"""


def _options(address: RedisUrl) -> dict[str, Any]:
    retry = Retry(ExponentialBackoff(cap=0.5, base=0.05), 2)
    return {**_OPTIONS, "retry": retry, **({"ssl": True} if address.tls else {})}


def _sentinel(address: RedisUrl) -> Sentinel:
    theirs = {**_options(address), **address.sentinel_options}
    return Sentinel(address.places, sentinel_kwargs=theirs)  # type: ignore[no-untyped-call]


@asynccontextmanager
async def _client(address: RedisUrl, sentinel: Sentinel | None) -> AsyncIterator[Redis]:
    options = {**_options(address), **address.options}
    redis: Redis
    if sentinel is not None:  # asked for the primary before each new connection
        redis = sentinel.master_for(address.group, PipeliningRedis, **options)
    elif address.socket:
        redis = PipeliningRedis(unix_socket_path=address.socket, **options)
    else:
        [(host, port)] = address.places
        redis = PipeliningRedis(host=host, port=port, **options)
    try:
        async with redis:
            yield redis
    finally:
        if sentinel is not None:
            await sentinel.aclose()


async def _checked(redis: Redis, address: RedisUrl, sentinel: Sentinel | None) -> Connection:
    """Refuse what would lose data: an old version, no append-only file, an evicting policy, …"""
    patience = _SENTINEL_PATIENCE if sentinel else _PATIENCE
    try:
        async with asyncio.timeout(patience):
            info = await server_info(redis)
    except MasterNotFoundError as error:
        why = await why_no_primary(sentinel, address) if sentinel else type(error).__name__
        raise StoreError(f"REDIS_URL: {why}") from None
    except (RedisError, OSError, TimeoutError) as error:
        why = await why_unreachable(error, await _asked(address, sentinel))
        raise StoreError(f"REDIS_URL: {why}") from None
    where = address.shown
    for problem in problems(info, where):
        raise StoreError(problem)
    await check_rights(redis, where)
    notices = []
    if address.left_out:
        notices.append(
            f"REDIS_URL: options of other programs left out: {', '.join(address.left_out)}"
        )
    if not info:
        what = "its version, appendonly and maxmemory-policy go unchecked"
        notices.append(f"REDIS_URL: {where} keeps INFO to itself: {what}")
    return Connection(redis, _version(info), notices)


async def _asked(address: RedisUrl, sentinel: Sentinel | None) -> RedisUrl:
    """The address of the server that was really asked: with Sentinels, the one that they name."""
    if sentinel is None:
        return address
    try:
        host, port = await sentinel.discover_master(address.group)
    except (RedisError, OSError):
        return address
    return replace(address, places=[(str(host), int(port))])


def _version(info: dict[str, object]) -> str:
    return str(info.get("valkey_version") or info.get("redis_version") or "unknown")


def problems(info: dict[str, object], where: str) -> list[str]:
    """What stands against a server with this INFO, one line with the fix each."""
    if info.get("loading"):  # until it is done, it says nothing true about its file
        return [f"REDIS_URL: {where} is still loading its data; try again when it is done"]
    if "sentinel" in (info.get("redis_mode"), info.get("server_mode")):
        fix = "begin with redis+sentinel:// and end with the name of its group"
        return [f"REDIS_URL: {where} is a Sentinel; {fix}"]
    found = []
    if info.get("cluster_enabled"):
        fix = "whose scripts cannot use our keys together; name a server that is none"
        found.append(f"REDIS_URL: {where} is a node of a cluster, {fix}")
    if info.get("role") == "slave":
        primary = f"{info.get('master_host')}:{info.get('master_port')}"
        fix = f"name its primary, {primary}, or its Sentinels by redis+sentinel://"
        found.append(f"REDIS_URL: {where} is a read-only replica; {fix}")
    version = str(info.get("redis_version", "7.0"))  # some hosts tell all but this
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


async def _check_layout(redis: Redis, setting: str) -> None:
    """``StoreError`` for data that a later version has written: this one would misread it."""
    found = int(await redis.get(keys.SCHEMA_VERSION) or STORE_LAYOUT)
    if found > STORE_LAYOUT:
        raise StoreError(
            f"{setting}: the data was written by a later version (layout {found}, known here is "
            f"{STORE_LAYOUT}); install that version again, or put back a copy of before"
        )

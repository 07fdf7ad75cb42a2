"""What the bot asks of a server, and what a server allows: commands, keys, scripts."""

import re
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.exceptions import (
    AuthenticationError,
    ClusterCrossSlotError,
    ClusterDownError,
    MovedError,
    ReadOnlyError,
    ResponseError,
)

from bot.store import keys
from bot.store.errors import ScriptFailed, StoreError
from bot.store.scripts import Scripts

_FORMS = (
    "auth p, select 0, ping, time, scan 0, multi, exec, eval s 1 K, evalsha s 1 K",
    "type K, exists K, expire K 1, pexpire K 1, pexpireat K 1, pexpiretime K, pttl K",
    "del K, unlink K, rename K K, renamenx K K",
    "get K, mget K, set K v, incr K, incrby K 1, decr K, strlen K, bitfield K get u8 0",
    "hdel K f, hexists K f, hget K f, hgetall K, hincrby K f 1, hkeys K, hlen K, hmget K f",
    "hrandfield K, hscan K 0, hset K f v, hsetnx K f v, hvals K",
    "lindex K 0, llen K, lpop K, lpush K v, lrange K 0 1, lrem K 0 v, lset K 0 v, ltrim K 0 1",
    "rpop K, rpush K v, sadd K v, scard K, sintercard 1 K, sismember K v, smembers K",
    "srandmember K, srem K v, sscan K 0, sunion K, sunionstore K K",
    "zadd K 1 v, zcard K, zcount K 0 1, zmscore K v, zrange K 0 1, zrangebyscore K 0 1, zrank K v",
    "zrem K v, zremrangebyrank K 0 1, zremrangebyscore K 0 1, zrevrange K 0 1, zscan K 0",
    "zscore K v, xack K g 1-1, xadd K 1-1 f v, xautoclaim K g c 1 0, xclaim K g c 1 1-1",
    "xdel K 1-1, xgroup create K g 0, xinfo groups K, xlen K, xpending K g, xrange K - +",
    "xreadgroup group g c streams K >, xrevrange K + -",
)
"""Commands in a whole form, K for a key: servers crash when they are asked about half of one."""

_WHOLE = tuple(form for forms in _FORMS for form in forms.split(", "))
COMMANDS = tuple(form.partition(" ")[0] for form in _WHOLE)
"""Commands without which the bot does not work."""

HELPFUL = ("info", "bgrewriteaof")
"""Commands that many hosts keep to themselves: what is checked by them then goes unchecked."""


_OF_CLUSTERS = (ClusterCrossSlotError, ClusterDownError, MovedError)


def acl_line(user: str = "fortochka") -> str:
    """What gives a user of the server just the rights that are needed."""
    commands = " ".join(f"+{name}" for name in (*COMMANDS, *HELPFUL))
    return f"ACL SETUSER {user} on >PASSWORD ~{keys.PREFIX}* -@all {commands}"


async def check_rights(redis: Redis, where: str) -> None:
    """Try to write by a script and ask for each command; ``StoreError`` says what is refused."""
    kept = int(keys.WRITABLE_KEPT.total_seconds())
    try:
        denied = await Scripts(redis).texts(
            "allowed", [keys.WRITABLE, keys.SCHEMA_VERSION], [kept, *_WHOLE]
        )
    except (ResponseError, ScriptFailed) as error:
        raise StoreError(f"REDIS_URL: {where} {_refused(error)}") from None
    if denied:
        raise StoreError(f"REDIS_URL: {where} {_keeps(denied)}")


def _refused(error: Exception) -> str:
    """Why a server that answers does not let us write, and what helps."""
    said = str(error).removeprefix("allowed: ")
    if "DB index" in said:
        return "has no database of that number; many have 0 alone, others 0 to 15"
    if isinstance(error, ReadOnlyError):
        return "is a read-only replica; name its primary, or its Sentinels by redis+sentinel://"
    if isinstance(error, _OF_CLUSTERS):
        return "is a cluster, which keeps our keys apart; name a server that is none"
    if "to access a key" in said:
        return f"keeps our keys from this user; allow it the keys ~{keys.PREFIX}*"
    if "'eval" in said.lower():
        return "takes no scripts from this user; allow its user scripts (EVAL), +eval +evalsha"
    if named := re.search(r"to run the '(\w+)", said):
        return _keeps([named[1]])
    return f"cannot be written to: {said.partition(', with args')[0]}"


def _keeps(names: Sequence[str]) -> str:
    """The commands that a user may not give, and what gives them."""
    allow = " ".join(f"+{name}" for name in names)
    return f"keeps commands from this user; allow them: ACL SETUSER its-name {allow}"


async def server_info(redis: Redis, *section: str) -> dict[str, object]:
    """What INFO says; nothing where the server keeps it to itself."""
    try:
        return dict(await redis.info(*section))
    except AuthenticationError:
        raise
    except ResponseError:
        return {}

"""What the bot asks of a server, and what a server allows: commands, keys, scripts."""

from redis.asyncio import Redis
from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    ReadOnlyError,
    ResponseError,
)

from bot.store import keys
from bot.store.errors import ScriptFailed, StoreError
from bot.store.scripts import Scripts

_BY_TYPE = (
    "auth select ping time scan type exists expire pexpire pttl del unlink rename renamenx",
    "eval evalsha multi exec",
    "get mget set incr decr strlen bitfield",
    "hdel hexists hget hgetall hincrby hlen hmget hrandfield hset hsetnx hvals",
    "lindex llen lpop lpush lrange lrem lset ltrim rpop rpush",
    "sadd scard sintercard sismember smembers srandmember srem sscan sunion sunionstore",
    "zadd zcard zcount zmscore zrange zrangebyscore zrank zrem zremrangebyrank zremrangebyscore",
    "zrevrange zscan zscore",
    "xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange xreadgroup xrevrange",
)
COMMANDS = tuple(name for names in _BY_TYPE for name in names.split())
"""Commands without which the bot does not work."""

HELPFUL = ("info", "bgrewriteaof")
"""Commands that many hosts keep to themselves: what is checked by them then goes unchecked."""


def acl_line(user: str = "fortochka") -> str:
    """What gives a user of the server just the rights that are needed."""
    commands = " ".join(f"+{name}" for name in (*COMMANDS, *HELPFUL))
    return f"ACL SETUSER {user} on >PASSWORD ~{keys.PREFIX}* -@all {commands}"


async def check_rights(redis: Redis, where: str) -> None:
    """Try to write by a script and ask for each command; ``StoreError`` says what is refused."""
    kept = int(keys.WRITABLE_KEPT.total_seconds())
    try:
        denied = await Scripts(redis).texts(
            "allowed", [keys.WRITABLE, keys.SCHEMA_VERSION], [kept, *COMMANDS]
        )
    except (ResponseError, ScriptFailed) as error:
        raise StoreError(f"REDIS_URL: {where} {_refused(error)}") from None
    if denied:
        names = " ".join(f"+{name}" for name in denied)
        raise StoreError(
            f"REDIS_URL: {where} keeps commands from this user; allow them:",
            f"ACL SETUSER its-name {names}",
        )


def _refused(error: Exception) -> str:
    """Why a server that answers does not let us write, and what helps."""
    said = str(error)
    if isinstance(error, ReadOnlyError):
        return "is a read-only replica; name its primary, or its Sentinels by redis+sentinel://"
    if any(word in said for word in ("CROSSSLOT", "MOVED", "CLUSTERDOWN")):
        return "is a cluster, which keeps our keys apart; name a server that is none"
    if isinstance(error, NoPermissionError) and "access" in said:
        return f"keeps our keys from this user; allow it the keys ~{keys.PREFIX}*"
    if "'eval" in said.lower():
        return "takes no scripts from this user; allow its user scripts (EVAL), +eval +evalsha"
    return f"cannot be written to: {said.partition(', with args')[0]}"


async def server_info(redis: Redis, *section: str) -> dict[str, object]:
    """What INFO says; nothing where the server keeps it to itself."""
    try:
        return dict(await redis.info(*section))
    except AuthenticationError:
        raise
    except ResponseError:
        return {}

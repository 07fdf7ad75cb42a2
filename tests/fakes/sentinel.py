"""A primary, its replica and the Sentinel that watches them, on loopback: real processes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bench.chaos_server import OwnServer
from bot.store.connection.embedded import binary
from tests.waiting import eventually

GROUP_NAME, SENTINEL_PASSWORD = "news", "s/p@ss #%"


class Watched(NamedTuple):
    """Two servers, a client that stays with each, the ports of replica and Sentinel."""

    primary: OwnServer
    replica: OwnServer
    at_primary: Redis
    at_replica: Redis
    replica_port: int
    port: int

    async def acknowledged(self) -> int:
        """Up to where the replica is known to have what the primary wrote."""
        replica = (await self.at_primary.info("replication")).get("slave0", {})
        return int(replica.get("offset", 0))

    async def settle(self) -> int:
        """Where the primary is, once the replica is there; it says so each second by itself."""
        await self.at_primary.set("mark", 1)
        await self.at_primary.wait(1, 60_000)
        return await self.acknowledged()

    async def written(self) -> int:
        """Up to where the primary has written."""
        return int((await self.at_primary.info("replication"))["master_repl_offset"])


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Watched]:
    """All three, in sync."""
    ports = _free_ports(3)
    async with AsyncExitStack() as stack:
        servers = []
        for name, port in zip(("one", "two"), ports, strict=False):
            (folder / name).mkdir()
            server = OwnServer(folder / name, port=str(port))
            servers.append(await stack.enter_async_context(server))
        at_primary, at_replica = [
            await stack.enter_async_context(
                Redis(unix_socket_path=server.socket, decode_responses=True)
            )
            for server in servers
        ]
        await at_replica.replicaof("127.0.0.1", str(ports[0]))
        made = Watched(servers[0], servers[1], at_primary, at_replica, ports[1], ports[2])
        await eventually(lambda: _in_sync(made))
        await stack.enter_async_context(_sentinel(folder, ports[2], ports[0]))
        await eventually(lambda: _knows_the_replica(ports[2]))
        yield made


def _free_ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


async def _in_sync(made: Watched) -> bool:
    return 0 < await made.acknowledged() == await made.written()


async def _knows_the_replica(port: int) -> bool:
    client = Redis(port=port, decode_responses=True, password=SENTINEL_PASSWORD)
    try:
        return len(await client.sentinel_slaves(GROUP_NAME)) == 1
    except (RedisError, OSError):
        return False
    finally:
        await client.aclose()


@asynccontextmanager
async def _sentinel(folder: Path, port: int, primary: int) -> AsyncIterator[None]:
    lines = (
        f"port {port}",
        "bind 127.0.0.1",
        f"dir {folder}",
        f'requirepass "{SENTINEL_PASSWORD}"',
        f"sentinel monitor {GROUP_NAME} 127.0.0.1 {primary} 1",
        f"sentinel down-after-milliseconds {GROUP_NAME} 1000",
        f"sentinel failover-timeout {GROUP_NAME} 5000",
    )
    settings = folder / "sentinel.conf"
    settings.write_text("\n".join(lines) + "\n")
    nothing = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        str(binary()), str(settings), "--sentinel", stdout=nothing, stderr=nothing
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()

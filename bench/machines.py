"""Two machines in one: network namespaces with addresses of their own, gone afterwards."""

import asyncio
import os
import shutil
import socket
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

NETWORK = "10.231.{}"
"""Of addresses for private use; a machine has a /30 of it with us."""


class NoMachinesError(Exception):
    """The kernel, or who we are, allows no namespaces; the text says which."""


@dataclass(frozen=True)
class Machine:
    """A namespace: what a command in it begins with, its address, and ours as it sees us."""

    command: tuple[str, ...]
    address: str
    host: str


@asynccontextmanager
async def machines(count: int) -> AsyncIterator[list[Machine]]:
    """So many namespaces that reach us and not each other, or ``NoMachinesError``."""
    program = shutil.which("ip")
    if program is None:
        raise NoMachinesError("there is no program `ip`")
    if os.geteuid():
        raise NoMachinesError("namespaces need root")
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(_machine(program, n)) for n in range(count)]


@asynccontextmanager
async def _machine(ip: str, number: int) -> AsyncIterator[Machine]:
    name, ours, theirs = (f"ftk{os.getpid()}{part}{number}" for part in "nht")
    net = NETWORK.format(number)
    host, address = f"{net}.1", f"{net}.2"
    await _said(ip, "netns", "add", name)
    try:
        await _said(ip, "link", "add", ours, "type", "veth", "peer", "name", theirs)
        await _said(ip, "link", "set", theirs, "netns", name)
        await _said(ip, "address", "add", f"{host}/30", "dev", ours)
        await _said(ip, "link", "set", ours, "up")
        await _said(ip, "-n", name, "address", "add", f"{address}/30", "dev", theirs)
        for link in (theirs, "lo"):
            await _said(ip, "-n", name, "link", "set", link, "up")
        yield Machine((ip, "netns", "exec", name), address, host)
    finally:
        await _quietly(ip, "link", "delete", ours)
        await _quietly(ip, "netns", "delete", name)


async def _said(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=PIPE)
    _, said = await process.communicate()
    if process.returncode:
        raise NoMachinesError(f"`{' '.join(command[1:])}`: {said.decode().strip()}")


async def _quietly(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    await process.wait()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])

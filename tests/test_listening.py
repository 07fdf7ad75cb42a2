"""A connection whose other end takes nothing of what it is sent gives way; one that does stays."""

import asyncio
import socket

from bot.listening import ConnectionLimit, listening
from tests.waiting import eventually

LOT = 8 * 2**20  # more than both ends keep for each other


class Sends(asyncio.Protocol):
    """Sends a lot to whoever comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"x" * LOT)


async def test_who_takes_nothing_is_cut(free_port: int) -> None:
    gate = ConnectionLimit(10, 3_600, unread=0.1)
    loop = asyncio.get_running_loop()

    async def is_alone() -> bool:
        return len(gate) == 0

    async with listening(gate, Sends, "127.0.0.1", free_port):
        with socket.socket() as end:
            end.setblocking(False)
            await loop.sock_connect(end, ("127.0.0.1", free_port))
            await eventually(is_alone)


async def test_who_takes_all_gets_all(free_port: int) -> None:
    gate = ConnectionLimit(10, 3_600, unread=60)
    async with listening(gate, Sends, "127.0.0.1", free_port):
        reader, writer = await asyncio.open_connection("127.0.0.1", free_port)
        assert len(await reader.readexactly(LOT)) == LOT
        writer.close()
        await writer.wait_closed()

"""A TCP proxy on loopback that cuts, delays or swallows replies."""

import asyncio
from typing import Self
from urllib.parse import urlsplit


class FakeProxy:
    """Forwards to ``target`` (``http://host:port``, ``redis://host:port`` or a socket path).

    ``mode``: ``pass``; ``refuse`` (closed at once); ``swallow`` (requests arrive, replies do
    not); ``cut`` (the request arrives, then the connection dies at its first reply); ``freeze``
    (nothing passes until the mode changes).
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self.mode = "pass"
        self.requests = 0
        self.replies_lost = 0
        self.refused = 0
        self.port = 0
        self._once: list[str] = []
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._link, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self.set("refuse")
        self._server.close()
        self.cut_all()

    @property
    def url(self) -> str:
        """The proxy's address with the target's scheme."""
        return f"{urlsplit(self._target).scheme or 'redis'}://127.0.0.1:{self.port}"

    def set(self, mode: str) -> None:
        """Change the mode for what follows."""
        self.mode = mode
        self._changed.set()
        self._changed = asyncio.Event()

    def once(self, mode: str, times: int = 1) -> None:
        """Treat the next ``times`` replies in that mode, whatever the mode is."""
        self._once += [mode] * times

    def cut_all(self) -> None:
        """Reset every open connection."""
        for writer in tuple(self._links):
            writer.transport.abort()

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "refuse":
            self.refused += 1
            writer.transport.abort()
            return
        try:
            there, back = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        self._links |= {writer, back}
        try:
            await asyncio.gather(self._requests(reader, back), self._replies(there, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._links -= {writer, back}
            writer.transport.abort()
            back.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if "://" not in self._target:
            return await asyncio.open_unix_connection(self._target)
        address = urlsplit(self._target)
        return await asyncio.open_connection(address.hostname, address.port)

    async def _requests(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            await self._thaw()
            self.requests += 1
            back.write(data)
            await back.drain()
        back.write_eof()

    async def _replies(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await there.read(65_536):
            await self._thaw()
            mode = self._once.pop(0) if self._once else self.mode
            if mode == "pass":
                writer.write(data)
                await writer.drain()
                continue
            self.replies_lost += 1
            if mode == "cut":
                raise ConnectionResetError
        raise ConnectionResetError

    async def _thaw(self) -> None:
        while self.mode == "freeze":
            await self._changed.wait()

"""A TCP proxy on loopback that cuts, delays or swallows replies."""

import asyncio
import ssl
from typing import Self
from urllib.parse import urlsplit

from tests.waiting import EVENT_S


class FakeProxy:
    """Forwards to ``target`` (``http://host:port``, ``redis://host:port`` or a socket path).

    ``mode``: ``pass``; ``refuse`` (closed at once); ``swallow`` (requests arrive, replies do
    not); ``cut`` (the request arrives, then the connection dies at its first reply); ``freeze``
    (nothing passes until the mode changes). With ``tls`` its clients speak that, the target not.
    """

    def __init__(self, target: str, tls: ssl.SSLContext | None = None) -> None:
        self._target, self._tls = target, tls
        self.mode = "pass"
        self.requests = 0
        self.replies_lost = 0
        self.refused = 0
        self.port = 0
        self._once: list[str] = []
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Event()
        self._stop_at: tuple[bytes, bool] | None = None
        self._last: asyncio.StreamReader | None = None
        self._stopped = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._link, "127.0.0.1", 0, ssl=self._tls)
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

    def aim(self, target: str) -> None:
        """Lead new connections to another target, as a name that is moved."""
        self._target = target

    def once(self, mode: str, times: int = 1) -> None:
        """Treat the next ``times`` replies in that mode, whatever the mode is."""
        self._once += [mode] * times

    def stop_at(self, words: bytes, *, executed: bool) -> None:
        """Freeze at the next request with these words, before the target has it or after."""
        self._stop_at, self._last = (words, executed), None
        self._stopped.clear()

    async def stopped(self, within: float = EVENT_S) -> None:
        """Wait until it has frozen there; when executed, the target has answered."""
        async with asyncio.timeout(within):
            await self._stopped.wait()

    def go_on(self) -> None:
        """Pass again; what was frozen is lost with its connection."""
        self.cut_all()
        self.set("pass")

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
            await asyncio.gather(self._requests(reader, back, there), self._replies(there, writer))
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

    async def _requests(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, there: asyncio.StreamReader
    ) -> None:
        while data := await reader.read(65_536):
            await self._thaw()
            if self._stop_at and self._stop_at[0] in data:
                await self._stop(data, back, there)
            self.requests += 1
            back.write(data)
            await back.drain()
        back.write_eof()

    async def _stop(
        self, data: bytes, back: asyncio.StreamWriter, there: asyncio.StreamReader
    ) -> None:
        assert self._stop_at is not None
        (_, executed), self._stop_at = self._stop_at, None
        self.set("freeze")
        if executed:
            self._last = there
            back.write(data)
        else:
            self._stopped.set()
        await self._thaw()
        raise ConnectionResetError  # the connection was cut meanwhile

    async def _replies(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await there.read(65_536):
            if there is self._last:
                self._stopped.set()
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

"""The tools over the standard streams of a process: a message a line, nothing else on stdout.

The SDK's own transport cannot be stopped while it waits for a line, and takes in requests without
end from a client that reads no answers. Here what is taken in is bounded: eight requests without
an answer, a line of 64 KiB. What was asked before the end of stdin is answered.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from typing import Any

import anyio
import mcp_types as types
import structlog
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.lowlevel import Server
from mcp.shared.message import ServerMessageMetadata, SessionMessage
from pydantic import ValidationError

log = structlog.get_logger()

LONGEST_LINE = 65_536
"""Bytes of a message."""

_UNANSWERED = 8  # requests taken in whose answers were not read yet
_DRAIN_S = 20.0  # after the end of stdin, for what was asked before: more than a call may take
_READ = 65_536
_TOO_LONG = b"\n"  # what stands for a line that was longer

_Incoming = MemoryObjectSendStream[SessionMessage | Exception]


async def serve_stdio(server: Server[dict[str, Any]], stop: asyncio.Event) -> None:
    """Serve the one client at the other ends of stdin and stdout until it leaves, or ``stop``."""
    wire = os.dup(1)
    os.dup2(2, 1)  # what anything else prints is no message
    serving = asyncio.create_task(_Wire(wire).serve(server))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (serving, stopping):
            task.cancel()
        await asyncio.wait({serving, stopping})
    if not serving.cancelled():
        serving.result()


class _Wire:
    """Lines of stdin to the server, and what it answers to a descriptor."""

    def __init__(self, out: int) -> None:
        self._out, self._free = out, asyncio.Semaphore(_UNANSWERED)
        self._one_at_a_time = asyncio.Lock()

    async def serve(self, server: Server[dict[str, Any]]) -> None:
        to_server, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        outgoing, from_server = anyio.create_memory_object_stream[SessionMessage](0)
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self._take_in(to_server))
                parts.create_task(self._hand_out(from_server))
                await server.run(incoming, outgoing, server.create_initialization_options())
        except* (BrokenPipeError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            log.debug("client left")  # or we are stopped, which breaks the SDK's streams midway

    async def _take_in(self, to_server: _Incoming) -> None:
        lines: asyncio.Queue[bytes] = asyncio.Queue(1)
        read = partial(_read_lines, asyncio.get_running_loop(), lines)
        threading.Thread(target=read, name="stdin", daemon=True).start()
        async with to_server:
            while line := await lines.get():
                await self._hear(line, to_server)
            with suppress(TimeoutError):
                async with asyncio.timeout(_DRAIN_S):
                    for _ in range(_UNANSWERED):
                        await self._free.acquire()

    async def _hear(self, line: bytes, to_server: _Incoming) -> None:
        if not line.strip() and line != _TOO_LONG:
            return
        try:
            message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
        except ValidationError as error:
            await self._write(_not_understood(line, error))
            return
        metadata = None
        if isinstance(message, types.JSONRPCRequest):
            await self._free.acquire()
            metadata = ServerMessageMetadata(on_request_unanswered=self._settled)
        await to_server.send(SessionMessage(message, metadata))

    async def _settled(self) -> None:
        self._free.release()

    async def _hand_out(self, from_server: MemoryObjectReceiveStream[SessionMessage]) -> None:
        async with from_server:
            async for each in from_server:
                await self._write(each.message)
                if isinstance(each.message, types.JSONRPCResponse | types.JSONRPCError):
                    self._free.release()

    async def _write(self, message: types.JSONRPCMessage) -> None:
        """Write a line; ``BrokenPipeError`` where nobody can read it any more."""
        text = message.model_dump_json(by_alias=True, exclude_unset=True)
        async with self._one_at_a_time:
            await _in_thread(partial(_write_all, self._out, f"{text}\n".encode()))


def _not_understood(line: bytes, error: ValidationError) -> types.JSONRPCError:
    if line == _TOO_LONG:
        code, why = types.INVALID_REQUEST, f"a message may have {LONGEST_LINE} bytes"
    elif error.errors(include_input=False)[0]["type"] == "json_invalid":
        code, why = types.PARSE_ERROR, "this is no JSON"
    else:
        code, why = types.INVALID_REQUEST, "this is no single message of JSON-RPC 2.0"
    data = types.ErrorData(code=code, message=why)
    return types.JSONRPCError(jsonrpc="2.0", id=None, error=data)


def _read_lines(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[bytes]) -> None:
    """Hand over each line as soon as the one before is taken, and nothing at the end.

    It runs in a thread that nobody waits for: no read of a terminal or a pipe can be called off.
    """
    with suppress(RuntimeError, CancelledError):  # the loop has ended meanwhile
        for line in _lines():
            asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()
        asyncio.run_coroutine_threadsafe(lines.put(b""), loop).result()


def _lines() -> Iterator[bytes]:
    """The lines of stdin; ``_TOO_LONG`` for one that is, of which nothing is kept."""
    kept, too_long = b"", False
    while read := os.read(0, _READ):
        *ended, rest = (kept + read).split(b"\n")
        for line in ended:
            yield _TOO_LONG if too_long or len(line) > LONGEST_LINE else line + b" "
            too_long = False
        too_long = too_long or len(rest) > LONGEST_LINE
        kept = b"" if too_long else rest
    if kept or too_long:
        yield _TOO_LONG if too_long else kept


async def _in_thread(act: Callable[[], None]) -> None:
    """Do what may block for good in a thread that nobody waits for when the process ends."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    failures: list[OSError] = []

    def run() -> None:
        try:
            act()
        except OSError as error:
            failures.append(error)
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=run, name="stdout", daemon=True).start()
    await done.wait()
    if failures:
        raise failures[0]


def _write_all(out: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(out, rest) :]

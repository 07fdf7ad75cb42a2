"""Batches Redis commands issued in the same event-loop tick into one pipeline.

A round trip costs this client some 90 µs of CPU, one more command in it some 10 µs; a pipeline of
the library takes three times as long, packing in Python and setting a timer for each answer.
"""

import asyncio
import math
from collections.abc import Sequence
from typing import Any, cast

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.client import NEVER_DECODE
from redis.exceptions import ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as NoAnswer

from bot.store.connection.quarantine import Quarantine, is_wrong_type

PIPELINED = frozenset(
    {"EVALSHA", "EXISTS", "GET", "HGET", "HGETALL", "HMGET", "HVALS", "MGET", "SCARD", "SET"}
    | {"SISMEMBER", "SMEMBERS", "TIME", "XLEN", "ZCARD", "ZCOUNT", "ZRANGE"}
)
"""Commands that never block, and whose repetition after a lost reply changes nothing; all others
go alone. A script is repeated as it would be alone: each is written for that."""

_MAX_BATCH = 50  # commands of one round trip; more would make the first wait for the last

_Pending = tuple[tuple[Any, ...], dict[str, Any], "asyncio.Future[Any]"]


class PipeliningRedis(Redis):
    """Answers and errors are each command's own, except that a lost connection fails all of it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.quarantine = Quarantine(self)
        self._pending: list[_Pending] = []
        self._batches: set[asyncio.Task[None]] = set()

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """The command's answer; it is asked again when a key of another type was in its way."""
        for mend in (self.quarantine.clear, self.quarantine.sweep):
            try:
                return await self._ask(args, {**options})
            except ResponseError as error:
                if not is_wrong_type(error):
                    await _leave_replica(self.connection_pool, error)
                    raise
                await mend(args)
        return await self._ask(args, options)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """A pipeline that is executed again when a key of another type was in its way."""
        pipeline = _MendingPipeline(
            self.connection_pool, self.response_callbacks, transaction, shard_hint
        )
        pipeline.quarantine = self.quarantine
        return pipeline

    async def _ask(self, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """The command's answer; alone where it has no company in this turn of the loop."""
        if args[0] not in PIPELINED:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        options.pop("keys", None)  # for a cache of answers, which nobody has here
        loop = asyncio.get_running_loop()
        if not self._pending:
            loop.call_soon(self._flush)
        answer = loop.create_future()
        self._pending.append((args, options, answer))
        return await answer

    def _flush(self) -> None:
        asked, self._pending = self._pending, []
        for start in range(0, len(asked), _MAX_BATCH):
            batch = asyncio.get_running_loop().create_task(
                self._send_batch(asked[start : start + _MAX_BATCH])
            )
            self._batches.add(batch)
            batch.add_done_callback(self._batches.discard)

    async def _send_batch(self, asked: Sequence[_Pending]) -> None:
        """One round trip; whoever asked gets an answer or an error."""
        found: Sequence[Any]
        try:
            found = await self._answers(asked)
        except Exception as error:  # noqa: BLE001 - the edge of a task: raised again in each that waits for it
            found = [error] * len(asked)
        except asyncio.CancelledError:  # the loop ends
            for _, _, answer in asked:
                answer.cancel()
            raise
        for (_, _, answer), result in zip(asked, found, strict=True):
            _resolve(answer, result)

    async def _answers(self, asked: Sequence[_Pending]) -> Sequence[Any]:
        connection = await self.connection_pool.get_connection()  # type: ignore[no-untyped-call]
        try:
            found = await connection.retry.call_with_retry(
                lambda: _round_trip(connection, asked), lambda _: connection.disconnect()
            )
        finally:
            await self.connection_pool.release(connection)
        pairs = zip(asked, cast("Sequence[Any]", found), strict=True)
        return [self._made(answer, args[0], options) for (args, options, _), answer in pairs]

    def _made(self, answer: Any, command: str, options: dict[str, Any]) -> Any:
        """What the library makes of an answer."""
        make = self.response_callbacks.get(command)
        options.pop(NEVER_DECODE, None)
        return make(answer, **options) if make and not isinstance(answer, Exception) else answer


class _MendingPipeline(Pipeline):
    """Its commands may run twice, as after a lost reply."""

    quarantine: Quarantine

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        """The answers."""
        stack = [*self.command_stack]
        try:
            return await super().execute(raise_on_error)
        except ResponseError as error:
            if not is_wrong_type(error):
                await _leave_replica(self.connection_pool, error)
                raise
            await self.quarantine.clear(word for command in stack for word in command[0])
        self.command_stack = stack
        return await super().execute(raise_on_error)


async def _leave_replica(pool: ConnectionPool, error: ResponseError) -> None:
    """Connect anew to what the name stands for now, when a primary became a replica meanwhile."""
    if isinstance(error, ReadOnlyError):
        await pool.disconnect(inuse_connections=False)


async def _round_trip(connection: AbstractConnection, asked: Sequence[_Pending]) -> Sequence[Any]:
    """All go out in one write; all are answered within the time that one alone may take."""
    await connection.send_packed_command([pack_command(args) for args, _, _ in asked])
    try:
        async with asyncio.timeout(connection.socket_timeout):
            return [await _read_reply(connection, NEVER_DECODE in each) for _, each, _ in asked]
    except TimeoutError:
        raise NoAnswer("no answer in time") from None


async def _read_reply(connection: AbstractConnection, raw: bool) -> Any:
    """The next answer, an error of that one command as a value; without a timer of its own."""
    try:
        return await connection.read_response(raw, math.inf)
    except ResponseError as error:
        return error


def _resolve(answer: "asyncio.Future[Any]", result: Any) -> None:
    if answer.done():  # its task was cancelled
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)

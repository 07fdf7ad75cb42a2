"""The outbox consumer: every message once, within Telegram's limits, whatever the line does.

The Bot API has no idempotency key, so a send ends as sent, certainly not sent, or unknown; the
mark ``sending`` is in the store before the request leaves, so a crash is an unknown, too.
"""

import asyncio
import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Literal

import structlog
from aiogram import Bot

from bot.model import Delivery, Screen
from bot.store import Store
from bot.store.consume import consume
from bot.store.stream import Item
from bot.telegram import outcome as of
from bot.telegram.attempt import attempt
from bot.telegram.chats import PerChat
from bot.telegram.outgoing import plain
from bot.telegram.probe import probe
from bot.telegram.wire import TokenRefused

log = structlog.get_logger()
OnUnknown = Literal["probe", "resend"]

CONCURRENCY = 64
LONGEST_HELD = timedelta(seconds=60)  # a longer wait for a turn goes back to the stream
BUSY_PAUSE = timedelta(seconds=1)
SETTLING = timedelta(seconds=5)
"""A request that lost its answer may land this much later; asked earlier, it would be missed."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds after a failure of the line


async def send(
    bot: Bot,
    store: Store,
    stop: asyncio.Event,
    *,
    on_unknown: OnUnknown | None = None,
    settling: timedelta = SETTLING,
) -> None:
    """Send what is in the outbox until ``stop``; ``TokenRefused`` when Telegram refuses us."""
    worker = f"sender-{secrets.token_hex(4)}"
    sender = _Sender(bot, store, worker, on_unknown, settling)
    watch = asyncio.create_task(sender.halt_after(stop))
    try:
        await consume(
            store.outbox_stream,
            sender.handle,
            consumer=worker,
            stop=sender.halt,
            concurrency=CONCURRENCY,
        )
    finally:
        watch.cancel()
    if sender.revoked:
        raise TokenRefused


class _Sender:
    """One worker; its failures in a row decide how long it waits for the line."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        worker: str,
        on_unknown: OnUnknown | None,
        settling: timedelta,
    ) -> None:
        self._bot, self._store, self._outbox = bot, store, store.outbox
        self._stream = store.outbox_stream
        self._worker, self._on_unknown, self._settling = worker, on_unknown, settling
        self._chats = PerChat()
        self._failures = 0
        self._flooded: int | None = None
        self.halt = asyncio.Event()
        self.revoked = False

    async def halt_after(self, stop: asyncio.Event) -> None:
        """Halt when the whole process stops."""
        await stop.wait()
        self.halt.set()

    async def handle(self, item: Item) -> None:
        """Bring one message to its chat, or put it off, or close it with a reason."""
        delivery = await self._outbox.get(item.fields.get("id", ""))
        if delivery is None:
            await self._stream.finish(item)
            return
        async with self._chats(delivery.chat_id):
            if self.halt.is_set():
                return
            wait = await self._outbox.take_turn(delivery.chat_id)
            if wait > LONGEST_HELD:
                await self._stream.postpone(item, wait)
                return
            if not await self._halted_within(wait):
                await self._begin(delivery, item)

    async def _halted_within(self, wait: timedelta) -> bool:
        """Wait for the turn; True when work ended first: the next worker takes the item over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.halt.wait(), wait.total_seconds())
        return self.halt.is_set()

    async def _begin(self, delivery: Delivery, item: Item) -> None:
        before = await self._outbox.begin(delivery, self._token(delivery))
        if before == "busy":
            await self._stream.postpone(item, BUSY_PAUSE)
        elif before == "pending":
            await self._attempt(delivery, item, delivery.screen)
        elif before == "sending":
            await self._resolve(delivery, item, "a worker died")
        else:
            await self._outbox.release(delivery, self._token(delivery))
            await self._stream.finish(item)

    def _token(self, delivery: Delivery) -> str:
        """Whose lock it is: other messages to the chat wait while this one's fate is unknown."""
        return f"{self._worker}:{delivery.id}"

    async def _attempt(self, delivery: Delivery, item: Item, screen: Screen) -> None:
        outcome = await attempt(self._bot, self._outbox, delivery, screen)
        if isinstance(outcome, of.BadText) and screen is delivery.screen:
            log.warning("sent plain", delivery=delivery.id, reason=outcome.reason)
            await self._attempt(delivery, item, plain(screen, outcome.reason))
        elif isinstance(outcome, of.Unknown):
            await asyncio.sleep(self._settling.total_seconds())
            await self._resolve(delivery, item, outcome.reason)
        else:
            await self._conclude(delivery, item, outcome)

    async def _conclude(self, delivery: Delivery, item: Item, outcome: of.Outcome) -> None:
        """Act on an outcome that leaves nothing to find out."""
        match outcome:
            case of.Sent(message_id):
                self._failures = 0
                await self._close(delivery, item, "sent", message_id=message_id)
            case of.Flooded(seconds):
                await self._rest(delivery, item, timedelta(seconds=seconds))
            case of.Unreachable(reason):
                await self._store.subscriptions.deactivate(delivery.chat_id)
                await self._close(delivery, item, "undeliverable", reason=reason)
            case of.Moved(chat_id):
                await self._move(delivery, item, chat_id)
            case of.BadText(reason) | of.Refused(reason):
                await self._close(delivery, item, "undeliverable", reason=reason)
            case of.NotSent(reason) | of.Unknown(reason):
                await self._again(delivery, item, reason)
            case of.Revoked():
                self.revoked = True
                self.halt.set()
                await self._outbox.release(delivery, self._token(delivery))

    async def _close(
        self,
        delivery: Delivery,
        item: Item,
        state: Literal["sent", "undeliverable"],
        *,
        message_id: int | None = None,
        reason: str = "",
    ) -> None:
        await self._outbox.settle(
            delivery,
            item,
            self._token(delivery),
            state,
            message_id=message_id,
            reason=reason,
        )
        if reason:
            log.info("closed", delivery=delivery.id, reason=reason)

    async def _rest(self, delivery: Delivery, item: Item, span: timedelta) -> None:
        """Obey a flood for the chat; a second chat in a row means that it is about us all."""
        everyone = self._flooded not in (None, delivery.chat_id)
        self._flooded = delivery.chat_id
        await self._outbox.pause(span, None if everyone else delivery.chat_id)
        await self._put_off(delivery, item, span)

    async def _again(self, delivery: Delivery, item: Item, reason: str) -> None:
        self._failures += 1
        span = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self._failures)
        log.warning("not sent yet", delivery=delivery.id, reason=reason)
        await self._put_off(delivery, item, timedelta(seconds=span))

    async def _put_off(self, delivery: Delivery, item: Item, span: timedelta) -> None:
        await self._outbox.release(delivery, self._token(delivery))
        await self._stream.postpone(item, span)

    async def _move(self, delivery: Delivery, item: Item, chat_id: int) -> None:
        """The reader and the message go to the supergroup; the ids make a repeat harmless."""
        readers = self._store.subscriptions
        reader, due = await readers.get(delivery.chat_id), await readers.due_at(delivery.chat_id)
        if reader and due and reader.active:
            await readers.save(reader.model_copy(update={"chat_id": chat_id}), due)
        await readers.forget(delivery.chat_id)
        there = delivery.model_copy(update={"chat_id": chat_id, "id": f"{delivery.id}@{chat_id}"})
        await self._outbox.enqueue([there])
        await self._close(delivery, item, "undeliverable", reason=f"moved to {chat_id}")

    async def _resolve(self, delivery: Delivery, item: Item, reason: str) -> None:
        """Decide about a message that may be in the chat already."""
        last_id = await self._outbox.last_id(delivery.chat_id)
        log.warning("unknown outcome", delivery=delivery.id, reason=reason)
        if delivery.edits or self._policy(delivery.chat_id) == "resend" or not last_id:
            await self._again(delivery, item, reason)
            return
        found = await probe(self._bot, delivery, last_id, lambda: self._turn(delivery))
        match found:
            case None | of.BadText() | of.Refused():  # such a text was not taken before, either
                await self._attempt(delivery, item, delivery.screen)
            case of.Sent() | of.Unreachable() | of.Moved() | of.Revoked():
                await self._conclude(delivery, item, found)
            case _:  # the mark stays, so that it is asked again before anything is sent
                seconds = found.seconds if isinstance(found, of.Flooded) else FIRST_PAUSE
                await self._stream.postpone(item, timedelta(seconds=seconds))

    def _policy(self, chat_id: int) -> OnUnknown:
        return self._on_unknown or ("resend" if chat_id > 0 else "probe")

    async def _turn(self, delivery: Delivery) -> None:
        wait = await self._outbox.take_turn(delivery.chat_id)
        await asyncio.sleep(wait.total_seconds())
        await self._outbox.begin(delivery, self._token(delivery))

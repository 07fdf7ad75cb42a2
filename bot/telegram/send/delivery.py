"""Delivers one message: sent, postponed or closed, by what Telegram and the network answer."""

import asyncio
from datetime import timedelta
from typing import Literal

import structlog
from aiogram import Bot

from bot.counts import DELIVERIES, SEND_ATTEMPTS, outcome_of
from bot.model import Delivery, Screen
from bot.store import Store
from bot.store.queue.stream import Item
from bot.telegram.send import outcomes as of
from bot.telegram.send.attempt import attempt
from bot.telegram.send.lost_chat import suspend_digests
from bot.telegram.send.probe import probe
from bot.telegram.send.requests import plain_request
from bot.telegram.send.session import TokenRefused
from bot.wait import backoff, until

log = structlog.get_logger()
OnUnknown = Literal["probe", "resend"]

LONGEST_HELD = timedelta(seconds=10)  # a longer wait for a turn goes back to the stream
BUSY_PAUSE = timedelta(seconds=1)
ANOTHER_DAY = timedelta(days=1)
SETTLING = timedelta(seconds=5)
"""A request that lost its answer may land this much later; asked earlier, it would be missed."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds after a failure of the line


class MessageDelivery:
    """One worker; its failures in a row decide how long it waits for the line."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        worker: str,
        on_unknown: OnUnknown | None = None,
        settling: timedelta = SETTLING,
    ) -> None:
        self._bot, self._store, self._outbox = bot, store, store.outbox
        self._stream = store.outbox_stream
        self._worker, self._on_unknown, self._settling = worker, on_unknown, settling
        self._failures = 0
        self._flooded: int | None = None
        self.halt = asyncio.Event()
        self.refused: TokenRefused | None = None

    async def deliver(self, delivery: Delivery, item: Item) -> None:
        """Bring one message to its chat in its turn, or put it off, or close it with a reason."""
        turn = await self._outbox.turn_of(delivery, LONGEST_HELD)
        if not turn.yours:
            await self._stream.postpone(item, turn.wait)
        elif await self._halted_within(turn.wait):
            await self._stream.postpone(item, timedelta(0))
        else:
            await self._begin(delivery, item)

    async def _halted_within(self, wait: timedelta) -> bool:
        """Wait; True when work ended first."""
        return await until(self.halt, wait.total_seconds())

    async def _begin(self, delivery: Delivery, item: Item) -> None:
        before = await self._outbox.begin(delivery, self._token(delivery))
        if before == "busy":
            await self._stream.postpone(item, BUSY_PAUSE)
        elif before == "pending":
            newest = await self._newest(delivery)
            await self._attempt(newest, item, newest.screen)
        elif before == "sending":
            await self._resolve(delivery, item, "a worker died")
        else:
            await self._stream.finish(item)

    async def _newest(self, delivery: Delivery) -> Delivery:
        """What is to be drawn by now: a later tap's screen may have taken this one's place."""
        if delivery.redraws is None:
            return delivery
        return await self._outbox.get(delivery.id) or delivery

    def _token(self, delivery: Delivery) -> str:
        """Whose lock it is: other messages to the chat wait while this one's fate is unknown."""
        return f"{self._worker}:{delivery.id}"

    async def _attempt(self, delivery: Delivery, item: Item, screen: Screen) -> None:
        outcome = await attempt(self._bot, self._outbox, delivery, screen)
        self._store.counts.add(SEND_ATTEMPTS, outcome_of(type(outcome)))
        if isinstance(outcome, of.BadText) and screen is delivery.screen:
            log.warning("sent without entities", delivery=delivery.id, reason=outcome.reason)
            await self._attempt(delivery, item, plain_request(screen, outcome.reason))
        elif isinstance(outcome, of.Unknown):
            if await self._halted_within(self._settling):
                await self._stream.postpone(item, self._settling)  # the mark stays
            else:
                await self._resolve(delivery, item, outcome.reason)
        else:
            await self._conclude(delivery, item, outcome)

    async def _conclude(self, delivery: Delivery, item: Item, outcome: of.Outcome) -> None:
        """Act on an outcome that leaves nothing to find out."""
        match outcome:
            case of.Sent(message_id):
                self._failures, self._flooded = 0, None
                await self._close(delivery, item, "sent", message_id=message_id)
            case of.Flooded(seconds):
                await self._pause(delivery, timedelta(seconds=seconds))
                await self._put_off(delivery, item, timedelta(seconds=seconds))
            case of.Missing(reason):
                await self._missed(delivery, item, reason)
            case of.ChatUnreachable(reason):
                await self._lost(delivery, item, reason)
            case of.Moved(chat_id):
                await self._outbox.move(delivery, chat_id)
                await self._stream.postpone(item, timedelta(0))
            case of.BadText(reason) | of.SendRefused(reason):
                await self._close(delivery, item, "undeliverable", reason=reason)
            case of.NotSent(reason) | of.Unknown(reason):
                await self._again(delivery, item, reason)
            case of.Revoked(why):
                self.refused = why
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
        token = self._token(delivery)
        if await self._outbox.settle(
            delivery, item, token, state, message_id=message_id, reason=reason
        ):
            self._store.counts.add(DELIVERIES, state)
        if delivery.farewell and delivery.redraws:
            await self._store.erasure.erase_farewell(delivery.chat_id, delivery.redraws)
        if reason:
            log.info("closed", delivery=delivery.id, reason=reason)

    async def _pause(self, delivery: Delivery, span: timedelta) -> None:
        """Obey a flood for the chat; a second chat in a row means that it is about us all."""
        everyone = self._flooded not in (None, delivery.chat_id)
        self._flooded = delivery.chat_id
        await self._outbox.pause(span, None if everyone else delivery.chat_id)

    async def _missed(self, delivery: Delivery, item: Item, reason: str) -> None:
        """Telegram forgets chats for a while at times: only a second day proves it."""
        today = (await self._store.now()).date()
        if await self._outbox.missed_on(delivery, today) != today:
            await self._lost(delivery, item, reason)
            return
        await self._outbox.release(delivery, self._token(delivery), leave=True)
        await self._stream.postpone(item, ANOTHER_DAY)

    async def _lost(self, delivery: Delivery, item: Item, reason: str) -> None:
        await suspend_digests(self._bot, self._store, delivery.chat_id)
        await self._close(delivery, item, "undeliverable", reason=reason)

    async def _again(self, delivery: Delivery, item: Item, reason: str) -> None:
        self._failures += 1
        span = backoff(self._failures + 1, FIRST_PAUSE, LONGEST_PAUSE)
        log.warning("retry", delivery=delivery.id, reason=reason)
        await self._put_off(delivery, item, timedelta(seconds=span))

    async def _put_off(self, delivery: Delivery, item: Item, span: timedelta) -> None:
        await self._outbox.release(delivery, self._token(delivery))
        await self._stream.postpone(item, span)

    async def _resolve(self, delivery: Delivery, item: Item, reason: str) -> None:
        """Decide about a message that may be in the chat already."""
        last_id = await self._outbox.last_id(delivery.chat_id)
        log.warning("unknown outcome", delivery=delivery.id, reason=reason)
        harmless = delivery.edits or delivery.redraws
        if harmless or self._policy(delivery.chat_id) == "resend" or not last_id:
            await self._again(delivery, item, reason)
            return
        found = await probe(self._bot, delivery, last_id, lambda: self._next_turn(delivery))
        match found:
            case (
                None | of.BadText() | of.SendRefused()
            ):  # such a text was not taken before, either
                await self._attempt(delivery, item, delivery.screen)
            case of.Sent() | of.ChatUnreachable() | of.Missing() | of.Moved() | of.Revoked():
                await self._conclude(delivery, item, found)
            case of.Flooded(seconds):
                await self._pause(delivery, timedelta(seconds=seconds))
                await self._stream.postpone(item, timedelta(seconds=seconds))
            case _:  # the mark stays, so that it is asked again before anything is sent
                await self._stream.postpone(item, timedelta(seconds=FIRST_PAUSE))

    def _policy(self, chat_id: int) -> OnUnknown:
        return self._on_unknown or ("resend" if chat_id > 0 else "probe")

    async def _next_turn(self, delivery: Delivery) -> of.Outcome | None:
        """Wait for the limits and keep the lock; why the chat must not be asked, if so."""
        turn = await self._outbox.turn_of(delivery, LONGEST_HELD)
        if not turn.yours:
            return of.NotSent("no turn soon")
        if await self._halted_within(turn.wait):
            return of.NotSent("the end")
        kept = await self._outbox.begin(delivery, self._token(delivery)) == "sending"
        return None if kept else of.NotSent("the chat's lock was lost")

"""Messages on their way: pending → sending → sent or undeliverable, one at a time per chat."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, get_args

from redis.asyncio import Redis

from bot.model import Delivery, utc_now
from bot.store import keys
from bot.store.codec.versions import decode
from bot.store.connection.clock import ms
from bot.store.keys import owner as owner_keys
from bot.store.keys import updates as update_keys
from bot.store.queue.stream import GROUP, Item
from bot.store.scripts import Scripts

SEND_LEASE = timedelta(seconds=40)  # longer than the sender's own timeout of a call
BETWEEN_ANY = timedelta(milliseconds=33.6)  # Telegram: about 30 messages a second in all
BETWEEN_TO_CHAT = timedelta(seconds=1)
BETWEEN_TO_GROUP = timedelta(seconds=3)  # 20 a minute
MOST_SENDS = 20
"""A message is data and harms no worker, but while it waits for its turn in one, other causes may
end that one: many such ends in a row are chance."""
WORTH_WAITING = timedelta(seconds=10)  # a redraw that must wait longer is dropped
_AT_ONCE = timedelta(0)
_OWN_DIGEST = re.compile(r"\d+:(?:daily|weekly):[\d-]{10}")  # the id of a person's, not a group's
Before = Literal["busy", "gone", "pending", "sending", "sent", "undeliverable"]


class _Turn(NamedTuple):
    """``yours`` after ``wait``; else nothing is reserved, and ``wait`` says when to ask again."""

    yours: bool
    wait: timedelta


class Outbox:
    """Deliveries by id and the turns in which Telegram may be called."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """Hand messages to the sender; one whose id is known already is not sent again."""
        bodies = [text for d in deliveries for text in (d.id, d.model_dump_json())]
        places = [key for d in deliveries for key in (keys.delivery(d.id), _line(d))]
        return await self._scripts.number(
            "enqueue",
            [keys.OUTBOX, *places],
            [int(keys.DELIVERY_KEPT.total_seconds()), ms(keys.LINE_KEPT), *bodies],
        )

    async def redraw(self, delivery: Delivery, message_id: int) -> None:
        """Hand the change of a message to the sender; an earlier one not begun gives way to it."""
        await self._scripts(
            "redraw",
            [
                *(keys.OUTBOX, keys.delivery(delivery.id), _line(delivery)),
                update_keys.redraw(delivery.chat_id, message_id),
            ],
            [
                *(int(keys.DELIVERY_KEPT.total_seconds()), ms(keys.LINE_KEPT)),
                *(delivery.id, delivery.model_dump_json(), keys.delivery("")),
                int(update_keys.REDRAW_KEPT.total_seconds()),
            ],
        )

    async def enqueue_at(self, delivery: Delivery, at: datetime) -> bool:
        """Hand a message to the sender at an instant; False when its id is known already."""
        return await self._scripts.flag(
            "enqueue_later",
            [keys.later(keys.OUTBOX), keys.delivery(delivery.id)],
            [
                int(keys.DELIVERY_KEPT.total_seconds()),
                delivery.id,
                delivery.model_dump_json(),
                int(at.timestamp() * 1000),
            ],
        )

    async def withdraw(self, delivery_id: str, reason: str) -> bool:
        """Send no more what waits for an instant; False when its turn has come already."""
        return await self._scripts.flag(
            "withdraw",
            [keys.later(keys.OUTBOX), keys.delivery(delivery_id)],
            [delivery_id, reason],
        )

    async def get(self, delivery_id: str) -> Delivery | None:
        """A message by id; a change of a message may have come with the id of a later one."""
        body = await self._redis.hget(keys.delivery(delivery_id), "body")
        return decode(Delivery, body).model_copy(update={"id": delivery_id}) if body else None

    async def state(self, delivery_id: str) -> dict[str, str]:
        """``state``, ``message_id`` and ``reason`` of a message, empty for an unknown one."""
        found = await self._redis.hgetall(keys.delivery(delivery_id))
        return {str(name): str(value) for name, value in found.items() if name != "body"}

    async def begin(self, delivery: Delivery, worker: str) -> Before:
        """Lock the chat and mark the message as being sent; the state it had before.

        While an earlier message of the chat is not settled, every other one finds it ``busy``.
        ``sending`` means that a worker died after the mark: the outcome of its send is unknown.
        """
        before = await self._scripts.text(
            "begin_send",
            [keys.delivery(delivery.id), keys.chat_lock(delivery.chat_id), _line(delivery)],
            [worker, ms(SEND_LEASE), delivery.chat_id],
        )
        return next(known for known in get_args(Before) if known == before)

    async def settle(
        self,
        delivery: Delivery,
        item: Item,
        worker: str,
        state: Literal["sent", "undeliverable"],
        *,
        message_id: int | None = None,
        reason: str = "",
    ) -> bool:
        """Close a message for good, count it, free its chat; False where another worker has."""
        chat, day = delivery.chat_id, utc_now().date().isoformat()
        if message_id and delivery.story:
            shown = owner_keys.shown(chat, message_id)
            await self._redis.set(shown, delivery.story, ex=owner_keys.SHOWN_KEPT)
        return await self._scripts.flag(
            "settle",
            [
                keys.delivery(delivery.id),
                keys.chat_lock(chat),
                keys.chat_last(chat),
                keys.OUTBOX,
                _line(delivery),
                keys.usage(day),
                *(owner_keys.reached(day), owner_keys.missed(day)),
            ],
            [
                state,
                "" if delivery.farewell else message_id or "",
                reason,
                worker,
                GROUP,
                item.id,
                int(keys.DELIVERY_KEPT.total_seconds()),
                int(keys.USAGE_KEPT.total_seconds()),
                chat if _OWN_DIGEST.fullmatch(delivery.id) else "",
                int(owner_keys.ATTENTION_KEPT.total_seconds()),
                int(delivery.redraws is None),
            ],
        )

    async def release(self, delivery: Delivery, worker: str, *, leave: bool = False) -> None:
        """The message certainly was not sent: it is pending again and its chat is free.

        It stays before the later ones of its chat, unless it is to ``leave`` the line.
        """
        await self._scripts(
            "release",
            [keys.delivery(delivery.id), keys.chat_lock(delivery.chat_id), _line(delivery)],
            [worker, "leave" if leave else "keep"],
        )

    def holding(self, delivery: Delivery) -> tuple[str, str]:
        """The keys by which a message holds up the later ones of its chat."""
        return _line(delivery), keys.delivery(delivery.id)

    async def missed_on(self, delivery: Delivery, day: date) -> date:
        """The day on which the message's chat was not found first; it is noted."""
        key = keys.delivery(delivery.id)
        await self._redis.hsetnx(key, "missed", day.isoformat())
        return date.fromisoformat(str(await self._redis.hget(key, "missed")))

    async def move(self, delivery: Delivery, chat_id: int) -> None:
        """The chat got another id: its reader and its unsent messages go there, in one script."""
        old = delivery.chat_id
        await self._scripts(
            "move_chat",
            [
                keys.delivery(delivery.id),
                *(keys.subscription(old), keys.subscription(chat_id), keys.DUE),
                *(keys.SUBSCRIBERS, keys.seen(old), keys.seen(chat_id)),
                *(keys.chat_line(old), keys.chat_line(chat_id), keys.chat_lock(old)),
            ],
            [old, chat_id, ms(keys.LINE_KEPT), keys.kept("")],
        )

    async def last_id(self, chat_id: int) -> int:
        """The last message id known in a chat, 0 when none is."""
        return int(await self._redis.get(keys.chat_last(chat_id)) or 0)

    async def take_turn(self, chat_id: int, longest: timedelta = WORTH_WAITING) -> timedelta:
        """How long to wait for the next turn to call Telegram for this chat.

        The turn is reserved, unless the wait is over ``longest``: the call is then to be dropped.
        """
        return (await self._turn(chat_id, longest)).wait

    async def turn_of(self, delivery: Delivery, longest: timedelta) -> _Turn:
        """A turn to send a message, once it is the first of its chat."""
        return await self._turn(
            delivery.chat_id, longest, _line(delivery), keys.delivery(delivery.id)
        )

    async def spare_turn(self, chat_id: int) -> bool:
        """True for a turn that nobody else wants now; it keeps the chat's next one from nobody."""
        return (await self._turn(chat_id, _AT_ONCE, between=_AT_ONCE)).yours

    async def _turn(
        self, chat_id: int, longest: timedelta, *line: str, between: timedelta | None = None
    ) -> _Turn:
        if between is None:
            between = BETWEEN_TO_CHAT if chat_id > 0 else BETWEEN_TO_GROUP
        reserved, wait = await self._scripts.numbers(
            "take_turn",
            [keys.LIMIT_ALL, keys.chat_limit(chat_id), *line],
            [
                BETWEEN_ANY / timedelta(milliseconds=1),
                ms(between),
                ms(longest),
                ms(keys.LINE_KEPT),
            ],
        )
        return _Turn(bool(reserved), timedelta(milliseconds=wait))

    async def pause(self, span: timedelta, chat_id: int | None = None) -> None:
        """Obey a ``retry_after``: no turn before it is over, for one chat or for all."""
        key = keys.LIMIT_ALL if chat_id is None else keys.chat_limit(chat_id)
        await self._scripts("pause", [key], [ms(span)])


def _line(delivery: Delivery) -> str:
    return keys.chat_line(delivery.chat_id)

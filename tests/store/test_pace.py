"""C5: a crowded minute is spread, so that answers to readers find room between its digests."""

from datetime import date, timedelta

from bot.model import Delivery, Screen, Slot, utc_now
from bot.store import Store, keys
from bot.store.readers.subscriptions import BETWEEN_DIGESTS, UNPLANNED

CROWD = 200


def digest(chat: int, part: int = 0) -> Delivery:
    name = f"{chat}:daily:2026-11-20:{part}"
    return Delivery(id=name, chat_id=chat, screen=Screen(text="A made-up digest"))


async def closed(store: Store, chat: int, *parts: Delivery) -> bool:
    slot = Slot(chat_id=chat, cadence="daily", day=date(2026, 11, 20))
    return await store.subscriptions.close_slot(slot, parts, None, until=utc_now())


async def test_digests_of_a_crowd_come_one_after_another(store: Store) -> None:
    for chat in range(1, CROWD + 1):
        assert await closed(store, chat, digest(chat))
    later = keys.later(keys.OUTBOX)
    at_once, put_off = await store.outbox_stream.in_work(), int(await store.redis.zcard(later))
    assert at_once + put_off == CROWD
    assert 0 < at_once <= CROWD / 2
    ends = [await store.redis.zrange(later, place, place, withscores=True) for place in (0, -1)]
    first, last = (float(row[0][1]) for row in ends)
    assert last - first >= (put_off - 1) * (BETWEEN_DIGESTS / timedelta(milliseconds=1)) - 1


async def test_a_digest_that_is_put_off_holds_up_no_answer(store: Store) -> None:
    for chat in range(1, CROWD + 1):
        await closed(store, chat, digest(chat))
    answer = Delivery(id="u1", chat_id=CROWD, screen=Screen(text="An answer"))
    await store.outbox.enqueue([answer])
    assert (await store.outbox.turn_of(answer, timedelta(seconds=5))).yours


async def test_a_digest_alone_goes_out_at_once_with_its_parts_in_order(store: Store) -> None:
    parts = [digest(5, part) for part in range(3)]
    assert await closed(store, 5, *parts)
    assert not await closed(store, 5, *parts)
    await store.outbox_stream.ready()
    items = await store.outbox_stream.read("w", 10)
    assert [item.fields["id"] for item in items] == [part.id for part in parts]
    turns = [await store.outbox.turn_of(part, UNPLANNED) for part in reversed(parts)]
    assert [turn.yours for turn in turns] == [False, False, True]

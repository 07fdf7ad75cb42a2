"""Whatever a reader has done, /forget leaves no trace of it, in the store or in the log."""

import re
from datetime import timedelta

from structlog.testing import capture_logs

from bot.model import Delivery, Screen
from bot.publish.alerts import alert_followers
from bot.store import Store
from bot.store.keys import owner as owner_keys
from tests.fakes.clock import standing_at
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import OWNER, Talk, carried
from tests.telegram.test_forward import LONG, origin
from tests.telegram.test_privacy import dump
from tests.waiting import due_sent, eventually

READER = 7_654_321_098
GROUP = -1009000000001
FAMILIES = {
    *("subscription", "subscribers", "due", "seen", "slot", "delivery", "last", "saved"),
    *("dislikes", "thumbs", "shown", "alert", "alerts", "allowance", "waiting", "throttle"),
    *("reached", "opened", "draft", "cast", "access", "stream"),
}
"""First parts of the keys that name a reader who has done all that can be done."""


async def families(store: Store) -> set[str]:
    """First parts of the names of keys that name the reader or hold the name."""
    return {
        re.split(r"[: ]", line.removeprefix("ftk:"))[0]
        for line in (await dump(store)).splitlines()
        if str(READER) in line
    }


async def read_and_judge(talk: Talk, store: Store) -> None:
    """Choose topics, open a story, save it, refuse it, and give it a thumb."""
    entry = make_entry(topics=["agents"])
    await put(store, entry)
    got = await talk.say("/subscribe", READER)
    for data in ("f:agents", "c:agents:1"):
        await talk.press(got, data)
    digest = await talk.say("/digest", READER)
    opened = next(data for data in carried(digest.message) if data.startswith("s:"))
    card = await talk.press(digest, opened)
    await talk.press(digest, next(data for data in carried(card) if data.startswith("ks:")))
    await talk.press(digest, opened.replace("s:", "ka:", 1))
    talk.api.react(digest, "👍", READER)
    assert await alert_followers(store, entry, NOON) == 1
    await eventually(lambda: _thumbed(store))


async def _thumbed(store: Store) -> bool:
    return str(READER) in re.sub(r"(?m)^(?!ftk:thumbs).*$", "", await dump(store))


async def be_served(talk: Talk, store: Store) -> None:
    """Get a digest when it is due, one in a group; forward a post; be let in; be told later."""
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    await store.subscriptions.save(reader.model_copy(update={"at": NOON.time()}), NOON)
    assert await due_sent(store, standing_at(NOON)) == 1
    talk.api.admins.add((GROUP, READER))
    await talk.say("/subscribe 10:00", READER, chat=GROUP)
    talk.api.say(LONG, READER, forward_origin=origin())
    await talk.say(f"/allow {READER}", OWNER)
    later = Delivery(id="held:1", chat_id=READER, screen=Screen(text="Later"))
    await store.outbox.enqueue_at(later, NOON + timedelta(days=30_000))
    await eventually(lambda: _reached(store))


async def _reached(store: Store) -> bool:
    return {"reached", "waiting"} <= await families(store)


async def leave_the_rest(talk: Talk, store: Store) -> None:
    """A broadcast that has not come yet, a draft, an update that nobody can read."""
    await store.redis.sadd(owner_keys.cast_left("0123456789ab"), READER)
    await store.pending_actions.keep(f'{{"owner": {READER}}}')
    talk.api.queue.push({"message": {"chat": {"id": READER}, "date": "not a date"}})

    async def buried() -> bool:
        return await store.dead_letters.count() == 1

    await eventually(buried)


async def test_all_that_names_a_reader_goes(talk: Talk, store: Store) -> None:
    with capture_logs() as logs:
        await read_and_judge(talk, store)
        await be_served(talk, store)
        await leave_the_rest(talk, store)
        assert await families(store) >= FAMILIES
        asked = await talk.say("/forget", READER)
        await talk.press(asked, "p:sure")
        await talk.press(asked, "erase")

        async def gone() -> bool:
            return await families(store) == set()

        await eventually(gone)
    assert logs
    assert str(READER) not in repr(logs)
    group = await store.subscriptions.get(GROUP)
    assert group is not None
    assert group.active

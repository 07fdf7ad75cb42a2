"""A day's digest in a chat, and two of its stories that are joined later."""

from datetime import UTC, datetime, timedelta

from bot.digest.slots import next_slot
from bot.model import Engine, Entry, Subscription, Verdict
from bot.publish.late import amend_digests
from bot.publish.worker import join_story
from bot.store import Store
from bot.store.delivery.digest_messages import BETWEEN_EDITS
from bot.store.queue.stream import Item
from tests.fakes.botapi_duties import Delivered
from tests.fakes.clock import standing_at
from tests.fakes.entries import make_entry
from tests.telegram.outbound import settled
from tests.telegram.talk import Json, Talk, keys_of
from tests.waiting import due_sent

NOW = datetime.now(UTC).replace(microsecond=0)
OFFSET = 12 - NOW.hour
ZONE = f"Etc/GMT{-OFFSET:+d}"  # where it is about noon
LOCAL = NOW + timedelta(hours=OFFSET)
SOON = NOW + timedelta(minutes=2)
DUE = (NOW - timedelta(minutes=1)).replace(second=0)
LATER = BETWEEN_EDITS + timedelta(seconds=1)
MIDNIGHT = timedelta(hours=24) - timedelta(
    hours=LOCAL.hour, minutes=LOCAL.minute, seconds=LOCAL.second
)
READER, GROUP = 100, -1001000000009
NAME = f"{READER}:daily:{LOCAL - timedelta(minutes=1):%Y-%m-%d}"
TEXTS = ("red", "green", "blue", "white", "black", "brown", "grey", "pink", "teal")


async def publish(store: Store, *entries: Entry, at: datetime = NOW) -> None:
    """As the stages do it, also of a post that was read before."""
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for entry in entries:
        await store.posts.ingest(entry.post)
        await store.entries.prefer(entry.prompt_id)
        items = await store.post_stream.read("t", 1)
        await store.entries.commit(entry, items[0] if items else Item("0-1", {}))
        [item] = await store.entry_stream.read("t", 1)
        await join_story(store, item, standing_at(at))
    await store.read_model.refresh()


def told(number: int, *, hours_ago: float = 3, engine: Engine = "extractive") -> Entry:
    """A post of a channel of its own, in words of its own."""
    word = TEXTS[number]
    return make_entry(
        f"pane_{word}",
        number + 1,
        title=f"The {word} result",
        text=f"All about {word}, and how {word} came to be.",
        engine=engine,
        at=NOW,
        hours_ago=hours_ago + number / 100,
    )


def other(number: int) -> Entry:
    """A post of a further channel; less is made of it than of the others."""
    return make_entry(
        f"frame_{number}",
        1,
        title=f"Frame number {number}",
        text=f"Thing{number} was seen by frame{number}, then part{number} and side{number} of it.",
        engine="extractive",
        importance="low",
        at=NOW,
        hours_ago=4 + number / 100,
    )


def judged(entry: Entry, same: Entry, prompt: str = "later") -> Entry:
    """The same post as a model reads it later, which says that another tells the same event."""
    said = Verdict(shown=(same.key,), same=same.key)
    analysis = entry.analysis.model_copy(update={"verdict": said})
    return entry.model_copy(update={"analysis": analysis, "engine": "llm", "prompt_id": prompt})


ONE, TWO = told(0), told(1)


async def join_late(store: Store, at: datetime = SOON) -> None:
    """A model reads the second post, which tells the same event as the first."""
    await publish(store, judged(TWO, ONE), at=at)


async def subscribe(store: Store, chat: int = READER, **fields: object) -> None:
    given = {"chat_id": chat, "at": (DUE + timedelta(hours=OFFSET)).time(), "zone": ZONE, **fields}
    reader = Subscription.model_validate(given)
    await store.subscriptions.save(reader, next_slot(reader, DUE - timedelta(minutes=1)).at)


async def digest_of(
    talk: Talk, store: Store, *entries: Entry, chat: int = READER, **fields: object
) -> Delivered:
    """The day's digest with these posts, once it is in its chat."""
    await publish(store, *entries)
    await subscribe(store, chat, **fields)
    before = len(talk.api.deliveries)
    assert await due_sent(store, standing_at(NOW)) == 1
    await settled(store, NAME.replace(str(READER), str(chat)))
    return talk.api.deliveries[before]


async def joined_digest(talk: Talk, store: Store) -> Delivered:
    """A digest with two stories that were joined when it was in its chat."""
    digest = await digest_of(talk, store, ONE, TWO)
    await join_late(store)
    return digest


async def amend(store: Store, after: timedelta = LATER) -> int:
    return await amend_digests(store, standing_at(NOW + after))


async def amended(store: Store) -> None:
    assert await amend(store) == 1
    await settled(store, f"{NAME}:late:1")


def shown(talk: Talk, message: Delivered) -> Json:
    found: Json = talk.api.chats.messages[message.chat_id, message.message["message_id"]]
    return found


def edits(talk: Talk) -> int:
    return sum(call.method == "editmessagetext" for call in talk.api.done)


def carried_by(message: Json, label: str) -> str:
    return next(str(key["callback_data"]) for key in keys_of(message) if key["text"] == label)

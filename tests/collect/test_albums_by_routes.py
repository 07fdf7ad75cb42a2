"""An album by every route, whole or item by item, in any order, is one post."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from bot.collect.export.reader import read_export
from bot.collect.preview.page import parse_page
from bot.model import Post
from bot.store import Store, keys
from bot.store.content.entries import Entries
from bot.telegram.receive.channel_posts import Collector
from tests.collect.routes import CHAT, HANDLE, NUMBER
from tests.fakes.entries import make_entry
from tests.fakes.pages import Written, page

PUBLISHED = datetime(2026, 11, 20, 12, tzinfo=UTC)
ITEMS, CAPTION = (21, 22, 23), "The caption of an album"
SPAN = (PUBLISHED - timedelta(days=1), PUBLISHED + timedelta(days=1))
Raw = dict[str, Any]


def item(number: int, group: str | None = "g1", **fields: Any) -> Raw:
    """One item as the bot gets it; the second has the caption."""
    message = {
        "message_id": number,
        "chat": CHAT,
        "date": int(PUBLISHED.timestamp()),
        "photo": [{"file_id": "x"}],
        **({"media_group_id": group} if group else {}),
        **({"caption": CAPTION} if number == ITEMS[1] else {}),
        **fields,
    }
    return {"update_id": 1, "channel_post": message}


def forwarded(number: int, group: str | None) -> Raw:
    """One item as a reader forwards it, alone or with the others."""
    message = item(number, group)["channel_post"]
    origin = {"type": "channel", "chat": CHAT, "message_id": number, "date": message["date"]}
    person = {"id": 5, "type": "private", "first_name": "Ann"}
    message |= {"chat": person, "message_id": 900 + number, "forward_origin": origin}
    return {"update_id": 1, "message": message}


def previewed() -> Post:
    shown = Written(ITEMS[0], CAPTION, PUBLISHED, photos=ITEMS)
    return parse_page(page(HANDLE, [shown], channel_id=NUMBER)).posts[0]


def exported() -> Post:
    moment = str(int(PUBLISHED.timestamp()))
    messages = [
        {"id": number, "type": "message", "date_unixtime": moment, "photo": "p.jpg", "text": text}
        for number, text in zip(ITEMS, ("", CAPTION, ""), strict=True)
    ]
    chat = {"name": "Invented", "type": "public_channel", "id": NUMBER, "messages": messages}
    [post] = read_export(io.BytesIO(json.dumps(chat).encode()), HANDLE)
    assert isinstance(post, Post)
    return post


class Albums:
    """The ways in which an album reaches a store; the process may die between any two."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._now()

    def _now(self) -> None:
        self._collector = Collector(self.store, quiet=timedelta())

    async def act(self, action: str) -> None:
        await self.store.sources.listen(str(NUMBER))
        kind, _, number = action.partition(" ")
        if kind == "crash":
            self._now()
        elif kind == "tick":
            await self._collector.take_albums()
        elif kind == "bot":
            await self._collector.take(item(int(number)))
        elif kind == "forward":
            await self._collector.take(forwarded(int(number), "f1"))
        elif kind == "lone":
            await self._collector.take(forwarded(int(number), None))
        else:
            post = previewed() if kind == "preview" else exported()
            await self.store.posts.ingest(await self.store.channels.adopt(post))

    async def keys(self) -> list[str]:
        found = [str(key) async for key in self.store.redis.scan_iter(f"{keys.post('')}*")]
        return sorted(key.removeprefix(keys.post("")) for key in found)


ONCE = [f"bot {number}" for number in ITEMS]
MORE = [f"{kind} {number}" for kind in ("forward", "lone") for number in ITEMS]
ACTION = st.sampled_from([*MORE, "preview", "import", "crash", "tick"])


@given_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data(), st.lists(ACTION, max_size=8))
async def test_any_order_is_one_post(store: Store, data: st.DataObject, extra: list[str]) -> None:
    await store.redis.flushdb()
    albums = Albums(store)
    for action in data.draw(st.permutations([*ONCE, *extra])):
        await albums.act(action)
    await albums.act("crash")
    await albums.act("tick")
    [key] = await albums.keys()
    post = await store.posts.get(key)
    assert post is not None
    assert (post.message_id, post.text) == (ITEMS[0], CAPTION)
    assert post.album == ITEMS


async def test_an_item_that_came_alone_leaves_the_digest(store: Store) -> None:
    lone = make_entry(text=CAPTION).model_copy(update={"post": previewed()})
    lone = lone.model_copy(
        update={"post": lone.post.model_copy(update={"message_id": ITEMS[1], "album": ()})}
    )
    await store.posts.ingest(lone.post)
    await store.post_stream.ready()
    [work] = await store.post_stream.read("t", 1)
    await store.entries.commit(lone, work)
    assert await shown(store.entries) == [ITEMS[1]]
    await store.posts.ingest(previewed())
    assert await shown(store.entries) == []
    [work] = await store.post_stream.read("t", 1)
    assert work.fields["key"].endswith(f"/{ITEMS[0]}")


async def test_an_edit_of_one_item_long_after_is_an_edit_of_the_album(store: Store) -> None:
    albums = Albums(store)
    for action in [*ONCE, "tick"]:
        await albums.act(action)
    await store.redis.delete(keys.album(str(NUMBER), "g1"), keys.ALBUMS_DUE)
    late = PUBLISHED + timedelta(days=40)
    edited = item(ITEMS[1], caption="Another caption", edit_date=int(late.timestamp()))
    await Collector(store, quiet=timedelta()).take(
        {"update_id": 2, "edited_channel_post": edited["channel_post"]}
    )
    await albums.act("tick")
    [key] = await albums.keys()
    post = await store.posts.get(key)
    assert post is not None
    assert (post.text, post.album, post.edited_at) == ("Another caption", ITEMS, late)


async def test_a_part_is_work_only_with_the_rest(store: Store) -> None:
    albums = Albums(store)
    await albums.act("bot 21")
    assert await store.post_stream.waiting() == 0
    for action in ("crash", "bot 22", "crash", "bot 23", "bot 22", "tick", "tick"):
        await albums.act(action)
    assert await store.post_stream.waiting() == 1


async def shown(entries: Entries) -> list[int]:
    return [entry.post.message_id for entry in await entries.between(*SPAN)]

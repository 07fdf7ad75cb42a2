"""Posts that come as updates: albums become one post, resting channels are left alone."""

import pytest

from bot.store import Store
from tests.fakes.botapi import FakeBotApi
from tests.telegram.talk import OWNER, Talk
from tests.waiting import eventually

REF = "1000000001"
SIZE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}


@pytest.fixture(autouse=True)
async def accepted(store: Store) -> None:
    await store.sources.listen(REF)


def origin(channel_id: int = -1001000000009, handle: str = "pane_nine") -> dict[str, object]:
    chat = {"id": channel_id, "type": "channel", "title": "Nine", "username": handle}
    return {"type": "channel", "chat": chat, "message_id": 77, "date": 1_795_000_000}


async def taken_in(store: Store, key: str) -> None:
    async def there() -> bool:
        return await store.posts.get(key) is not None

    await eventually(there)


async def test_an_album_becomes_one_post(talk: Talk, store: Store) -> None:
    first = talk.api.channel_post("A made-up caption", media_group_id="g", photo=[SIZE])
    for _ in range(2):
        talk.api.channel_post("", media_group_id="g", photo=[SIZE])

    async def complete() -> bool:
        post = await store.posts.get(f"{REF}/{first['message_id']}")
        return post is not None and len(post.album) == 3

    await eventually(complete)
    assert await store.posts.get(f"{REF}/{first['message_id'] + 1}") is None
    assert await store.post_stream.waiting() == 1


async def test_a_post_is_one_post_by_channel_and_by_forward(talk: Talk, store: Store) -> None:
    message = talk.api.channel_post("A made-up post")
    await taken_in(store, f"{REF}/{message['message_id']}")
    source = {**origin(message["chat"]["id"], "made_up_ml"), "message_id": message["message_id"]}
    talk.api.say("A made-up post", OWNER, forward_origin=source | {"date": message["date"]})
    await talk.api.called("setMessageReaction")
    assert await store.post_stream.waiting() == 1


async def test_every_post_of_a_burst_is_taken_in(
    talk: Talk, api: FakeBotApi, store: Store
) -> None:
    for number in range(250):
        api.channel_post(f"made-up post number {number}")

    async def all_there() -> bool:
        return await store.post_stream.waiting() == 250

    async def all_done() -> bool:
        return await store.update_stream.waiting() == 0

    await eventually(all_there)
    await eventually(all_done)


async def test_a_channel_that_rests_is_not_read(talk: Talk, store: Store) -> None:
    await store.sources.listen(REF)
    await store.sources.rest(REF, "owner")
    skipped = talk.api.channel_post("A made-up post while it rests")
    await talk.say("/help")
    assert await store.posts.get(f"{REF}/{skipped['message_id']}") is None
    await store.sources.resume(REF)
    message = talk.api.channel_post("A made-up post after that")
    await taken_in(store, f"{REF}/{message['message_id']}")

"""Posts that come as updates: albums become one post, forwards are taken from who may."""

import pytest

from bot.store import Store
from tests.fakes.botapi import FakeBotApi
from tests.telegram.talk import OWNER, Talk
from tests.telegram.waiting import eventually

REF = "1000000001"
SIZE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}


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


async def test_an_owner_may_forward_from_anywhere(talk: Talk, store: Store) -> None:
    talk.api.say("A forwarded post", OWNER, forward_origin=origin())
    await taken_in(store, "1000000009/77")
    call = await talk.api.called("setMessageReaction")
    assert call.params["reaction"][0]["emoji"] == "👌"
    assert talk.api.deliveries == []


async def test_a_reader_may_not_bring_in_unknown_channels(talk: Talk, store: Store) -> None:
    got = await talk.say("A forwarded post", forward_origin=origin())
    assert got.text == "Only the bot's owner can do that."
    assert await store.posts.get("1000000009/77") is None


async def test_a_reader_may_forward_from_a_watched_channel(talk: Talk, store: Store) -> None:
    await store.channels.watch("pane_nine")
    talk.api.say("A forwarded post", forward_origin=origin())
    await taken_in(store, "@pane_nine/77")


@pytest.mark.parametrize("hidden", [{"type": "hidden_user", "sender_user_name": "X", "date": 1}])
async def test_a_forward_from_a_person_is_just_words(
    talk: Talk, store: Store, hidden: dict[str, object]
) -> None:
    got = await talk.say("quantization", forward_origin=hidden)
    assert "“quantization”" in got.text


async def test_every_post_of_a_burst_is_taken_in(
    talk: Talk, api: FakeBotApi, store: Store
) -> None:
    for number in range(250):
        api.channel_post(f"made-up post number {number}")

    async def all_there() -> bool:
        return await store.post_stream.waiting() == 250

    await eventually(all_there)
    assert await store.update_stream.waiting() == 0

"""Forward anything: a card comes back, once; strangers' channels never reach other readers."""

from datetime import timedelta

import pytest

from bot.publish.worker import join_story
from bot.store import Store
from bot.telegram.handlers.forward import DAILY
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put, read_all
from tests.telegram.talk import OWNER, Talk
from tests.waiting import eventually

LONG = "A made-up post on quantization: weights of two bits cost next to nothing. " * 3
LINK = "https://arxiv.org/abs/2611.04821"


def origin(channel_id: int = -1001000000009, handle: str = "pane_nine") -> dict[str, object]:
    chat = {"id": channel_id, "type": "channel", "title": "Nine", "username": handle}
    return {"type": "channel", "chat": chat, "message_id": 77, "date": 1_795_000_000}


async def taken_in(store: Store, key: str) -> None:
    async def there() -> bool:
        return await store.posts.get(key) is not None

    await eventually(there)


async def reaction(talk: Talk) -> str:
    call = await talk.api.called("setMessageReaction")
    return str(call.params["reaction"][0]["emoji"])


@pytest.mark.parametrize(("language", "words"), [("en", "without a model"), ("ru", "без модели")])
async def test_a_reader_gets_the_card_of_any_post(
    talk: Talk, store: Store, language: str, words: str
) -> None:
    talk.api.say(LONG, language=language, forward_origin=origin())
    await taken_in(store, "~1000000009/77")
    assert await reaction(talk) == "👀"
    await read_all(store)
    card = await talk.api.delivered(lambda d: d.chat_id == 100)
    assert words in card.text
    assert card.buttons[0]["url"] == "https://t.me/pane_nine/77"
    asked = [call.params for call in talk.api.calls if call.method == "sendmessage"]
    assert asked[0]["reply_parameters"]["message_id"]


async def test_what_a_reader_forwards_is_listed_nowhere(talk: Talk, store: Store) -> None:
    talk.api.say(LONG, forward_origin=origin())
    await taken_in(store, "~1000000009/77")
    await read_all(store)
    await talk.api.delivered(lambda d: d.chat_id == 100)
    assert await store.entries.get("~1000000009/77") is not None
    long_ago = NOON - timedelta(days=9_999)
    assert await store.entries.between(long_ago, NOON + timedelta(days=9_999)) == ()
    assert await store.sources.all() == ()
    assert await store.channels.resolve("1000000009") is None


async def test_a_post_of_a_source_is_read_for_all(talk: Talk, store: Store) -> None:
    await store.sources.add("pane_nine")
    talk.api.say(LONG, forward_origin=origin())
    await taken_in(store, "@pane_nine/77")
    await read_all(store)
    await talk.api.delivered(lambda d: d.chat_id == 100)


async def test_a_known_post_is_answered_at_once(talk: Talk, store: Store) -> None:
    entry = make_entry("pane_nine", 77, title="Known before", text=LONG)
    await put(store, entry)
    await store.sources.add("pane_nine")
    got = await talk.say(LONG, forward_origin=origin())
    assert "I read this post before: pane_nine, Fri, 20 November" in got.text
    assert "Known before" in got.text
    assert await reaction(talk) == "👌"


async def test_a_repeat_names_who_had_it_first(talk: Talk, store: Store) -> None:
    await put(store, make_entry("pane_one", 5, papers=["2611.04821"], text=f"{LONG} {LINK}"))
    said = f"Quite other words about the same work, at sufficient length for it. {LINK}"
    talk.api.say(said, language="ru", forward_origin=origin())
    await taken_in(store, "~1000000009/77")
    await read_all(store)
    card = await talk.api.delivered(lambda d: d.chat_id == 100)
    assert "Уже было: pane_one, пт, 20 ноября" in card.text


async def test_a_card_comes_once_and_is_edited_when_the_model_is_back(
    talk: Talk, store: Store
) -> None:
    talk.api.say(LONG, forward_origin=origin())
    await taken_in(store, "~1000000009/77")
    await read_all(store)
    await talk.api.delivered(lambda d: d.chat_id == 100)
    post = await store.posts.get("~1000000009/77")
    assert post is not None
    better = make_entry(title="Told by a model").model_copy(update={"post": post})
    await store.posts.again(post, 1, timedelta(0))
    await store.post_stream.promote()
    (item,) = await store.post_stream.read("seed", 1)
    assert await store.entries.commit(better, item) == "stored"
    (fresh,) = await store.entry_stream.read("seed", 1)
    await join_story(store, fresh)
    await join_story(store, fresh)
    call = await talk.api.called("editMessageText")
    assert "Told by a model" in call.params["text"]
    assert len(talk.api.deliveries) == 1


async def test_a_model_that_is_in_time_makes_one_message(talk: Talk, store: Store) -> None:
    talk.api.say(LONG, forward_origin=origin())
    await taken_in(store, "~1000000009/77")
    post = await store.posts.get("~1000000009/77")
    assert post is not None
    await store.post_stream.ready()
    (item,) = await store.post_stream.read("seed", 1)
    await store.entries.commit(make_entry().model_copy(update={"post": post}), item)
    await store.entry_stream.ready()
    (fresh,) = await store.entry_stream.read("seed", 1)
    for _ in range(2):
        await join_story(store, fresh)
    talk.api.say("/help")
    await talk.api.delivered(lambda d: "/digest" in d.text)
    assert len(talk.api.deliveries) == 2
    assert not [call for call in talk.api.calls if call.method == "editmessagetext"]


async def test_words_of_a_person_are_read_when_they_are_a_post(talk: Talk, store: Store) -> None:
    hidden = {"type": "hidden_user", "sender_user_name": "X", "date": 1_795_000_000}
    talk.api.say(LONG, forward_origin=hidden)
    await reaction(talk)
    await read_all(store)
    card = await talk.api.delivered(lambda d: d.chat_id == 100)
    assert not [button for button in card.buttons if "url" in button]
    assert "t.me/c/" not in str(card.message)


async def test_short_words_of_a_person_are_just_words(talk: Talk) -> None:
    hidden = {"type": "hidden_user", "sender_user_name": "X", "date": 1}
    got = await talk.say("quantization", forward_origin=hidden)
    assert "“quantization”" in got.text


async def test_a_picture_without_words_is_said_to_be_empty(talk: Talk) -> None:
    got = await talk.say("", forward_origin=origin(), photo=[])
    assert got.text == "There is nothing to read in this post: no text and no links."


async def test_the_allowance_of_a_day(talk: Talk, store: Store) -> None:
    for number in range(DAILY):
        await store.forwards.allowed("forward", 100, NOON.date(), f"early {number}", DAILY)
    got = await talk.say(LONG, forward_origin=origin())
    assert got.text == f"That was {DAILY} posts today. The next ones tomorrow!"
    assert await store.posts.get("~1000000009/77") is None


async def test_an_owner_has_no_allowance_and_is_asked_before_it_is_for_all(
    talk: Talk, store: Store
) -> None:
    for number in range(DAILY):
        await store.forwards.allowed("forward", OWNER, NOON.date(), f"early {number}", DAILY)
    talk.api.say(LONG, OWNER, forward_origin=origin())
    await taken_in(store, "~1000000009/77")
    assert await store.channels.resolve("1000000009") is None
    await store.sources.add("pane_nine", "1000000009")
    talk.api.say(LONG, OWNER, forward_origin=origin())
    await taken_in(store, "@pane_nine/77")


async def test_an_owner_is_offered_the_channel_once_a_day(talk: Talk, store: Store) -> None:
    talk.api.say(LONG, OWNER, forward_origin=origin())
    got = await talk.api.delivered(lambda d: "@\u2060pane_nine" in d.text)
    assert got.chat_id == OWNER
    talk.api.say(LONG + "more", OWNER, forward_origin={**origin(), "message_id": 78})
    await taken_in(store, "~1000000009/78")
    await talk.say("/help", OWNER)
    assert len(talk.api.deliveries) == 2
    assert await store.sources.all() == ()


async def test_a_broken_forward_is_just_words(talk: Talk, store: Store) -> None:
    got = await talk.say(LONG, forward_origin={**origin(), "message_id": 0})
    assert "A made-up post" in got.text
    assert await store.post_stream.waiting() == 0

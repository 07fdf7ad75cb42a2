"""In groups the bot speaks when spoken to, and only admins change what the group gets."""

from bot.store import Store
from tests.telegram.talk import Talk

GROUP = -1009000000001


async def test_a_command_is_answered_in_the_group(talk: Talk) -> None:
    got = await talk.say("/digest@fortochka_test_bot week", chat=GROUP)
    assert got.chat_id == GROUP


async def test_talk_and_commands_to_others_are_left_alone(talk: Talk) -> None:
    talk.api.say("quantization, anybody?", chat=GROUP)
    talk.api.say("/digest@some_other_bot", chat=GROUP)
    talk.api.show("/digest", chat=GROUP)
    got = await talk.say("/help", chat=GROUP)
    assert len(talk.api.deliveries) == 1
    assert "/digest" in got.text


async def test_a_member_cannot_subscribe_the_group(talk: Talk, store: Store) -> None:
    talk.api.say("/subscribe", chat=GROUP)
    got = await talk.say("/help", chat=GROUP)
    assert len(talk.api.deliveries) == 1
    await talk.api.called("getChatMember")
    talk.api.press(got, "sub", user_id=7)
    await talk.api.until(lambda api: bool(api.answered))
    assert await store.subscriptions.get(GROUP) is None
    assert talk.toasts()[0] == "Only an admin of this chat can do that."


async def test_an_admin_subscribes_the_group(talk: Talk, store: Store) -> None:
    talk.api.admins.add((GROUP, 7))
    await talk.say("/subscribe 10:00", 7, chat=GROUP)
    reader = await store.subscriptions.get(GROUP)
    assert reader is not None
    assert reader.active


async def test_an_anonymous_admin_has_no_rights(talk: Talk, store: Store) -> None:
    talk.api.admins.add((GROUP, 100))
    sender = {"id": GROUP, "type": "supergroup", "title": "Chat"}
    talk.api.say("/subscribe", chat=GROUP, sender_chat=sender)
    await talk.say("/help", chat=GROUP)
    assert await store.subscriptions.get(GROUP) is None

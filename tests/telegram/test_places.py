"""Groups and channels as targets and sources: the person is asked, the chat is left alone."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import Delivery, Language, Screen, Subscription
from bot.publish.schedule import send_due
from bot.store import Store
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi_chats import BOT
from tests.fakes.clock import standing_at
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import OWNER, Json, Talk, carried, words_on
from tests.waiting import eventually

GROUP = -1009000000001
CHANNEL = -1001000000002
REF = "1000000002"
ADMIN = 7


def group(**fields: object) -> Json:
    return {"id": GROUP, "type": "supergroup", "title": "Made-up chat", **fields}


def channel(**fields: object) -> Json:
    return {"id": CHANNEL, "type": "channel", "title": "Made-up channel", **fields}


@pytest.fixture(autouse=True)
def admins(talk: Talk) -> None:
    talk.api.admins |= {(GROUP, ADMIN), (CHANNEL, ADMIN), (CHANNEL, OWNER), (GROUP, OWNER)}


async def test_the_person_is_asked_and_not_the_group(talk: Talk, store: Store) -> None:
    talk.api.place(group(), "member", ADMIN)
    got = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    assert got.text.startswith("Publish the digest in “Made-up chat”?")
    done = await talk.press(got, f"o:daily:0:{GROUP}")
    assert "daily at 10:00 (UTC). Next: Sat, 21 November, 10:00" in done["text"]
    target = await store.subscriptions.get(GROUP)
    assert target is not None
    assert (target.active, target.keeper, target.channel) == (True, ADMIN, False)
    assert talk.api.sent(GROUP) == []


async def test_in_russian_weekly_and_only_on_command(talk: Talk, store: Store) -> None:
    talk.api.place(group(is_forum=True), "member", ADMIN, language="ru")
    got = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    assert "Чтобы публиковать в тему форума" in got.text
    weekly = await talk.press(got, f"o:weekly:0:{GROUP}", "ru")
    assert "раз в неделю, пн в 10:00 (Москва)" in weekly["text"]
    asked = await talk.press(got, f"o:asked:0:{GROUP}", "ru")
    assert asked["text"].startswith("✅ «Made-up chat»: только когда попросят.")
    target = await store.subscriptions.get(GROUP)
    assert target is not None
    assert not target.active


@pytest.mark.parametrize("who", [8, BOT["id"]])
async def test_no_admin_and_no_anonymous_one_is_asked(talk: Talk, who: int) -> None:
    talk.api.place(group(), "member", who)
    await talk.say("/help")
    assert [delivery.chat_id for delivery in talk.api.deliveries] == [100]


async def test_a_forged_choice_changes_nothing(talk: Talk, store: Store) -> None:
    got = await talk.say("/help", 8)
    for subject in (str(GROUP), "0", "x", ""):
        talk.api.press(got, f"o:daily:0:{subject}", 8)
    await talk.api.until(lambda api: len(api.answered) == 4)
    assert await store.subscriptions.get(GROUP) is None
    assert talk.toasts()[0] == "Only an admin of that chat can choose this."


async def test_without_the_right_to_post_publishing_is_not_offered(talk: Talk) -> None:
    talk.api.place(channel(), "administrator", ADMIN, can_post_messages=False)
    got = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    assert "I need the right to post messages" in got.text
    assert not [d for d in carried(got.message) if d.startswith("o:daily")]


async def test_a_source_is_no_target(talk: Talk, store: Store) -> None:
    await store.sources.listen(REF)
    talk.api.place(channel(), "administrator", ADMIN)
    got = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    refused = await talk.press(got, f"o:daily:0:{CHANNEL}")
    assert "I do not publish where I read" in refused["text"]
    assert await store.subscriptions.get(CHANNEL) is None


async def test_an_owner_may_make_a_source_of_a_channel(talk: Talk, store: Store) -> None:
    talk.api.place(channel(), "administrator", OWNER)
    got = await talk.api.delivered(lambda d: d.chat_id == OWNER)
    assert f"o:listen:0:{CHANNEL}" in carried(got.message)
    assert await store.sources.resting(REF) == "asked"
    done = await talk.press(got, f"o:listen:0:{CHANNEL}")
    assert done["text"] == "✅ Reading “Made-up channel”."
    message = talk.api.channel_post("A made-up post", CHANNEL)

    async def there() -> bool:
        return await store.posts.get(f"{REF}/{message['message_id']}") is not None

    await eventually(there)


async def test_a_strangers_channel_is_not_read(talk: Talk, store: Store) -> None:
    talk.api.place(channel(), "administrator", ADMIN)
    got = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    assert f"o:listen:0:{CHANNEL}" not in carried(got.message)
    talk.api.channel_post("A made-up advertisement", CHANNEL)
    await talk.say("/help")
    assert await store.post_stream.waiting() == 0
    assert await store.sources.all() == ()


async def test_a_source_that_lost_its_admin_is_told_once(talk: Talk, store: Store) -> None:
    await store.sources.listen(REF)
    await store.channels.update(REF, {"title": "Made-up channel"})
    for status in ("kicked", "left"):
        talk.api.place(channel(), status, ADMIN, before="administrator")
    note = await talk.api.delivered(lambda d: d.chat_id == OWNER)
    assert note.text == "🔴 I am no longer an admin of Made-up channel. Reading has paused."
    await talk.say("/help")
    assert len(talk.api.sent(OWNER)) == 1
    assert await store.sources.resting(REF) == "rights"


async def test_the_topic_of_a_forum_is_remembered(talk: Talk, store: Store) -> None:
    await put(store, make_entry(hours_ago=30), make_entry(message_id=2, hours_ago=1))
    got = await talk.say(
        "/subscribe 12:00", ADMIN, chat=GROUP, message_thread_id=55, is_topic_message=True
    )
    first = next(call for call in talk.api.calls if call.method == "sendmessage")
    assert int(first.params["message_thread_id"]) == 55
    assert first.params["reply_parameters"]["message_id"]
    assert got.chat_id == GROUP
    target = await store.subscriptions.get(GROUP)
    assert target is not None
    assert (target.thread, target.keeper) == (55, ADMIN)
    due = NOON + timedelta(days=1)
    await store.subscriptions.wait_until(GROUP, NOON)
    assert await send_due(store, standing_at(due)) == 1
    await talk.api.until(lambda api: len(api.sent(GROUP)) == 2)
    last = [call for call in talk.api.calls if call.method == "sendmessage"][-1]
    assert int(last.params["message_thread_id"]) == 55


@pytest.mark.parametrize("said", ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
async def test_a_topic_that_is_gone_does_not_lose_the_message(
    talk: Talk, store: Store, said: str
) -> None:
    talk.api.order(answers.error(400, f"Bad Request: {said}"))
    message = Delivery(id="x", chat_id=GROUP, screen=Screen(text="made up"), thread=9)
    await store.outbox.enqueue([message])
    await talk.api.delivered(lambda d: d.text == "made up")
    assert len(talk.api.sent(GROUP)) == 1


async def test_a_channel_gets_all_pages_and_one_way_into_the_bot(talk: Talk, store: Store) -> None:
    await put(
        store,
        *(
            make_entry(f"pane_{n}", n, title=f"Story {n}", text=f"Quite another text {n} " * n)
            for n in range(1, 16)
        ),
    )
    reader = Subscription(chat_id=CHANNEL, channel=True, at=NOON.time(), language="ru")
    await store.sent_files.name("fortochka_test_bot")
    await store.subscriptions.save(reader, NOON)
    assert await send_due(store, standing_at(NOON)) == 1
    await talk.api.until(lambda api: len(api.sent(CHANNEL)) == 2)
    sent = [d for d in talk.api.deliveries if d.chat_id == CHANNEL]
    assert [d.silent for d in sent] == [False, True]
    assert sent[0].buttons == []
    (button,) = sent[1].buttons
    assert button["text"] == "Открыть в боте"
    payload = button["url"].removeprefix("https://t.me/fortochka_test_bot?start=")
    opened = await talk.say(f"/start {payload}", language="ru")
    assert "Story 1" in opened.text


@pytest.mark.parametrize(
    ("language", "other", "chosen"),
    [("ru", "en", "English"), ("en", "ru", "Русский")],
)
async def test_a_channel_is_set_by_its_admin_and_published_as_it_was_set(
    talk: Talk, store: Store, language: Language, other: Language, chosen: str
) -> None:
    await put(
        store,
        make_entry("pane_one", 1, title="Two bits", hours_ago=1),
        make_entry("pane_two", 2, title="An agent", tldr="It mends builds.", text="other",
                   topics=["agents"], hours_ago=1),
    )  # fmt: skip
    await store.sent_files.name("fortochka_test_bot")
    talk.api.place(channel(), "administrator", ADMIN, language=language)
    got = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    panel = await talk.press(got, f"o:daily:0:{CHANNEL}", language)
    about = f"g:{-CHANNEL}:"
    assert {about + each for each in ("p:time", "p:often", "p:pick", "unsub")} <= {*carried(panel)}
    for asked, data, mark in (
        ("p:time", "o:time:1800", "✓ 18:00"),
        ("p:often", "o:often:weekly", "✓ "),
        ("p:often", "o:weekday:4", "✓ пт" if language == "ru" else "✓ Fri"),
        ("p:pick", "c:agents:2", "☑ "),
    ):
        await talk.press(got, about + asked, language)
        await talk.press(got, about + data, language)
        again = await talk.press(got, about + asked, language) if "time" in asked else None
        shown = again or talk.api.chats.messages[ADMIN, got.message["message_id"]]
        assert [words for words in words_on(shown) if words.startswith(mark)], data
    await talk.press(got, f"{about}o:length:short", language)
    shown = await talk.press(got, f"{about}o:language:{other}", language)
    assert f"✓ {chosen}" in words_on(shown)
    target = await store.subscriptions.get(CHANNEL)
    assert target is not None
    due = await store.subscriptions.due_at(CHANNEL)
    assert due is not None
    assert f"{due.astimezone(ZoneInfo(target.zone)):%a %H:%M}" == "Fri 18:00"
    await store.subscriptions.wait_until(CHANNEL, NOON)
    assert await send_due(store, standing_at(due)) == 1
    posted = await talk.api.delivered(lambda d: d.chat_id == CHANNEL)
    assert posted.text.startswith("📅 Week of" if other == "en" else "📅 Неделя")
    assert not re.search(r"(?<!\S)/[a-z]", posted.text)  # no command, as there is none
    assert carried(posted.message) == []


async def test_who_is_no_admin_of_a_channel_sees_and_sets_nothing(
    talk: Talk, store: Store
) -> None:
    target = Subscription(chat_id=CHANNEL, channel=True, keeper=ADMIN)
    await store.subscriptions.save(target, NOON + timedelta(days=9))
    for language, said in (("ru", "только админ"), ("en", "Only an admin")):
        refused = await talk.say(f"/start p_{-CHANNEL}", 8, language=language)
        assert said in refused.text
        assert not [data for data in carried(refused.message) if data.startswith("g:")]
    for data in (
        "o:time:0800",
        "o:often:weekly",
        "c:agents:1",
        "o:length:short",
        "unsub",
        "erase",
    ):
        talk.api.press(refused, f"g:{-CHANNEL}:{data}", 8)
    await talk.api.until(lambda api: len(api.answered) == 6)
    assert set(talk.toasts()) == {"Only an admin of that chat can choose this."}
    assert await store.subscriptions.get(CHANNEL) == target


async def test_a_bot_that_does_not_know_its_name_links_nowhere(talk: Talk, store: Store) -> None:
    await put(store, make_entry())
    reader = Subscription(chat_id=CHANNEL, channel=True, at=NOON.time())
    await store.subscriptions.save(reader, NOON)
    assert await send_due(store, standing_at(NOON)) == 1
    sent = await talk.api.delivered(lambda d: d.chat_id == CHANNEL)
    assert sent.buttons == []

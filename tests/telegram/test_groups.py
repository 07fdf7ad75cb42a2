"""In groups nothing can be pressed for all: a button leads each member to his own screens."""

from datetime import time, timedelta

import pytest

from bot.model import Delivery, Language, Screen, Subscription
from bot.screens.callbacks.groups import GroupAct
from bot.store import Store
from tests.fakes import botapi_answers as answers
from tests.fakes.clock import standing_at
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Json, Talk, carried, keys_of, words_on
from tests.waiting import due_sent

GROUP, MOVED, SMALL = -1009000000001, -1009000000077, -55
ADMIN, MEMBER = 7, 8
LINK = "https://t.me/fortochka_test_bot?start="
LANGUAGES: tuple[Language, ...] = ("ru", "en")
SELF = {"id": GROUP, "type": "supergroup", "title": "Chat"}


@pytest.fixture(autouse=True)
def admins(talk: Talk) -> None:
    talk.api.admins |= {(GROUP, ADMIN), (MOVED, ADMIN), (SMALL, ADMIN)}


def leads(message: Json) -> str:
    """What the one button of a message in a group opens in the bot."""
    assert carried(message) == []
    [key] = [key for key in keys_of(message) if key["url"].startswith(LINK)]
    return str(key["url"].removeprefix(LINK))


async def _post_digest(talk: Talk, store: Store, **fields: object) -> Json:
    await put(
        store,
        make_entry("pane_one", 1, title="Two bits", hours_ago=1),
        make_entry("pane_two", 2, title="An agent", text="other", topics=["agents"], hours_ago=1),
    )
    await store.sent_files.name("fortochka_test_bot")
    target = {"chat_id": GROUP, "at": NOON.time(), "topics": ("agents",), **fields}
    await store.subscriptions.save(Subscription.model_validate(target), NOON)
    assert await due_sent(store, standing_at(NOON)) == 1
    return (await talk.api.delivered(lambda d: d.chat_id == GROUP)).message


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_member_opens_the_posted_digest_for_himself(
    talk: Talk, store: Store, language: Language
) -> None:
    posted = await _post_digest(talk, store, language=language)
    assert words_on(posted) == ["Открыть в боте" if language == "ru" else "Open in the bot"]
    payload = leads(posted)
    for person in (ADMIN, MEMBER):
        opened = await talk.say(f"/start {payload}", person, language=language)
        assert opened.chat_id == person
        assert "An agent" in opened.text
        assert "Two bits" not in opened.text  # the group's topics
    card = await talk.press(opened, carried(opened.message)[0], language)
    save = next(data for data in carried(card) if data.startswith("ks:"))
    await talk.press(opened, save, language)
    assert [len(await store.saved.all(who)) for who in (ADMIN, MEMBER, GROUP)] == [0, 1, 0]


async def test_a_link_of_a_group_that_is_gone_opens_the_day(talk: Talk, store: Store) -> None:
    payload = leads(await _post_digest(talk, store))
    await store.subscriptions.forget(GROUP)
    opened = await talk.say(f"/start {payload}", MEMBER)
    assert "Two bits" in opened.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ("/start", "menu"),
        ("/help@fortochka_test_bot", "menu"),
        ("/settings", "p_1009000000001"),
        ("/export", "p_1009000000001"),
        ("/forget", "p_1009000000001"),
        ("/saved", "saved"),
        ("/topics", "topics"),
        ("/privacy", "privacy"),
        ("/topic quantization", "t_quantization"),
        ("/topic вакансии", "k_job"),
        ("/digest week", "d_week_20261120-1200_g1009000000001"),
        ("/subscribe", "menu"),
        ("/unsubscribe", "menu"),
    ],
)
async def test_a_command_is_answered_by_few_lines_and_a_way_into_the_bot(
    talk: Talk, said: str, opens: str, language: Language
) -> None:
    got = await talk.say(said, MEMBER, chat=GROUP, language=language)
    assert got.chat_id == GROUP
    assert leads(got.message) == opens
    if not said.startswith(("/topic ", "/digest")):
        assert len(got.text.splitlines()) <= 2


async def test_talk_and_commands_to_others_are_left_alone(talk: Talk) -> None:
    talk.api.say("quantization, anybody?", chat=GROUP)
    talk.api.say("/digest@some_other_bot", chat=GROUP)
    talk.api.show("/digest", chat=GROUP)
    got = await talk.say("/Help", chat=GROUP)
    assert len(talk.api.deliveries) == 1
    assert "/digest" in got.text


async def test_only_an_admin_subscribes_the_group(talk: Talk, store: Store) -> None:
    refused = await talk.say("/subscribe", MEMBER, chat=GROUP)
    assert refused.text.startswith("An admin of this chat chooses its digest.")
    assert await store.subscriptions.get(GROUP) is None
    got = await talk.say("/subscribe 10:00", ADMIN, chat=GROUP)
    assert got.text.startswith("Done: a digest every day at 10:00 (UTC).")
    assert leads(got.message) == "p_1009000000001"
    reader = await store.subscriptions.get(GROUP)
    assert reader is not None
    assert (reader.active, reader.keeper) == (True, ADMIN)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_anonymous_admin_is_led_to_where_he_is_known(
    talk: Talk, store: Store, language: Language
) -> None:
    got = await talk.say("/subscribe", 1087968824, chat=GROUP, sender_chat=SELF, language=language)
    assert "кто вы" in got.text if language == "ru" else "who you are" in got.text
    assert await store.subscriptions.get(GROUP) is None
    opened = await talk.say(f"/start {leads(got.message)}", ADMIN, language=language)
    assert f"g:{-GROUP}:sub" in carried(opened.message)
    await talk.press(opened, f"g:{-GROUP}:sub", language)
    reader = await store.subscriptions.get(GROUP)
    assert reader is not None
    assert reader.active


@pytest.mark.parametrize(
    ("data", "opens"),
    [
        ("D:day:1795176000:2", "d_20261120-1200_g1009000000001"),
        ("s:0123456789ab:d:day:0:1", "s_0123456789ab"),
        ("ks:0123456789ab", "s_0123456789ab"),
        ("t:quantization:1", "t_quantization"),
        ("S:1", "saved"),
        ("o:length:short", "p_1009000000001"),
        ("p:home", "menu"),
        ("forged", "menu"),
    ],
)
async def test_an_old_button_leads_to_the_bot_and_changes_nothing(
    talk: Talk, store: Store, data: str, opens: str
) -> None:
    posted = await _post_digest(talk, store)
    for _ in range(2):
        talk.api.press(posted, data, MEMBER)
    await talk.api.until(lambda api: len(api.answered) == 2)
    assert {answer["url"] for answer in talk.api.answered} == {f"{LINK}{opens}"}
    await talk.say("/help", MEMBER)
    assert not [call for call in talk.api.done if call.method == "editmessagetext"]
    assert await store.saved.all(GROUP) == ()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_settings_are_an_admin_s_in_private(
    talk: Talk, store: Store, language: Language
) -> None:
    await talk.say("/subscribe 10:00", ADMIN, chat=GROUP, language=language)
    refused = await talk.say("/start p_1009000000001", MEMBER, language=language)
    assert not [data for data in carried(refused.message) if data.startswith("g:")]
    panel = await talk.say("/start p_1009000000001", ADMIN, language=language)
    about = f"g:{-GROUP}:"
    for data in ("o:time:0800", "o:zone:Europe/London", "o:often:weekly", "o:weekday:4"):
        await talk.press(panel, about + data, language)
    await talk.press(panel, f"{about}c:agents:1", language)
    await talk.press(panel, f"{about}o:length:short", language)
    shown = await talk.press(panel, f"{about}o:language:ru", language)
    assert "✓ Русский" in words_on(shown)
    found = await store.subscriptions.get(GROUP)
    assert found is not None
    assert (f"{found.at:%H:%M}", found.zone, found.cadence) == ("08:00", "Europe/London", "weekly")
    assert (found.weekday, found.topics, found.length) == (4, ("agents",), "short")
    assert (found.language, found.keeper) == ("ru", ADMIN)
    talk.api.press(panel, f"{about}o:time:0900", MEMBER)
    await talk.api.until(lambda api: len(api.answered) == 8)
    assert await store.subscriptions.get(GROUP) == found


async def test_a_keeper_finds_the_chat_in_his_settings_and_may_have_it_forgotten(
    talk: Talk, store: Store
) -> None:
    await talk.say("/subscribe 10:00", ADMIN, chat=GROUP)
    mine = await talk.say("/settings", ADMIN)
    assert "p:chats" in carried(mine.message)
    listed = await talk.press(mine, "p:chats")
    assert carried(listed)[0] == f"g:{-GROUP}:p:settings"
    sure = await talk.press(mine, f"g:{-GROUP}:p:forget")
    assert f"g:{-GROUP}:erase" in carried(sure)
    await talk.press(mine, f"g:{-GROUP}:erase")
    assert await store.subscriptions.get(GROUP) is None
    assert await store.subscriptions.kept_by(ADMIN) == []
    assert "p:chats" not in carried((await talk.say("/settings", ADMIN)).message)


async def test_a_group_that_became_a_supergroup_is_set_under_its_new_number(
    talk: Talk, store: Store
) -> None:
    panel = await talk.say("/help", ADMIN)
    talk.api.order(answers.migrated(MOVED), method="getChatMember")
    await talk.press(panel, GroupAct(-GROUP).data)
    await talk.press(panel, f"g:{-MOVED}:sub")
    found = await store.subscriptions.get(MOVED)
    assert found is not None
    assert found.active


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_list_of_a_keeper_follows_a_group_that_became_a_supergroup(
    talk: Talk, store: Store, language: Language
) -> None:
    await talk.say("/subscribe 10:00", ADMIN, chat=SMALL, language=language)
    talk.api.order(answers.migrated(MOVED), chat=SMALL)
    last = Delivery(id="last", chat_id=SMALL, screen=Screen(text="made up"))
    await store.outbox.enqueue([last])
    await talk.api.delivered(lambda d: d.chat_id == MOVED)
    assert [chat.chat_id for chat in await store.subscriptions.kept_by(ADMIN)] == [MOVED]
    panel = await talk.say("/settings", ADMIN, language=language)
    listed = await talk.press(panel, "p:chats", language)
    assert carried(listed)[:1] == [f"g:{-MOVED}:p:settings"]
    shown = await talk.press(panel, f"g:{-MOVED}:o:time:0800", language)
    assert "08:00" in shown["text"]
    found = await store.subscriptions.get(MOVED)
    assert found is not None
    assert (found.at, found.keeper, found.active) == (time(8), ADMIN, True)
    assert await store.subscriptions.get(SMALL) is None


async def test_where_the_bot_has_no_rights_nothing_is_set(talk: Talk, store: Store) -> None:
    panel = await talk.say("/help", ADMIN)
    talk.api.order(answers.kicked(), method="getChatMember")
    talk.api.press(panel, f"g:{-GROUP}:sub")
    await talk.api.until(lambda api: bool(api.answered))
    assert talk.toasts() == ["Only an admin of that chat can choose this."]
    assert await store.subscriptions.get(GROUP) is None


async def test_a_quiet_day_is_silent_and_has_no_button(talk: Talk, store: Store) -> None:
    await store.sent_files.name("fortochka_test_bot")
    target = Subscription(chat_id=GROUP, at=NOON.time())
    await store.subscriptions.save(target, NOON)
    assert await due_sent(store, standing_at(NOON + timedelta(seconds=1))) == 1
    posted = await talk.api.delivered(lambda d: d.chat_id == GROUP)
    assert posted.silent
    assert posted.buttons == []

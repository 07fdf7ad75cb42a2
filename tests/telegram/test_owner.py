"""The owner's desk: the last day, costs, dead letters, and one text to all readers."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from aiogram import Bot

from bot.i18n import owner_messages
from bot.model import Delivery, Language, Screen, Subscription, utc_now
from bot.model.spend import HISTORY, Spend
from bot.publish.schedule import send_due
from bot.store import Store
from bot.store.queue.stream import Item
from bot.taxonomy.topics import Topic
from bot.telegram.handlers.broadcast import feed_once
from bot.telegram.handlers.owner import introduce_to_owners
from tests.fakes.botapi import FakeBotApi
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import OWNER, Talk, carried, talking
from tests.waiting import eventually


async def bury(store: Store, *reasons: str) -> None:
    """Dead letters with these reasons."""
    await store.post_stream.ready()
    for number, reason in enumerate(reasons):
        await store.posts.ingest(make_entry(message_id=100 + number).post)
        (item,) = await store.post_stream.read("seed", 1)
        await store.post_stream.bury(Item(item.id, item.fields), reason)


@pytest.mark.parametrize(
    ("language", "head"), [("en", "🛠 Last 24 hours\n2 posts"), ("ru", "🛠 За 24 часа\n2 поста")]
)
async def test_the_dashboard(talk: Talk, store: Store, language: str, head: str) -> None:
    await put(store, make_entry(), make_entry("pane_two", 2, engine="extractive"))
    await bury(store, "broken")
    await source_since(store, "pane_one", NOON - timedelta(days=30))
    got = await talk.say("/stats", OWNER, language=language)
    assert got.text.startswith(head)
    assert "p95 1:00:00" in got.text
    assert "🟢 1" in got.text
    for act in ("o:costs:0:", "o:errors:0:", "o:sources:1:", "o:stats:0:"):
        assert act in carried(got.message)
    errors = await talk.press(got, "o:errors:0:", language)
    assert "broken" in errors["text"]


async def source_since(store: Store, handle: str, since: datetime) -> str:
    """A source that is one since that instant."""
    ref = await store.sources.add(handle)
    await store.channels.update(ref, {"since": int(since.timestamp())})
    return ref


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_the_history_of_a_new_source_is_no_delay(
    talk: Talk, store: Store, language: str
) -> None:
    fresh = make_entry(message_id=2, hours_ago=1)
    await put(store, make_entry(message_id=1, hours_ago=20), fresh)
    await source_since(store, "pane_one", NOON - timedelta(hours=2))
    got = await talk.say("/stats", OWNER, language=language)
    lag = f"{fresh.analysed_at - fresh.post.published_at}"
    assert f"p50 {lag}, p95 {lag}" in got.text


async def test_going_on_with_a_source_begins_anew_and_adding_it_again_does_not(
    store: Store,
) -> None:
    ref = await source_since(store, "pane_one", NOON)
    await store.sources.add("pane_one")
    assert (await store.sources.get(ref)).since == NOON
    await store.sources.rest(ref, "owner")
    await store.sources.resume(ref)
    since = (await store.sources.get(ref)).since
    assert since is not None and since != NOON


@pytest.mark.parametrize(
    ("language", "line_"),
    [
        ("en", "Readers: 2 · today's digest reached 2 of 3 · 50% opened a story"),
        ("ru", "Читателей: 2 · сегодня дайджест дошёл до 2 из 3 · историю открыли 50\u00a0%"),
    ],
)
async def test_the_dashboard_counts_what_arrived_and_was_opened(
    api: FakeBotApi, line: Bot, store: Store, language: str, line_: str
) -> None:
    now = utc_now().replace(second=0, microsecond=0)
    await put(store, make_entry(at=now))
    for chat in (201, 202, 203):
        await store.subscriptions.save(Subscription(chat_id=chat, at=now.time()), now)
    api.blocked.add(203)
    async with talking(api, line, store, clock=None) as talk:
        assert await send_due(store) == 3

        async def settled() -> bool:
            return sum((await store.usage.of(now.date())).values()) >= 3

        await eventually(settled)
        digest = next(d for d in api.deliveries if d.chat_id == 201)
        await talk.press(digest, next(data for data in carried(digest.message) if data[0] == "s"))
        await talk.say("/help", 201)  # other messages are no further readers
        got = await talk.say("/stats", OWNER, language=language)
        assert line_ in got.text.splitlines()


async def spend(
    store: Store, source: str, cost: int, *, day: date, model: str = "m-1", age: str = ""
) -> None:
    """A call about a post of that source, booked on that day."""
    hold = await store.usage.reserve(day, cost, 100_000_000)
    assert hold
    counters = {"model_calls": 1, "tokens_read": 5_000, "micro_dollars": cost}
    spends = [Spend(model, source, "post", 1, 5_000, 0, 0, 700, cost, age)]
    await store.usage.settle(hold, cost, counters, spends)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("Today: $0.70 of $0.00 ░░░░░░░░░░", "Set aside for calls under way: $0.20",
                "30 days: $0.90, calls 3", "30 days like the 2 that were counted: ≈ $13.50",
                "m-1: $0.90, calls 3", "reading a post: $0.90, calls 3",
                "@\u2060pane_one: $0.65, calls 2", "no channel: $0.25, calls 1",
                "Fri, 20 November: $0.70", "Wed, 18 November: $0.20")),
        ("ru", ("Сегодня: $0.70 из $0.00 ░░░░░░░░░░", "30 дней: $0.90, вызовов 3",
                "30 дней таких, как посчитанные (2): ≈ $13.50", "чтение поста: $0.90, вызовов 3",
                "без канала: $0.25, вызовов 1", "пт, 20 ноября: $0.70")),
    ],
)  # fmt: skip
async def test_costs_by_model_kind_source_and_day(
    talk: Talk, store: Store, language: str, lines: tuple[str, ...]
) -> None:
    pane = await store.sources.add("pane_one")
    await spend(store, pane, 450_000, day=NOON.date())
    await spend(store, "", 250_000, day=NOON.date())
    await spend(store, pane, 200_000, day=NOON.date() - timedelta(days=2))
    await store.usage.reserve(NOON.date(), 200_000, 100_000_000)
    got = await talk.say("/costs", OWNER, language=language)
    assert set(lines) <= set(got.text.splitlines()), got.text


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("30 days: $5.50, calls 2", "Of this for history, which is read once: $5.00",
                "30 days like the 1 that were counted: ≈ $15.00")),
        ("ru", ("30 дней: $5.50, вызовов 2", "Из них на историю, которая читается один раз: $5.00",
                "30 дней таких, как посчитанные (1): ≈ $15.00")),
    ],
)  # fmt: skip
async def test_history_is_paid_once_and_not_forecast(
    talk: Talk, store: Store, language: str, lines: tuple[str, ...]
) -> None:
    pane = await store.sources.add("pane_one")
    await spend(store, pane, 5_000_000, day=NOON.date(), age=HISTORY)
    await spend(store, pane, 500_000, day=NOON.date())
    got = await talk.say("/costs", OWNER, language=language)
    assert set(lines) <= set(got.text.splitlines()), got.text


async def test_costs_of_many_sources_and_models_fit_a_message(talk: Talk, store: Store) -> None:
    for number in range(60):
        await store.channels.update(f"-100{number}", {"title": f"Very long title {number} " * 9})
        await spend(store, f"-100{number}", number, day=NOON.date(), model=f"v/{number}" * 30)
    got = await talk.say("/costs", OWNER)
    assert len(got.text) < 2_000
    assert "… and 52 more" in got.text and "… and 56 more" in got.text


async def test_costs_of_days_of_an_older_version(talk: Talk, store: Store) -> None:
    await store.usage.count(NOON.date(), {"micro_dollars": 700_000})
    got = await talk.say("/costs", OWNER)
    assert "Fri, 20 November: $0.70" in got.text
    assert "≈ $21.00" in got.text


async def test_costs_of_nothing(talk: Talk) -> None:
    got = await talk.say("/costs", OWNER, language="ru")
    assert "За 30 дней модель не стоила ничего." in got.text


async def test_errors_are_grouped_and_tried_again(talk: Talk, store: Store) -> None:
    await bury(store, "refused post 17", "refused post 18", "quite another thing")
    got = await talk.say("/errors", OWNER)
    assert "🧯 Set aside: 3" in got.text
    assert "1. 2 × posts: refused post 17" in got.text
    first, second = [data for data in carried(got.message) if data.startswith("o:retry")]
    done = await talk.press(got, first)
    assert done["text"].startswith("Trying again: 2")
    assert await store.dead_letters.count() == 1
    assert await store.post_stream.waiting() == 2
    gone = await talk.press(got, second.replace("retry", "hide"))
    assert "Nothing is set aside" in gone["text"]
    assert await store.dead_letters.count() == 0


async def follow(store: Store, chat: int, language: Language = "en") -> None:
    """A reader without digests who follows a topic."""
    topic = Topic("quantization")
    reader = Subscription(chat_id=chat, language=language, active=False, alerts=(topic,))
    await store.subscriptions.save(reader, None)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["👥 Readers: 3", "Get a digest: 2 (daily 1, once a week 1)", "Of them paused: 1",
                "Only follow topics: 1", "Languages: English 2, Русский 1",
                "Groups and channels with a digest: 1"]),
        ("ru", ["👥 Читатели: 3", "Получают дайджест: 2 (ежедневно 1, раз в неделю 1)",
                "Из них на паузе: 1", "Только следят за темами: 1",
                "Языки: English 2, Русский 1", "Группы и каналы с дайджестом: 1"]),
    ],
)  # fmt: skip
async def test_readers_are_counted_by_what_they_chose(
    talk: Talk, store: Store, language: str, lines: list[str]
) -> None:
    await subscribe(store, 201, -1009000000001)
    later = Subscription(chat_id=202, cadence="weekly", paused_until=NOON + timedelta(days=2))
    await store.subscriptions.save(later, NOON + timedelta(days=2))
    await follow(store, 203, "ru")
    await subscribe(store, 204)
    await store.subscriptions.deactivate(204)
    got = await talk.say("/users", OWNER, language=language)
    assert got.text.splitlines() == lines


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_readers_of_an_empty_bot(talk: Talk, language: Language) -> None:
    got = await talk.say("/users", OWNER, language=language)
    assert got.text == owner_messages(language).users_none
    desk = await talk.press(got, "o:stats:0:", language)
    assert "o:users:0:" in carried(desk)


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_help_lists_an_owners_commands_to_owners_alone(
    talk: Talk, language: Language
) -> None:
    own = [f"/{name} — {said}" for name, said in owner_messages(language).owner_commands().items()]
    assert len(own) == 7
    help_ = await talk.say("/help", OWNER, language=language)
    assert set(own) < set(help_.text.splitlines())
    home = await talk.say("/start", OWNER, language=language)
    pressed = await talk.press(home, "p:help:0", language)
    assert pressed["text"] == help_.text
    assert "/users" not in (await talk.say("/help", language=language)).text


async def subscribe(store: Store, *chats: int) -> None:
    for chat in chats:
        await store.subscriptions.save(Subscription(chat_id=chat), NOON)


async def test_a_broadcast_is_shown_then_sent_once_to_private_chats(
    talk: Talk, store: Store
) -> None:
    await subscribe(store, 201, 202, -1009000000001)
    bold = {"type": "bold", "offset": 11, "length": 2}
    command = {"type": "bot_command", "offset": 0, "length": 10}
    talk.api.say("/broadcast We have moved", OWNER, entities=[command, bold])
    got = await talk.api.delivered(lambda d: bool(d.buttons))
    assert got.text == "This goes to private chats: 2. Send?"
    sample = next(d for d in talk.api.deliveries if d.text == "We have moved")
    assert sample.chat_id == OWNER
    assert sample.message["entities"][0]["offset"] == 0
    assert talk.api.sent(201) == []
    send = carried(got.message)[0]
    await talk.press(got, send)
    talk.api.press(got, send)
    await talk.api.until(lambda api: bool(api.sent(201)) and bool(api.sent(202)))

    async def over() -> bool:
        return await store.broadcasts.going() == ()

    await eventually(over)
    assert talk.api.sent(201) == talk.api.sent(202) == ["We have moved"]
    assert talk.api.sent(-1009000000001) == []
    talk.api.press(got, send.replace("send", "progress"))
    shown = (got.chat_id, got.message["message_id"])
    await talk.api.until(lambda api: api.chats.messages[shown]["text"] == "📣 Sent to all: 2")


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_broadcast_reaches_who_only_follows_a_topic(
    talk: Talk, store: Store, language: Language
) -> None:
    await subscribe(store, 201)
    await follow(store, 202, language)
    got = await talk.say("/broadcast We have moved", OWNER, language=language)
    got = await talk.api.delivered(lambda d: bool(d.buttons))
    assert ": 2." in got.text
    talk.api.press(got, carried(got.message)[0], language=language)
    await talk.api.until(lambda api: bool(api.sent(201)) and bool(api.sent(202)))
    assert talk.api.sent(202) == ["We have moved"]
    shown = (got.chat_id, got.message["message_id"])
    done = owner_messages(language).cast_done.format(all=2)
    await talk.api.until(lambda api: api.chats.messages[shown]["text"] == done)


async def broadcast(store: Store, owner: int = OWNER) -> str:
    """A broadcast of that owner's that was begun; its token."""
    draft = {"owner": owner, "screen": {"text": "made up"}}
    token = await store.pending_actions.keep(json.dumps(draft))
    await store.broadcasts.start(token)
    return token


@pytest.mark.parametrize("settings_name", [True, False])
async def test_a_broadcast_of_who_is_an_owner_no_more_stops(
    store: Store, tmp_path: Path, settings_name: bool
) -> None:
    """Removed from the settings, or forgotten where a code had made the owner."""
    own = Store(store.redis, timedelta(days=30), tmp_path, [7] if settings_name else [])
    if not settings_name:
        await own.owners.claim(await own.owners.code(), 7, 1)
    await subscribe(own, *range(300, 340))
    token = await broadcast(own, 7)
    await feed_once(own)
    if settings_name:
        own = Store(store.redis, timedelta(days=30), tmp_path, [OWNER])
    else:
        await own.erasure.erase(7)
    await feed_once(own)
    assert await own.broadcasts.going() == ()
    assert await own.outbox_stream.waiting() == 15
    if settings_name:  # else the draft is gone, too
        found = await own.broadcasts.progress(token)
        assert found is not None
        assert (found.state, found.done) == ("stopped", 15)


async def test_who_is_forgotten_during_a_broadcast_gets_nothing_more(
    talk: Talk, store: Store
) -> None:
    """As the batch was chosen, the reader left; the batch is then handed on, and repeated."""
    await subscribe(store, 201, 202)
    token = await broadcast(store)
    made = [
        Delivery(id=f"cast:{token}:{chat}", chat_id=chat, screen=Screen(text="made up"))
        for chat in (201, 202)
    ]
    await store.erasure.erase(201)
    await store.broadcasts.hand_on(token, made)
    await talk.api.until(lambda api: bool(api.sent(202)))
    await store.broadcasts.hand_on(token, made)

    async def over() -> bool:
        return not await store.broadcasts.going() and not await store.outbox_stream.waiting()

    await eventually(over)
    assert (talk.api.sent(201), talk.api.sent(202)) == ([], ["made up"])
    assert not await store.outbox.state(f"cast:{token}:201")


async def test_a_broadcast_is_stopped(store: Store) -> None:
    await subscribe(store, *range(300, 340))
    token = await broadcast(store)
    await feed_once(store)
    await store.broadcasts.end(token, "stopped")
    await feed_once(store)
    found = await store.broadcasts.progress(token)
    assert found is not None
    assert (found.state, found.total, found.done) == ("stopped", 40, 15)
    await store.broadcasts.start(token)
    assert await store.broadcasts.going() == ()


async def test_a_worker_that_dies_doubles_nothing(store: Store) -> None:
    await subscribe(store, 301, 302)
    token = await broadcast(store)
    await feed_once(store)
    await store.broadcasts.start(token)
    await feed_once(store)
    assert await store.outbox_stream.waiting() == 2


async def test_a_broadcast_without_text_or_readers(talk: Talk) -> None:
    assert "/broadcast We have moved" in (await talk.say("/broadcast", OWNER)).text
    assert (await talk.say("/broadcast x", OWNER)).text == "There are no readers yet."


async def test_strangers_cannot_send_or_stop(talk: Talk, store: Store) -> None:
    await subscribe(store, 201)
    token = await store.pending_actions.keep('{"screen": {"text": "made up"}}')
    got = await talk.say("/help")
    talk.api.press(got, f"o:send:0:{token}")
    await talk.api.until(lambda api: bool(api.answered))
    assert await store.broadcasts.progress(token) is None


async def test_owners_have_a_menu_of_their_own(api: FakeBotApi, line: Bot, store: Store) -> None:
    await introduce_to_owners(line, store)
    (call,) = [call for call in api.calls if call.method == "setmycommands"]
    assert call.params["scope"] == {"type": "chat", "chat_id": OWNER}
    names = [command["command"] for command in call.params["commands"]]
    assert {"digest", "stats", "broadcast"} <= set(names)

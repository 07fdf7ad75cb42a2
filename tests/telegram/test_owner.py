"""The owner's desk: the last day, costs, dead letters, and one text to all readers."""

import re
from datetime import date, datetime, timedelta

import pytest
from aiogram import Bot

from bot.i18n import owner_messages
from bot.model import Language, Subscription, utc_now
from bot.model.spend import HISTORY, Spend
from bot.publish.owner_notices import owner_language
from bot.publish.schedule import send_due
from bot.store import Store
from bot.store.queue.stream import Item
from bot.telegram.handlers.owner import introduce_to_owners
from tests.fakes.botapi import FakeBotApi
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import follow, put, subscribe
from tests.telegram.talk import OWNER, Talk, carried, talking, words_on
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


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_each_screen_of_an_owner_leads_on_in_the_owners_language(
    talk: Talk, language: Language
) -> None:
    said = ["/stats", "/users", "/costs", "/errors", "/sources", "/broadcast", "/broadcast x"]
    said += ["/invite", "/allow", "/allow 7", "/deny 7", "/add", "/cancel", "@demo_lab"]
    for command in said:
        got = await talk.say(command, OWNER, language=language)
        assert words_on(got.message), command
        label = "".join(words_on(got.message))
        assert bool(re.search("[а-яё]", got.text + label, re.IGNORECASE)) == (language == "ru")


async def test_an_owner_who_is_no_reader_is_told_in_the_language_of_the_last_message(
    talk: Talk, store: Store
) -> None:
    assert await owner_language(store, OWNER) == "en"
    await talk.say("/stats", OWNER, language="ru")
    assert await owner_language(store, OWNER) == "ru"
    await talk.say("/stats", 100, language="ru")
    assert await owner_language(store, 100) == "en"
    await store.erasure.erase(OWNER)
    assert await owner_language(store, OWNER) == "en"


async def test_owners_have_a_menu_of_their_own(api: FakeBotApi, line: Bot, store: Store) -> None:
    await introduce_to_owners(line, store)
    (call,) = [call for call in api.calls if call.method == "setmycommands"]
    assert call.params["scope"] == {"type": "chat", "chat_id": OWNER}
    names = [command["command"] for command in call.params["commands"]]
    assert {"digest", "stats", "broadcast"} <= set(names)

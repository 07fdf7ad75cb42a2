"""/follow and /unfollow; buttons of a search, of the list and of an alert; both languages."""

import pytest

from bot.model import Language, Subscription
from bot.publish.alerts import alert_followers
from bot.publish.following import following
from bot.store import Store, keys
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried, labels, words_on

READER = 100
LANGUAGES: tuple[Language, ...] = ("ru", "en")


async def seeded(store: Store) -> None:
    await put(
        store,
        make_entry(title="Small adapters", text="lora on one card", papers=["2611.04821"]),
        make_entry("pane_two", 2, title="Old adapters", text="lora of yore", hours_ago=24 * 20),
    )


async def followed(store: Store) -> list[str]:
    reader = await store.subscriptions.get(READER)
    return [each.text for each in reader.follows] if reader else []


def button(message: dict[str, object], text: str) -> str:
    """What the button with that text carries."""
    pairs = zip(words_on(message), carried(message), strict=True)
    return next(data for label, data in pairs if text in label)


@pytest.mark.parametrize(
    ("language", "said", "buttons", "gone"),
    [
        (
            "en",
            ["🔔 You follow: LoRA has:paper", "In the last 7 days: 1 post.", "at most 5 alerts"],
            [
                *(["↩️ Undo", "🔎 What it finds"], ["Fine-tuning & PEFT"], ["🔎 All my words"]),
                ["⚙️ Settings", "‹ Menu"],
            ],
            "🔔 Follow again: LoRA has:paper",
        ),
        (
            "ru",
            [
                "🔔 Вы следите: LoRA has:paper",
                "За последние 7 дней: 1 пост.",
                "больше 5 оповещений",
            ],
            [
                *(["↩️ Отменить", "🔎 Что нашлось"], ["Файнтюнинг и PEFT"], ["🔎 Все мои слова"]),
                ["⚙️ Настройки", "‹ Меню"],
            ],
            "🔔 Снова следить: LoRA has:paper",
        ),
    ],
)
async def test_words_are_followed_at_once_and_taken_back_by_a_tap(
    talk: Talk, store: Store, language: Language, said: list[str], buttons: list[list[str]],
    gone: str,
) -> None:  # fmt: skip
    await seeded(store)
    got = await talk.say("/follow  LoRA   has:paper", language=language)
    for each in said:
        assert each in got.text
    assert labels(got.message) == buttons
    assert await followed(store) == ["LoRA has:paper"]
    found = await talk.press(got, carried(got.message)[1], language)
    assert "Small adapters" in found["text"]
    undone = await talk.press(got, carried(got.message)[0], language)
    assert await followed(store) == []
    assert words_on(undone)[0] == gone
    await talk.press(got, carried(undone)[0], language)
    assert await followed(store) == ["LoRA has:paper"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_list_is_reached_from_settings_and_each_is_removed_there(
    talk: Talk, store: Store, language: Language
) -> None:
    shown = await talk.say("/follow", language=language)
    assert f"/follow @{'канал' if language == 'ru' else 'channel'} has:code" in shown.text
    await talk.say("/follow lora", language=language)
    await talk.say('/follow "Yann LeCun"', language=language)
    panel = await talk.say("/settings", language=language)
    alerts = await talk.press(panel, "p:alerts", language)
    assert 'lora · "Yann LeCun"' in alerts["text"]
    listed = await talk.press(panel, "p:words", language)
    unfollow = "🔕 Не следить" if language == "ru" else "🔕 Unfollow"
    assert labels(listed)[:2] == [["lora", unfollow], ['"Yann LeCun"', unfollow]]
    left = await talk.press(panel, carried(listed)[1], language)
    assert words_on(left)[0] == '"Yann LeCun"'
    assert await followed(store) == ['"Yann LeCun"']
    assert "lora" in talk.toasts()[-1]


@pytest.mark.parametrize(
    ("language", "text", "part"),
    [
        ("en", "/follow the", "would bring nearly everything"),
        ("en", "/follow 🙂👩‍💻", "would bring nearly everything"),
        ("ru", "/follow -вакансия 30d", "подойдёт почти ко всему"),
        ("ru", "/follow \u202e\u2067()*:", "подойдёт почти ко всему"),
        ("en", "/follow " + "lora " * 800, "64 characters at most"),
        ("ru", "/follow " + "лора" * 900, "не больше 64 знаков"),
        ("en", "/unfollow knitting", "You do not follow “knitting”"),
        ("ru", "/unfollow вязание", "За «вязание» вы не следите"),
    ],
)
async def test_what_cannot_be_followed_is_said_plainly(
    talk: Talk, store: Store, language: Language, text: str, part: str
) -> None:
    got = await talk.say(text, language=language)
    assert part in got.text
    assert len(got.text) < 400
    assert "\u202e" not in got.text
    assert await followed(store) == []


@pytest.mark.parametrize(
    ("language", "ask", "stop", "rests"),
    [
        ("en", "what do I follow?", "/unsubscribe", "so nothing comes now"),
        ("ru", "за чем я слежу", "отпиши меня", "сейчас ничего не приходит"),
    ],
)
async def test_words_rest_while_their_reader_is_away(
    talk: Talk, store: Store, language: Language, ask: str, stop: str, rests: str
) -> None:
    await talk.say("/follow lora", language=language)
    token = following("lora").token
    await talk.say(stop, language=language)
    shown = await talk.say(ask, language=language)
    assert rests in shown.text
    assert [chat async for chat in store.alerts.words_followers(token)] == []
    await talk.say("/subscribe", language=language)
    assert [chat async for chat in store.alerts.words_followers(token)] == [READER]
    shown = await talk.say(ask, language=language)
    assert rests not in shown.text


async def test_a_channel_that_nobody_knows_is_named(talk: Talk, store: Store) -> None:
    await store.channels.adopt(make_entry().post)
    got = await talk.say("/follow lora @pane_one")
    assert "nothing of" not in got.text
    got = await talk.say("/follow lora @no_such_pane")
    assert "I have read nothing of @\u2060no_such_pane yet" in got.text


async def test_the_twenty_first_is_refused_and_the_same_is_no_second(
    talk: Talk, store: Store
) -> None:
    follows = tuple(following(f"word{number}") for number in range(20))
    reader = Subscription(chat_id=READER, active=False, follows=follows)
    await store.subscriptions.save(reader, None)
    got = await talk.say("/follow another")
    assert "You follow 20 already" in got.text
    got = await talk.say("/follow WORD7 30d")
    assert got.text.startswith("🔔 You follow: word7\n")
    assert len(await followed(store)) == 20
    listed = await talk.say("/unfollow word7")
    assert words_on(listed.message)[-3] == "🔔 Follow again: word7"
    assert len(await followed(store)) == 19


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_search_is_followed_with_its_buttons(
    talk: Talk, store: Store, language: Language
) -> None:
    await seeded(store)
    follow = "🔔 Следить за этим" if language == "ru" else "🔔 Follow this search"
    got = await talk.say("/search knitting 30d", language=language)
    narrowed = await talk.press(got, carried(got.message)[0], language)
    assert follow in words_on(narrowed)
    paper = await talk.press(got, button(narrowed, "📄"), language)
    shown = await talk.press(got, button(paper, follow), language)
    assert await followed(store) == ["knitting has:paper"]
    assert follow not in words_on(shown)
    assert "knitting has:paper" in talk.toasts()[-1]
    again = await talk.press(got, button(shown, "🔕"), language)
    assert follow in words_on(again)
    assert await followed(store) == []


async def test_a_search_for_all_cannot_be_followed(talk: Talk, store: Store) -> None:
    await seeded(store)
    got = await talk.say("/search 30d")
    assert not [label for label in words_on(got.message) if "ollow" in label]
    got = await talk.say("/help")
    forged = [f"fs:q:{'0' * 12}:1:", f"fw:{'0' * 12}", f"w:{'0' * 12}"]
    for data in forged:
        await talk.press(got, data)
    assert talk.toasts() == ["That screen was old; refreshed."] * len(forged)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_alert_is_kept_while_its_words_are_stopped_and_taken_back(
    talk: Talk, store: Store, language: Language
) -> None:
    await talk.say("/follow lora has:paper", language=language)
    await seeded(store)
    [entry] = await store.entries.get_many(["@pane_one/1"])
    await alert_followers(store, entry, NOON)
    alert = await talk.api.delivered(lambda d: "lora has:paper\n" in d.text and "1 " in d.text)
    stop, again, found = (
        ("🔕 Не следить", "🔔 Снова следить", "🔎 Что нашлось")
        if language == "ru"
        else ("🔕 Unfollow", "🔔 Follow again", "🔎 What it finds")
    )
    assert [stop, found] == [words_on(alert.message)[each] for each in (4, 5)]
    keys_by_text = dict(zip(words_on(alert.message)[1:], carried(alert.message), strict=True))
    shown = await talk.press(alert, keys_by_text[stop], language)
    assert (shown["text"], await followed(store)) == (alert.text, [])
    assert again in words_on(shown)
    back = await talk.press(alert, keys_by_text[stop].replace("aq:", "aQ:"), language)
    assert (words_on(back), await followed(store)) == (words_on(alert.message), ["lora has:paper"])
    before = len(talk.api.deliveries)
    talk.api.press(alert, keys_by_text[found], language=language)
    await talk.api.until(lambda api: len(api.deliveries) > before)
    assert "Small adapters" in talk.api.deliveries[-1].text


async def test_words_are_forgotten_with_all_else_and_told_before(talk: Talk, store: Store) -> None:
    await talk.say("/follow lora")
    privacy = await talk.say("/privacy")
    assert "words that you follow" in privacy.text
    talk.api.press(privacy, "export")
    await talk.api.called("sendDocument")
    await talk.press(privacy, "erase")
    assert await followed(store) == []
    assert not [key async for key in store.redis.scan_iter(f"{keys.PREFIX}follow*")]


async def test_a_group_is_led_into_the_bot(talk: Talk, store: Store) -> None:
    got = await talk.say("/follow lora", chat=-1009000000001)
    assert carried(got.message) == []
    assert await followed(store) == []
    listed = await talk.say("/start following")
    assert listed.text.startswith("🔎 Words that you follow")

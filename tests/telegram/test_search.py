"""/search over the real index, its filters; words without a command lead there."""

from inline_snapshot import snapshot

from bot.store import Store
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried, labels, words_on


async def seeded(store: Store) -> None:
    await put(
        store,
        make_entry(title="Small adapters", text="lora on one card", papers=["2611.04821"]),
        make_entry("pane_two", 2, title="Old adapters", text="lora of yore", hours_ago=24 * 20),
    )


async def test_words_and_filters_find_posts(talk: Talk, store: Store) -> None:
    await seeded(store)
    got = await talk.say("/search lora has:paper @pane_one 30d")
    assert got.text == snapshot("""\
🔎 lora has:paper @\u2060pane_one 30d · 1 post found

1. Small adapters
lora on one card
pane_one · 1 h ago\
""")
    assert labels(got.message) == snapshot(
        [
            ["1"],
            ["✓ 📄 With a paper", "💻 With code"],
            ["7 days", "✓ 30 days"],
            ["🔔 Follow this search"],
            ["🎯 Topics", "‹ Menu"],
        ]
    )


async def test_filters_are_turned_on_and_off_by_buttons(talk: Talk, store: Store) -> None:
    await seeded(store)
    got = await talk.say("/search lora", language="ru")
    assert "нашлось: 2 поста" in got.text
    week = next(data for data in carried(got.message) if data.endswith(":7"))
    shown = await talk.press(got, week, "ru")
    assert "нашлось: 1 пост" in shown["text"]
    assert "✓ 7 дней" in words_on(shown)


async def test_a_found_story_opens_and_leads_back(talk: Talk, store: Store) -> None:
    await seeded(store)
    got = await talk.say("/search adapters")
    card = await talk.press(got, carried(got.message)[0])
    assert labels(card)[-1] == ["‹ Search", "‹ Menu"]
    back = await talk.press(got, carried(card)[-2])
    assert back["text"] == got.text


async def test_nothing_found_says_among_how_much(talk: Talk, store: Store) -> None:
    await seeded(store)
    got = await talk.say("/search knitting")
    assert got.text.startswith("Nothing found for “knitting”.")
    assert "2 posts" in got.text


async def test_the_command_alone_shows_how(talk: Talk) -> None:
    got = await talk.say("/search", language="ru")
    assert got.text.startswith("🔎 Напишите слова после команды")
    assert carried(got.message) == ["T:1", "p:home"]


async def test_a_page_beyond_the_end_is_the_last(talk: Talk, store: Store) -> None:
    await seeded(store)
    got = await talk.say("/search adapters")
    token = carried(got.message)[0].split(":")[3]
    shown = await talk.press(got, f"q:{token}:99:")
    assert shown["text"] == got.text


async def test_forgotten_words_are_called_old(talk: Talk) -> None:
    got = await talk.say("/help")
    await talk.press(got, "q:0123456789ab:1:")
    assert talk.toasts() == ["That screen was old; refreshed."]


async def test_plain_words_are_looked_for_by_a_tap(talk: Talk, store: Store) -> None:
    await seeded(store)
    got = await talk.say("lora adapters")
    assert got.text == "Search for “lora adapters”?"
    shown = await talk.press(got, carried(got.message)[0])
    assert "Small adapters" in shown["text"]


async def test_four_thousand_characters_are_no_harm(talk: Talk, store: Store) -> None:
    await seeded(store)
    got = await talk.say("/search " + "\u202eлора👩‍💻 " * 450, language="ru")
    assert len(got.text) < 500
    assert "\u202e" not in got.text

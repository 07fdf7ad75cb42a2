"""/digest [day|week|month] and its pages."""

import pytest

from bot.store import Store
from bot.telegram.handlers.digest import parse_period
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Json, Talk, keys_of


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("", "day"),
        ("week", "week"),
        ("за неделю", "week"),
        ("Месяц", "month"),
        ("сегодня", "day"),
        ("7d", "week"),
        ("year", None),
        ("💥" * 1000, None),
    ],
)
def test_periods_are_read_in_both_languages(text: str, period: str | None) -> None:
    assert parse_period(text) == period


async def test_the_digest_of_the_week_has_its_stories(talk: Talk, store: Store) -> None:
    await put(
        store,
        make_entry(title="Fresh", text="one thing happened", hours_ago=2),
        make_entry("pane_two", 2, title="Older", text="another matter", hours_ago=70),
    )
    week = await talk.say("/digest week")
    assert "Fresh" in week.text
    assert "Older" in week.text
    day = await talk.say("/digest", user_id=101)
    assert "Fresh" in day.text
    assert "Older" not in day.text


async def test_an_unknown_period_is_explained(talk: Talk) -> None:
    got = await talk.say("/digest year")
    assert "“year”" in got.text
    assert "/digest week" in got.text


async def test_an_empty_period_says_so(talk: Talk) -> None:
    got = await talk.say("/digest month")
    assert got.text == "There were no new posts in this time."


async def test_pages_turn_in_place(talk: Talk, store: Store) -> None:
    texts = ("red", "green", "blue", "white", "black", "brown", "grey", "pink")
    await put(
        store,
        *(
            make_entry(f"pane_{text}", n, title=f"The {text} result", text=f"all about {text}")
            for n, text in enumerate(texts, start=1)
        ),
    )
    first = await talk.say("/digest")
    forward = next(b["callback_data"] for b in first.buttons if b["text"] == "›")
    second = await talk.press(first, forward)
    assert second["text"] != first.text
    shown = f"{first.text}\n{second['text']}"
    assert all(f"The {text} result" in shown for text in texts)
    assert second["message_id"] == first.message["message_id"]
    assert len(talk.api.deliveries) == 1


async def test_a_story_opens_and_leads_back(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="Fresh", tldr="It is new.", papers=["2611.04821"]))
    digest = await talk.say("/digest")
    story = next(b["callback_data"] for b in digest.buttons if b["text"] == "1")
    card = await talk.press(digest, story)
    assert "It is new." in card["text"]
    rows = card["reply_markup"]["inline_keyboard"]
    back = [b["callback_data"] for row in rows for b in row if "callback_data" in b]
    again = await talk.press(digest, back[-2])  # the last one leads to the menu
    assert again["text"] == digest.text


async def test_what_had_no_place_is_listed_by_a_button_and_opens(talk: Talk, store: Store) -> None:
    topics = ("agents", "rl", "nlp", "robotics")
    await put(
        store,
        *(
            make_entry(f"pane_{n}", n, title=f"Result {n}", text=f"result number {n} of all",
                       topics=[topics[n % 4]], hours_ago=1 + n / 60)
            for n in range(1, 41)
        ),
    )  # fmt: skip
    first = await talk.say("/digest")
    assert "40 posts from 40 channels → 40 stories, 24 here" in first.text

    async def press(shown: Json, label: str) -> Json:
        found = [key["callback_data"] for key in keys_of(shown) if key["text"] == label]
        return await talk.press(first, found[0])

    rest = await press(first.message, "16 more")
    assert rest["text"].startswith("Also there: 16 stories")
    last = await press(rest, "›")
    assert [line.partition(".")[0] for line in last["text"].splitlines()[2:]] == [
        *("13", "14", "15", "16")
    ]  # fmt: skip
    story = await press(last, "13")
    assert "Result" in story["text"]
    back = await press(story, "‹ Digest")
    assert back["text"] == last["text"]
    assert (await press(back, "‹ Digest"))["text"] == first.text

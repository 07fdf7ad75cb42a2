"""The opening of a weekly digest: once for all its readers, with sources, or not at all."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.extract.worker import Analyst
from bot.model import Entry, Screen, Subscription
from bot.phrases import phrases
from bot.publish.edition import edition
from bot.publish.overview import LEAST
from bot.publish.schedule import send_due
from bot.publish.worker import join_story
from bot.store import Store, keys
from bot.terminal.views import print_digest
from bot.topics import Topic
from tests.extract.work import analyst
from tests.fakes import openai_answers as answers
from tests.fakes.entries import make_entry
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import Answer
from tests.fakes.openai_forms import EVIL

NOW = datetime.now(UTC)
_THIS = (NOW - timedelta(days=NOW.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)
MONDAY = _THIS if _THIS < NOW else _THIS - timedelta(days=7)  # the next one must be ahead
TITLES = ("Two bits a weight", "Tiles of weights", "Agents that ask", "Long context", "Speech")
HEAD = phrases("en").opening_head


def stories(count: int = len(TITLES), topic: str = "quantization") -> list[Entry]:
    """Entries of the week, each a story of its own."""
    return [
        make_entry(
            f"pane_{n}",
            n,
            title=title,
            tldr=f"{title}: what it is and how it works.",
            text=f"{title} is described here at length by somebody who has tried it, number {n}.",
            topics=(topic,),
            at=MONDAY,
            hours_ago=10 * n,
        )
        for n, title in enumerate(TITLES[:count], start=1)
    ]


async def publish(store: Store, entries: list[Entry]) -> None:
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for entry in entries:
        await store.posts.ingest(entry.post)
        [item] = await store.post_stream.read("t", 1)
        await store.entries.commit(entry, item)
        [item] = await store.entry_stream.read("t", 1)
        await join_story(store, item)


async def subscribe(store: Store, *chats: int, **fields: object) -> None:
    for chat in chats:
        reader = Subscription.model_validate(
            {"chat_id": chat, "at": time(9), "cadence": "weekly", **fields}
        )
        await store.subscriptions.save(reader, MONDAY)


async def sent(store: Store, reader: Analyst | None) -> list[Screen]:
    """What goes out this Monday."""
    write = reader.opening if reader else None
    await send_due(store, lambda: MONDAY + timedelta(minutes=1), opening=write)
    await store.outbox_stream.ready()
    found = []
    while await store.outbox_stream.waiting():  # a crowded minute is handed out in turns
        await store.outbox_stream.promote()
        for item in await store.outbox_stream.read("t", 100, timedelta(milliseconds=50)):
            found.append(await store.outbox.get(item.fields["id"]))
            await store.outbox_stream.finish(item)
    return [delivery.screen for delivery in found if delivery]


def asked(fake: FakeOpenAI) -> int:
    """Requests for an opening."""
    return sum(bool(request.cards) for request in fake.requests)


async def test_a_week_begins_with_its_opening_and_every_claim_names_its_stories(
    store: Store,
) -> None:
    await publish(store, stories())
    await subscribe(store, 5)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        [screen] = await sent(store, reader)
    assert HEAD in screen.text
    theme = next(line for line in screen.text.splitlines() if line.startswith("• "))
    assert theme.endswith("[1][2]")
    linked = [e.url for e in screen.entities if e.type == "text_link"][:2]
    posts = {entry.post.url for entry in stories()}
    assert set(linked) <= posts
    assert screen.text.index(HEAD) < screen.text.index("1. ")


async def test_readers_of_the_same_stories_share_one_call(store: Store) -> None:
    await publish(store, stories())
    await subscribe(store, *range(1, 31))
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        screens = await sent(store, reader)
        assert asked(fake) == 1
        assert len(screens) == 30
        assert all(HEAD in screen.text for screen in screens)
        await subscribe(store, 31, language="ru")
        [russian] = await sent(store, reader)
        assert asked(fake) == 2
    assert phrases("ru").opening_head in russian.text


async def test_a_digest_on_demand_shows_the_kept_opening_and_never_asks(store: Store) -> None:
    await publish(store, stories())
    await subscribe(store, 5)
    wanted = Subscription(chat_id=5)
    before = await edition(store, wanted, "week", MONDAY)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        await sent(store, reader)
        after = await edition(store, wanted, "week", MONDAY)
        assert asked(fake) == 1
    assert before.digest.opening is None
    assert after.digest.opening is not None
    assert HEAD in after.pages[0].text


async def test_other_stories_have_another_opening(store: Store) -> None:
    await publish(store, [*stories(3), *stories(5, "agents")[3:], *stories(0)])
    await subscribe(store, 5)
    await subscribe(store, 6, topics=(Topic("quantization"),))
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        screens = await sent(store, reader)
        assert asked(fake) == 2
    assert all(HEAD in screen.text for screen in screens)


FAILURES: dict[str, Answer] = {
    "refusal": answers.refuses(),
    "nonsense": answers.says("nonsense"),
    "down": answers.fails(500, "down"),
    "no money": answers.no_quota(),
    "cut": answers.cut_at(),
    "no themes": answers.says({"themes": [], "highlights": [], "intro": "All is well."}),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_without_an_opening_the_digest_goes_out_all_the_same(
    store: Store, name: str
) -> None:
    await publish(store, stories())
    await subscribe(store, *range(1, 6))
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        await reader.opening(stories(), "day", "en")  # the server is known
        fake.requests.clear()
        fake.always = FAILURES[name]
        screens = await sent(store, reader)
        assert len(fake.requests) <= 3
    assert len(screens) == 5
    assert all(HEAD not in screen.text and TITLES[0] in screen.text for screen in screens)


async def test_no_model_and_no_budget_mean_no_opening(store: Store) -> None:
    await publish(store, stories())
    await subscribe(store, 5)
    [screen] = await sent(store, Analyst(store))
    await subscribe(store, 6)
    async with FakeOpenAI() as fake, analyst(store, fake, cap=0.000_1) as reader:
        [other] = await sent(store, reader)
        assert fake.requests == []
    assert HEAD not in screen.text + other.text


async def test_a_day_and_a_thin_week_have_no_opening(store: Store) -> None:
    await publish(store, stories(LEAST - 1))
    await subscribe(store, 5)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        assert len(await sent(store, reader)) == 1
        await publish(store, stories()[LEAST - 1 :])
        day = await edition(store, Subscription(chat_id=6), "day", MONDAY, write=reader.opening)
        assert fake.requests == []
    assert day.digest.stories
    assert day.digest.opening is None


def theme(text: str) -> dict[str, Any]:
    return {"observation": "", "posts": [1, 2], "headline": "Weights", "text": text}


async def test_what_the_cards_do_not_say_is_not_shown(store: Store) -> None:
    lies = [
        f"Weights are tiles [1]. It is 99 percent better [2]. See {EVIL}x [1]. No source.",
        "Nobody said so [77].",
        "**Bold** @evil_bot words [2].",
    ]
    body = {"themes": [theme(lie) for lie in lies], "highlights": [], "intro": f"Go to {EVIL}."}
    await publish(store, stories())
    await subscribe(store, 5)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.script(answers.says(body))
        [screen] = await sent(store, reader)
    assert "Weights are tiles. [1]" in screen.text
    for lie in ("99", "evil", "77", "No source", "**"):
        assert lie not in screen.text
    assert not any("evil" in (entity.url or "") for entity in screen.entities)


async def test_an_opening_kept_by_another_version_is_asked_for_again(store: Store) -> None:
    await publish(store, stories())
    await subscribe(store, 5)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        await sent(store, reader)
        [key] = [str(key) async for key in store.redis.scan_iter(keys.opening("*"))]
        await store.redis.set(key, '{"v": 9, "claims": []}')
        await subscribe(store, 6)
        [screen] = await sent(store, reader)
    assert asked(fake) == 2
    assert HEAD in screen.text


async def test_what_to_begin_with_is_named_with_its_story_and_no_more_than_that(
    store: Store,
) -> None:
    begin = [
        {"post": 2, "why": "It fits a laptop."},
        {"post": 1, "why": f"99 percent better, see {EVIL}x."},
        {"post": 40, "why": "There is no such card."},
    ]
    body = {"themes": [theme("Weights are tiles [1].")], "highlights": begin, "intro": "Weights."}
    await publish(store, stories())
    await subscribe(store, 5)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.script(answers.says(body))
        [screen] = await sent(store, reader)
    head = phrases("en").opening_first
    assert f"{head}\n• It fits a laptop. [2]" in screen.text
    assert screen.text.index(HEAD) < screen.text.index(head) < screen.text.index("1. ")
    for lie in ("99", "evil", "no such card"):
        assert lie not in screen.text


async def test_every_export_and_the_terminal_tell_the_opening_too(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await publish(store, stories())
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        shown = {}
        for how in ("text", "md", "json"):
            await print_digest(store, "week", "en", MONDAY, how=how, write=reader.opening)
            shown[how] = capsys.readouterr().out
        assert asked(fake) == 1
    assert HEAD in shown["text"]
    assert phrases("en").opening_first in shown["text"]
    urls = [entry.post.url for entry in stories()[:2]]
    assert f"[1]({urls[0]}) [2]({urls[1]})" in shown["md"]
    told = json.loads(shown["json"])["opening"]
    assert [says["stories"] for each in told["themes"] for says in each["says"]] == [[1, 2]]
    assert told["first"][0]["stories"] == [1]


async def test_a_terminal_without_a_model_shows_the_week_without_an_opening(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await publish(store, stories())
    capsys.readouterr()
    await print_digest(store, "week", "en", MONDAY, how="json", write=Analyst(store).opening)
    shown = json.loads(capsys.readouterr().out)
    assert shown["opening"] is None
    assert len(shown["stories"]) == len(TITLES)

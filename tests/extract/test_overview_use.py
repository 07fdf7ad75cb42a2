"""The opening of a weekly digest: once for all its readers, with sources, or not at all."""

import pytest

from bot.extract.worker import Analyst
from bot.i18n import messages
from bot.model import Subscription
from bot.publish.digest_opening import LEAST
from bot.publish.edition import edition
from bot.store import Store, keys
from bot.taxonomy.topics import Topic
from tests.extract.weeks import (
    HEAD,
    MONDAY,
    TITLES,
    asked,
    publish,
    sent,
    stories,
    subscribe,
    theme,
)
from tests.extract.work import analyst
from tests.fakes import openai_answers as answers
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import Answer
from tests.fakes.openai_forms import EVIL


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


@pytest.mark.slow
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
    assert messages("ru").opening_head in russian.text


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

"""The opening of a week wherever it is shown: what to begin with, exports, the terminal."""

import json

import pytest

from bot.extract.worker import Analyst
from bot.i18n import messages
from bot.store import Store
from bot.terminal.views import print_digest
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
from tests.fakes.openai_forms import EVIL


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
    head = messages("en").opening_first
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
    assert messages("en").opening_first in shown["text"]
    urls = [entry.post.url for entry in stories()[:3:2]]  # the best of two days
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

"""The short form for small models: when it is asked for, what comes of it."""

from typing import Any

import pytest

from bot.extract.llm import model as llm
from bot.store import Store
from bot.store.model_memory import ModelMemory
from tests.extract.posts import EN, RU, post
from tests.extract.talk import talking
from tests.fakes import openai_answers as answers
from tests.fakes.openai import KEY, MODEL, FakeOpenAI
from tests.fakes.openai_answers import Asked

ENGLISH = post("A new quantization method takes 3.6 bits a weight and keeps 61.9% accuracy.")


def short(card: dict[str, Any]) -> dict[str, Any]:
    """A filled short form."""
    return {
        "kind": "release", "primary_topic": "quantization", "secondary_topics": [],
        "papers": [], "entities": [], "keywords": ["quantization"],
        "instructions_in_post": False, "card": card, "importance": "normal",
    }  # fmt: skip


def fits(asked: Asked) -> bool:
    """Whether a context has room for the prompt: for the short instructions only."""
    return len(asked.body["messages"][0]["content"]) < 11_000


def narrow(card: dict[str, Any]) -> answers.Answer:
    """A server whose context has no room for the full instructions."""

    async def answer(asked: Asked) -> Any:
        if fits(asked):
            return await answers.says(short(card))(asked)
        words = "request (4300 tokens) exceeds the available context size (4096 tokens)"
        return await answers.fails(400, words, kind="exceed_context_size_error")(asked)

    return answer


async def test_a_small_context_gets_the_short_form_and_it_is_remembered(store: Store) -> None:
    async with FakeOpenAI() as fake:
        fake.default = narrow(RU)
        for known in (False, True):
            memory = ModelMemory(store.redis, fake.url, MODEL)
            made = llm.Model(api_key=KEY, model=MODEL, base_url=fake.url, memory=memory)
            async with made as model:
                await model.recall()
                assert model.short == known
                before, version = len(fake.posts), model.prompt_id
                analysis, _ = await model.analyse(post())
                assert set(analysis.cards) == {"ru"}
                assert (model.prompt_id == version) == known
            assert len(fake.posts) - before == (1 if known else 2)


async def test_a_card_is_in_the_language_of_its_post() -> None:
    async with talking(form="short") as (fake, model):
        fake.script(answers.says(short(RU)), answers.says(short(EN)))
        russian, english = await model.analyse(post()), await model.analyse(ENGLISH)
    assert (set(russian.analysis.cards), set(english.analysis.cards)) == ({"ru"}, {"en"})
    prefixes = {asked.body["messages"][0]["content"] for asked in fake.posts}
    assert len(prefixes) == 1  # or a server would not keep it


async def test_a_linked_paper_is_there_though_the_form_forgot_it() -> None:
    async with talking(form="short") as (fake, model):
        fake.script(answers.says(short(RU)))
        analysis, _ = await model.analyse(post())
    assert [paper.id for paper in analysis.papers] == ["arxiv:2505.24832"]


async def test_a_repair_asks_for_the_card_only() -> None:
    async with talking(form="short") as (fake, model):
        fake.script(
            answers.says(short(RU | {"tldr": "Стало 99,7% на тесте."})),
            answers.says({"card": RU}),
        )
        analysis, usage = await model.analyse(post())
    assert usage.repaired
    assert list(fake.posts[1].schema["properties"]) == ["card"]
    assert analysis.cards["ru"].tldr == RU["tldr"]


async def test_a_context_for_nothing_is_said_and_costs_no_answer() -> None:
    too_small = answers.fails(400, code="context_length_exceeded")
    async with talking() as (fake, model):
        fake.default = too_small
        with pytest.raises(llm.ContextTooSmall, match="num_ctx"):
            await model.analyse(post())
        assert not model.short
    assert len(fake.posts) == 2


@pytest.mark.parametrize(
    ("title", "tldr"),
    [
        ("At most 70 characters, names the subject", "A new method keeps its accuracy."),
        ("A quantization method", "1-3 sentences: what was done, how, the result with its number"),
        ("PhonoTiny", "Team Rowan released PhonoTiny, a 40M speech decoder that runs on phones."),
    ],
)
async def test_the_prompts_own_words_are_no_card(title: str, tldr: str) -> None:
    copied = answers.says(short({"bullets": [], "tldr": tldr, "title": title}))
    honest = {"bullets": [], "tldr": "Weights take 3.6 bits.", "title": "Quantization to 3.6 bits"}
    async with talking(form="short") as (fake, model):
        fake.script(copied, answers.says({"card": honest}))
        analysis, usage = await model.analyse(ENGLISH)
    assert analysis.cards["en"].title == honest["title"]
    assert usage.repaired
    assert usage.calls == 2
    assert "repeats what the form asks for" in str(fake.posts[1].body["messages"][-1])

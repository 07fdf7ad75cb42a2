"""Failures of a model server: each typed, told in one line, tried again only where it helps."""

from collections.abc import Callable

import pytest

from bot.extract.budget import pricing
from bot.extract.llm import model as llm
from bot.extract.llm.model import ModelError
from tests.extract.posts import post
from tests.extract.talk import Naps, talking
from tests.fakes import openai_answers as answers
from tests.fakes.openai import KEY, FakeOpenAI
from tests.fakes.openai_answers import Answer

LASTING: list[tuple[Answer, type[ModelError]]] = [
    (answers.refuses(), llm.Refused),
    (answers.filtered(), llm.Filtered),
    (answers.fails(400, code="content_filter"), llm.Filtered),
    (answers.flood(), llm.RateLimited),
    (answers.no_quota(), llm.QuotaExceeded),
    (answers.no_quota(by_code=False), llm.QuotaExceeded),
    (answers.fails(402), llm.QuotaExceeded),
    (answers.fails(401), llm.Unauthorized),
    (answers.fails(403, code="unsupported_country_region_territory"), llm.Unauthorized),
    (answers.fails(404, code="model_not_found"), llm.ModelNotFound),
    (answers.fails(400, param="tools"), llm.BadRequest),
    (answers.fails(422), llm.BadRequest),
]


@pytest.mark.parametrize(("answer", "error"), LASTING)
async def test_a_lasting_failure_is_typed_and_not_tried_again(
    answer: Answer, error: type[ModelError]
) -> None:
    async with talking() as (fake, model):
        fake.script(answer)
        with pytest.raises(error) as caught:
            await model.analyse(post())
        assert len(fake.posts) == 1
        assert (await model.analyse(post())).analysis.cards
    assert str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.usage.calls == 1


PASSING = [
    answers.fails(500),
    answers.fails(503, code="slow_down"),
    answers.fails(529),
    answers.fails(408),
    answers.raw(b"<html>Bad gateway</html>", status=502, content_type="text/html"),
    answers.raw(b"<html>Welcome</html>", content_type="text/html"),
    answers.raw(b""),
    answers.raw(b'{"choices": NaN}'),
    answers.raw(b'{"error": {"message": "overloaded"}}'),
    answers.raw(b'{"choices": [{"message": {"content": 5}}]}'),
    answers.raw(b"\xff\xfe"),
    answers.breaks_off,
]


@pytest.mark.parametrize("answer", PASSING)
async def test_a_passing_failure_is_tried_three_times(answer: Answer) -> None:
    naps: Naps = []
    async with talking(naps=naps) as (fake, model):
        fake.script(answer, answer)
        assert (await model.analyse(post())).usage.calls == 3
        assert len(naps) == 2
        assert 0 < naps[0] < naps[1] < 5
        fake.script(answer, answer, answer)
        with pytest.raises(llm.Unavailable) as caught:
            await model.analyse(post())
    assert len(fake.posts) == 6
    assert caught.value.usage.calls == 3


@pytest.mark.parametrize("answer", [answers.hangs, answers.drips])
@pytest.mark.slow
async def test_a_call_has_a_deadline_as_a_whole_and_is_not_repeated(answer: Answer) -> None:
    async with talking(timeout=1.5, price=pricing.Price(1, 1)) as (fake, model):
        fake.script(answer)
        with pytest.raises(llm.Unavailable, match="MODEL_TIMEOUT") as caught:
            await model.analyse(post())
        assert len(fake.posts) == 1
        assert (await model.analyse(post())).analysis.cards
    assert caught.value.usage.cost > 1_000  # a server bills what nobody waited for


async def test_nobody_there() -> None:
    naps: Naps = []
    async with talking(naps=naps) as (fake, model):
        await fake.__aexit__(None, None, None)
        with pytest.raises(llm.Unavailable, match="connection failed"):
            await model.analyse(post())
    assert len(naps) == 2


@pytest.mark.parametrize(
    ("value", "header", "seconds"),
    [
        ("7", "retry-after", 7.0),
        ("1500", "retry-after-ms", 1.5),
        ("3600", "retry-after", 3600.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "retry-after", 0.0),
        ("soon", "retry-after", None),
        (None, "retry-after", None),
        ("nan", "retry-after-ms", None),
    ],
)
async def test_a_flood_says_how_long(
    value: str | None, header: str, seconds: float | None
) -> None:
    async with talking() as (fake, model):
        fake.script(answers.flood(value, header))
        with pytest.raises(llm.RateLimited) as caught:
            await model.analyse(post())
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    "make", [lambda: FakeOpenAI(key="another-key"), lambda: FakeOpenAI(models=("other",))]
)
async def test_errors_never_hold_the_key(make: Callable[[], FakeOpenAI]) -> None:
    async with talking(make()) as (_, model):
        with pytest.raises((llm.Unauthorized, llm.ModelNotFound)) as caught:
            await model.analyse(post())
    assert KEY not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__

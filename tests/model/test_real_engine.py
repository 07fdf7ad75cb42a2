"""Three posts read by real weights behind a real engine, from the preview to the digest.

The weights are those of a small base model: they show what an engine does, not what a model says.
What they say may be refused; then the post is quoted, with a reason.
"""

import asyncio
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.collect.preview.page import parse_page
from bot.extract.checks.copied_form import echoes, instructions
from bot.extract.checks.quotes import PostText
from bot.extract.forms.form_in_answer import find_form
from bot.extract.llm.prompt import load_prompt
from tests.e2e.bot_process import ROOT, environment
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme
from tests.model.wire import Passed, Wire

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(3_600)]
HANDLE = "tensor_attic"
POSTS = (
    "Лаборатория «Чердак» выложила Клест — декодер речи на 55 млн параметров под лицензией MIT. "
    "На ноутбуке он отстаёт от говорящего на 0,3 секунды, а доля ошибок на русском упала с 9,1 % "
    "до 7,4 %. Учили на 1 200 часах записей; веса и код открыты.",
    "The Larch group compressed a 7B language model to 3 bits per weight. Accuracy on their "
    "reading test falls from 71.2 to 69.8, memory from 14 GB to 3.1 GB, and calibration takes two "
    "hours on one card. The authors warn that arithmetic suffers most.",
    "Разбираем статью «Lantern: дешёвая память для агентов». Авторы замечают, что агенты читают "
    "свою историю целиком на каждом шаге и тратят на это до 80 % токенов. Lantern хранит историю "
    "как дерево заметок: листья — дословные наблюдения, узлы — короткие пересказы, которые пишет "
    "та же модель.<br/><br/>Перед каждым действием агент спускается по дереву и берёт не больше "
    "шести заметок. На наборе из 300 задач по ремонту кода доля решённых выросла с 41 % до 44 %, "
    "а расход токенов упал в 3,2 раза. Без пересказов, только с дословными листьями, выигрыша "
    "нет: 40 %.<br/><br/>Ограничения. Дерево большого репозитория строится 12 минут, пересказы "
    "устаревают, когда код меняют другие, все опыты на одной модели. Код обещают открыть в "
    "декабре. Мне кажется, что главное здесь не дерево, а то, что модель сама решает, чего не "
    "читать.",
)
WORD = re.compile(r"[^\W\d_]{2,}")
REASON = re.compile(r"model failed +error=(\w+ reason=\S.*)")


class Printed(NamedTuple):
    """What a command printed."""

    out: str
    log: str

    @property
    def reasons(self) -> list[str]:
        """Why the model was of no use, once for each post."""
        return REASON.findall(self.log)


async def run(env: Mapping[str, str], *command: str) -> Printed:
    """The program, to its end, which must be a good one."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *command),
        cwd=env["HOME"],
        env={**env, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    assert process.returncode == 0, err.decode()
    return Printed(out.decode(), err.decode())


async def test_each_post_ends_as_a_card_or_as_a_quote_with_its_reason(
    tmp_path: Path, wire: Wire
) -> None:
    now = datetime.now(UTC)
    shown = page(HANDLE, [written(n, html, at=now) for n, html in enumerate(POSTS, 1)])
    async with FakeTme() as site:
        site.serve(HANDLE, shown)
        env = environment(
            tmp_path,
            OPENAI_BASE_URL=wire.url,
            OPENAI_MODEL="local",
            MODEL_CONCURRENCY="1",  # one slot; and what one answer teaches holds for the next
            MODEL_FORM="short",
            MODEL_TIMEOUT="1800",
            PREVIEW_BASE_URL=site.base_url,
        )
        digest = await run(env, "digest", HANDLE, "--format", "json")
        costs = json.loads((await run(env, "costs", "--json")).out)
    stories = json.loads(digest.out)["stories"]
    sys.stdout.writelines(f"{line}\n" for line in _told(stories, wire.calls, digest.reasons))

    assert len(stories) == len(POSTS)
    assert costs["today"]["calls"] == len(wire.calls)
    assert [call.status for call in wire.calls] == [200] * len(wire.calls)
    assert all(call.whole for call in wire.calls), "a call waited too long and was given up"
    forms = [find_form(call.told.text, call.form) for call in wire.calls if call.form]
    assert sum(found.form is not None for found in forms) >= 2
    quoted = [story for story in stories if story["engine"] == "extractive"]
    assert len(digest.reasons) == len(quoted)
    posts = {post.url: post for post in parse_page(shown).posts}
    for story in stories:
        if story["engine"] == "llm":
            _about(story, PostText(posts[story["url"]]))


def _about(story: dict[str, Any], source: PostText) -> None:
    """A card has words, and they are about its post."""
    prompts = load_prompt()
    ours = instructions(prompts.system, prompts.short, prompts.repair)
    text = f"{story['title']} {story['summary']}"
    assert len(WORD.findall(text)) >= 3
    assert source.shares(text)
    assert not echoes(story["title"], ours, source)
    assert not echoes(story["summary"], ours, source)


def _told(stories: list[dict[str, Any]], calls: list[Passed], reasons: list[str]) -> Iterator[str]:
    """What became of each post, and what the engine said."""
    for number, call in enumerate(calls, 1):
        asked = call.body["response_format"]["json_schema"]["name"]
        if not call.whole:
            yield f"\ncall {number}: {asked}, given up after {len(call.answer)} bytes"
            continue
        usage = call.told.usage
        found = find_form(call.told.text, call.form).form is not None if call.form else ""
        yield f"\ncall {number}: {asked}, the form: {found}, ended by {call.told.finish}, {usage}"
        yield " ".join(call.told.text.split())[:600]
    for story in stories:
        yield f"\n{story['url']}: {story['engine']}\n  {story['title']}\n  {story['summary']}"
    yield from (f"\nreason: {reason}" for reason in reasons)

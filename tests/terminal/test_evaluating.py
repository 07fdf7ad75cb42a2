"""``fortochka eval``: a table, JSON, requests written down, replies kept and scored again."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.errors import CommandError
from bot.terminal.evaluating import AnswersFailed, evaluate
from tests.extract.talk import OTHER_NUMBER
from tests.fakes import openai_answers as answers
from tests.fakes.openai import KEY, MODEL, FakeOpenAI

TEXTS = (
    "Модель Kedr-7B сжали до 3,6 бит. Статья: https://arxiv.org/abs/2501.01234",
    "Команда Vetka выпустила синтез речи. Голос клонируется за 3 секунды.",
    "Новый бенчмарк для агентов: 120 задач, лучшая модель решает 41%.",
)


def row(number: int, **changes: Any) -> dict[str, Any]:
    text = TEXTS[number]
    return {"id": f"m-{number}", "text": text, "kind": "news", "topics": ["agents"],
            "must_mention_spec": [{"match": [r"\d"]}]} | changes  # fmt: skip


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.jsonl"
    rows = [json.dumps(row(number), ensure_ascii=False) for number in range(len(TEXTS))]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No key, no server and no ``.env`` of the developer."""
    for name in ("OPENAI_API_KEY", "OPENAI_API_KEY_FILE", "OPENAI_BASE_URL", "LANGUAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_MODEL", MODEL)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def rows_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


async def printed(
    capsys: pytest.CaptureFixture[str], posts: Path, engine: str = "llm", **files: Path
) -> dict[str, Any]:
    with suppress(AnswersFailed):
        await evaluate([posts], engine, as_json=True, **files)
    said = capsys.readouterr().out
    found: dict[str, Any] = json.loads(said[said.index("{\n") :])  # logs may come first
    return found


async def test_scores_are_shown_with_their_intervals(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await evaluate([labelled])
    table = capsys.readouterr().out
    assert "labelled" in table
    for score in ("topic_strict", "must_card", "kind_lenient", "ms"):
        assert score in table
    figures = (await printed(capsys, labelled, "extractive"))["sets"]["labelled"]
    assert figures["posts"]["value"] == 3
    assert figures["must_card"]["low"] <= figures["must_card"]["value"] == 1.0


async def test_requests_are_written_and_none_is_sent(
    labelled: Path, tmp_path: Path, blind: pytest.MonkeyPatch
) -> None:
    async with FakeOpenAI() as fake:
        blind.setenv("OPENAI_BASE_URL", fake.url)
        await evaluate([labelled], dump=tmp_path / "one.jsonl")
        await evaluate([labelled], dump=tmp_path / "two.jsonl")
    assert fake.requests == []
    one = rows_in(tmp_path / "one.jsonl")
    assert one == rows_in(tmp_path / "two.jsonl")
    assert [each["post"] for each in one] == ["m-0", "m-1", "m-2"]
    assert len({each["request"]["messages"][1]["content"].split("\n")[0] for each in one}) == 3


async def test_a_dump_is_what_a_server_gets(
    labelled: Path, tmp_path: Path, blind: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with FakeOpenAI() as fake:
        blind.setenv("OPENAI_BASE_URL", fake.url)
        await evaluate([labelled], dump=tmp_path / "dump.jsonl")
        await evaluate([labelled], "llm")
    capsys.readouterr()
    dumped = [each["request"] for each in rows_in(tmp_path / "dump.jsonl")]
    sent = sorted((asked.body for asked in fake.posts), key=lambda body: TEXTS.index(_text(body)))
    assert [_without_nonce(each) for each in dumped] == [_without_nonce(each) for each in sent]


def _text(body: dict[str, Any]) -> str:
    return next(text for text in TEXTS if text[:20] in body["messages"][1]["content"])


def _without_nonce(body: dict[str, Any]) -> str:
    nonce = body["messages"][1]["content"].split()[1]
    return json.dumps(body, ensure_ascii=False).replace(nonce, "")


async def test_a_replay_scores_as_the_recording_did(
    labelled: Path, tmp_path: Path, blind: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.jsonl"
    async with FakeOpenAI(unknown=("seed",)) as fake:
        blind.setenv("OPENAI_BASE_URL", fake.url)
        blind.setenv("OPENAI_API_KEY", KEY)
        fake.script(answers.says(OTHER_NUMBER), answers.refuses(), answers.cut_at())
        first = await printed(capsys, labelled, record=kept)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        blind.delenv(name)
    again = await printed(capsys, labelled, replay=kept)
    assert again == first
    assert first["costs"]["failures"] == {"Refused": 1}
    assert first["costs"]["repaired_share"] > 0
    rows = rows_in(kept)
    assert {each["post"] for each in rows} == {"m-0", "m-1", "m-2"}
    assert {each["model"] for each in rows} == {MODEL}
    assert len({each["prompt_id"] for each in rows}) == 1
    assert all(each["usage"]["prompt"] > 0 for each in rows if not each["failure"])
    assert KEY not in kept.read_text("utf-8")


async def test_posts_without_a_kept_reply_are_counted(
    labelled: Path, tmp_path: Path, blind: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.jsonl"
    async with FakeOpenAI() as fake:
        blind.setenv("OPENAI_BASE_URL", fake.url)
        await evaluate([labelled], record=kept)
    capsys.readouterr()
    lines = kept.read_text("utf-8").splitlines()
    some = [line for line in lines if json.loads(line)["post"] != "m-1"]
    kept.write_text("\n".join(some), encoding="utf-8")
    found = await printed(capsys, labelled, replay=kept)
    assert found["missing"] == 1
    assert found["sets"]["labelled"]["posts"]["value"] == 2


async def test_a_recording_is_never_written_over(
    labelled: Path, tmp_path: Path, blind: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.jsonl"
    kept.write_text("paid for", encoding="utf-8")
    blind.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(CommandError, match="exists"):
        await evaluate([labelled], record=kept)
    assert kept.read_text("utf-8") == "paid for"


async def test_a_refused_key_ends_the_recording(
    labelled: Path, tmp_path: Path, blind: pytest.MonkeyPatch
) -> None:
    async with FakeOpenAI(key="another") as fake:
        blind.setenv("OPENAI_BASE_URL", fake.url)
        blind.setenv("OPENAI_API_KEY", KEY)
        with pytest.raises(CommandError, match="refused") as caught:
            await evaluate([labelled], record=tmp_path / "kept.jsonl")
    assert KEY not in str(caught.value)


async def test_a_model_without_a_key_is_a_plain_error(
    labelled: Path, blind: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="OPENAI_API_KEY"):
        await evaluate([labelled], "llm")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"id": "x"}', "line 1"),
        (json.dumps(row(0)) + "\n{oops", "line 2"),
        ("", "no labelled posts"),
        (None, "cannot be read"),
    ],
)
async def test_a_bad_set_is_named(tmp_path: Path, text: str | None, reason: str) -> None:
    path = tmp_path / "set.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=rf"set\.jsonl.*{reason}"):
        await evaluate([path])


GOOD = '{"post": "m-0", "prompt_id": "a", "model": "b", "said": "{}"}'
OTHER = GOOD.replace('"a"', '"c"')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{GOOD}\n[]", "line 2"),
        (f'{GOOD}\n{{"post": "m-0"}}', "line 2: prompt_id"),
        (f"{GOOD}\n{OTHER}", "one prompt"),
        ("", "none"),
        (None, "cannot be read"),
    ],
)  # fmt: skip
async def test_a_bad_recording_is_named(
    labelled: Path, tmp_path: Path, text: str | None, reason: str
) -> None:
    path = tmp_path / "kept.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=rf"kept\.jsonl.*{reason}"):
        await evaluate([labelled], replay=path)


async def test_files_that_contradict_each_other_are_refused(
    labelled: Path, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="at a time"):
        await evaluate([labelled], dump=tmp_path / "a", replay=tmp_path / "b")

"""``fortochka why``: how a post was read and why it stands in its story."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.errors import CommandError
from bot.model import Event, Slot, Subscription, Verdict, story_name, utc_now
from bot.store import open_store
from bot.terminal.why import print_why
from tests.fakes.entries import make_entry
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import fails
from tests.telegram.seeding import put

TOLD = (
    "post @pane_three/3",
    "read by llm, prompt test",
    "because one paper is retold",
    "event Tarnis release Zorkan 4.2, 20.11, not new",
    "judged when it was read: follows @pane_one/1; shown @pane_one/1",
    "story {name}",
    "@pane_three/3  grouped:names:zorkan",
    "shown under {over}",
    "@pane_one/1  first",
    "@pane_two/2  paper:arxiv:2611.00001",
    "follows @pane_one/1",
    "listed in @pane_two/2",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FORTOCHKA_HOME", str(tmp_path / "home"))
    for name in ("REDIS_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


async def test_everything_that_ties_a_post_is_said(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = make_entry("pane_one", 1, text="Words of one.", papers=["2611.00001"], hours_ago=9)
    second = make_entry("pane_two", 2, text="Other words.", papers=["2611.00001"], hours_ago=5)
    third = make_entry("pane_three", 3, text="Quite other words.", hours_ago=2)
    event = Event(actor="Tarnis", action="release", object="Zorkan 4.2", date="20.11", new=False)
    said = Verdict(shown=(first.key,), follows=first.key)
    read = third.analysis.model_copy(
        update={"event": event, "verdict": said, "reason": "one paper is retold"}
    )
    third = third.model_copy(update={"analysis": read})
    async with open_store(Settings(_env_file=None, fortochka_home=home)) as store:
        await put(store, first, second, third)
        name, over = story_name(third.key), story_name(first.key)
        await store.stories.join(
            third.key,
            new_id=name,
            decisive=[],
            follows=first.key,
            group=over,
            why_group="grouped:names:zorkan",
        )
        await store.stories.note_roundup(second.key, [third.key])
    await print_why("https://t.me/pane_three/3")
    told = capsys.readouterr().out
    parts = [part.format(over=over, name=name) for part in TOLD]
    assert [part for part in parts if part not in told] == []
    await print_why("@pane_one/1")
    assert f"shown with {name}" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no post is stored under"):
        await print_why("t.me/pane_one/99")


def _told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    said = capsys.readouterr().out
    found = json.loads(said[said.index('{\n "version"') :])  # a test's log is before it
    assert isinstance(found, dict)
    return found


async def test_how_a_post_came_what_became_of_it_and_who_got_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = make_entry("pane_four", 4, text="A first wording.", kind="promo", at=utc_now())
    edited = entry.post.model_copy(
        update={"text": "Another wording.", "edited": True, "edited_at": utc_now()}
    )
    now = utc_now().replace(microsecond=0)
    async with open_store(Settings(_env_file=None, fortochka_home=home)) as store:
        await put(store, entry)
        name = story_name(entry.key)
        assert await store.posts.ingest(edited) == "changed"
        assert await store.posts.again(edited, 1, timedelta(hours=1))
        for chat in (701, 702):
            await store.subscriptions.save(Subscription(chat_id=chat), now)
        slot = Slot(chat_id=701, cadence="daily", day=now.date())
        await store.subscriptions.close_slot(slot, [], None, until=now, stories=[name])
        await store.alerts.number(name, 702, now.date(), 5)
        await store.dead_letters.report(entry.key, "r", "the model refused")
    await print_why("t.me/pane_four/4?single", as_json=True)
    found = _told(capsys)
    assert found["key"] == entry.key
    assert found["seen"]["route"] == entry.post.channel.route
    assert found["seen"]["at"] <= found["seen"]["changed_at"]
    assert (found["seen"]["edits"], found["seen"]["revision"]) == (1, edited.revision)
    assert found["reading"]["revision"] == entry.revision
    assert found["skipped"] == "digests only count posts of the kind promo"
    assert found["waits"][0] == "in the queue"
    assert found["waits"][1].startswith("put off until ")
    assert [letter["reason"] for letter in found["dead"]] == ["the model refused"]
    given = {(each["chat"], each["by"]) for each in found["given"]}
    assert given == {(701, "digest"), (702, "alert")}
    for which in (name, f"s_{name}", f"https://t.me/some_bot?start=s_{name}"):
        await print_why(which)
        lines = capsys.readouterr().out.splitlines()
        assert f"story {name}" in lines
        assert "given to 2 readers" in lines
        assert "cost nothing that was noted" in lines


async def test_a_post_that_nobody_has_read_is_known_too(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = make_entry("Pane_Five", 5, at=utc_now())
    async with open_store(Settings(_env_file=None, fortochka_home=home)) as store:
        await store.posts.ingest(await store.channels.adopt(entry.post))
    await print_why("https://t.me/s/Pane_Five/5")
    lines = capsys.readouterr().out.splitlines()
    assert "waits: in the queue" in lines
    assert "not read yet" in lines


async def test_reading_it_again_says_what_changed_and_what_it_cost(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The Lantern model reads two thousand posts a second on a laptop. " * 3
    entry = make_entry("pane_six", 6, text=text, title="Something else", at=utc_now())
    async with FakeOpenAI() as model:
        monkeypatch.setenv("OPENAI_API_KEY", "made-up")
        monkeypatch.setenv("OPENAI_BASE_URL", model.url)
        monkeypatch.setenv("OPENAI_PRICE", "1,4")
        async with open_store(Settings(_env_file=None, fortochka_home=home)) as store:
            await put(store, entry)
        await print_why("t.me/pane_six/6", as_json=True, again=True)
        first = _told(capsys)
        await print_why("t.me/pane_six/6", again=True)
        lines = capsys.readouterr().out.splitlines()
        model.default = fails(401)
        with pytest.raises(CommandError, match="the model cannot be asked now"):
            await print_why("t.me/pane_six/6", again=True)
    assert len(model.posts) >= 2
    assert first["again"]["answer"] == "stored"
    assert first["again"]["changed"]["title en"][0] == "Something else"
    assert first["reading"]["titles"]["en"] == first["again"]["changed"]["title en"][1]
    assert (first["calls"], first["micro_dollars"] > 0) == (1, True)
    assert lines[-1] == "read again: stored, and nothing is different"
    assert lines[-2].startswith("cost $0.") and lines[-2].endswith(", 2 calls of a model")


async def test_without_a_model_nothing_is_read_again(home: Path) -> None:
    async with open_store(Settings(_env_file=None, fortochka_home=home)) as store:
        await put(store, make_entry("pane_seven", 7))
    with pytest.raises(CommandError, match="why --again: needs a model"):
        await print_why("t.me/pane_seven/7", again=True)
    with pytest.raises(CommandError, match="no post is stored under 0123456789ab, and no story"):
        await print_why("0123456789ab")

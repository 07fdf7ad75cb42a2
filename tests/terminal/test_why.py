"""``fortochka why``: how a post was read and why it stands in its story."""

from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import CommandError
from bot.model import Event, Verdict, story_name
from bot.store import open_store
from bot.terminal.why import print_why
from tests.fakes.entries import make_entry
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
    monkeypatch.delenv("REDIS_URL", raising=False)
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

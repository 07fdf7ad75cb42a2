"""Prompts and topics of one's own, by the environment or ``.env``; another field of knowledge."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PRINT = "from bot.taxonomy.topics import taxonomy; print(taxonomy().topics[0].slug)"
BIOLOGY = ROOT / "docs" / "fields" / "biology"


@pytest.mark.parametrize("by_file", [True, False])
def test_own_topics_are_used(tmp_path: Path, by_file: bool) -> None:
    own = tmp_path / "own"
    shutil.copytree(ROOT / "prompts", own)
    topics = own / "topics.toml"
    first = _said(tmp_path, {}, PRINT)
    text = topics.read_text("utf-8")
    topics.write_text(text.replace(f'"{first}"', '"gardening"'))
    if by_file:
        (tmp_path / ".env").write_text(f"PROMPTS_DIR={own}\n")
    variables = {} if by_file else {"PROMPTS_DIR": str(own)}
    assert _said(tmp_path, variables, PRINT) == "gardening"


READ = """
from datetime import UTC, datetime
from bot.extract.extractive import analyse
from bot.model import Channel, Post
for number, text in enumerate({texts!r}):
    post = Post(channel=Channel(ref="1"), message_id=number, text=text,
                published_at=datetime(2026, 1, 1, tzinfo=UTC))
    found = analyse(post)
    print(found.kind, *found.topics)
"""


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Секвенировали геном тихоходки: мутации в генах редки. Клетки и мембраны целы.",
         "news genetics cells"),
        ("Летняя школа по нейробиологии пройдёт 12 июля, регистрация до 1 мая. Мозг и синапсы.",
         "event community neuro"),
        ("Купили диван, он синий и удобный.", "news other"),
    ],
)  # fmt: skip
def test_posts_are_read_by_a_taxonomy_of_another_field(
    tmp_path: Path, text: str, labels: str
) -> None:
    of_biology = {"PROMPTS_DIR": str(BIOLOGY)}
    assert _said(tmp_path, of_biology, READ.format(texts=[text])) == labels


def test_one_file_of_another_field_runs_the_whole_pipeline(tmp_path: Path) -> None:
    done = _run(tmp_path, {"PROMPTS_DIR": str(BIOLOGY)}, "-m", "bot", "demo", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "/topic genetics" in done.stdout
    assert "Genetics and genomes" in done.stdout


TELL = """
from bot.extract.llm.prompt import load_prompt, overview, system
from bot.i18n import messages, of_this_field
prompts = load_prompt()
shown = overview(prompts, [], period="day", language="en", nonce="n")
print(system(prompts, ["en"]), system(prompts, ["en"], short=True), shown[0]["content"])
print(of_this_field(messages("en").help, "en"), of_this_field(messages("ru").help, "ru"))
"""


def test_prompts_and_readers_are_told_the_field_by_its_name(tmp_path: Path) -> None:
    ours = _said(tmp_path, {}, TELL)
    told = _said(tmp_path, {"PROMPTS_DIR": str(BIOLOGY)}, TELL)
    assert ours.count("about machine learning") == told.count("about biology") == 3
    assert "I read biology channels" in told
    assert "Читаю био-каналы" in told
    for word in ("machine learning", "ML", "quantization", "speech"):
        assert word not in told
        assert word in ours


def test_topics_without_a_field_need_none(tmp_path: Path) -> None:
    text = _told_of(BIOLOGY).replace("[field]", "[unused]").split("[unused]")
    rest = text[1][text[1].index("[rules]") :]
    (tmp_path / "topics.toml").write_text(text[0] + rest, "utf-8")
    told = _said(tmp_path, {"PROMPTS_DIR": str(tmp_path)}, TELL)
    assert "a digest of Telegram channels. You read" in told
    assert "I read channels" in told


FAULTS = [
    ("group = 'life'", "group = 'lief'", "topics.genetics.group: there is no [groups.lief]"),
    ("meetings = 'community'", "meetings = 'fun'", "rules.meetings: there is no topic fun"),
    ("topic = 'genetics'", "topic = 'rocks'", "field.topic: there is no topic rocks"),
    ("slug = 'cells'", "slug = 'Cells!'", "topics.Cells!.slug: has 1 to 32 of a-z, 0-9 and _"),
    ("slug = 'cells'", "slug = 'neuro'", "topics.neuro: stands there twice"),
    ("title_en = 'Cells and proteins'", "", "topics.cells: title_en is missing"),
    ("version = '2026-11-1'", "", "version: Field required"),
    ("aliases_en = ['cell'", "alias_en = ['cell'", "topics.cells.alias_en"),
    ("[groups.life]", "[kinds.rumour]\ntitle_en = 'R'\n\n[groups.life]", "kinds.rumour: is"),
    ("topic = 'genetics'", "example_form = 'kind: news'", "field.example_form: is no JSON"),
    ("[field]", "[field", "line 5"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "told"), FAULTS)
def test_a_slip_in_the_file_is_one_line_with_its_place(
    tmp_path: Path, good: str, bad: str, told: str
) -> None:
    own = tmp_path / "topics.toml"
    text = _told_of(BIOLOGY)
    assert good in text
    own.write_text(text.replace(good, bad, 1), "utf-8")
    _tells_one_line(tmp_path, f"{own}: ", told)


def test_a_slip_in_the_wordings_of_kinds_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "kinds.toml").write_text('job = "vacancy"\n', "utf-8")
    _tells_one_line(tmp_path, f"{tmp_path / 'kinds.toml'}: job: must be a list", "")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    _tells_one_line(tmp_path / "nowhere", "PROMPTS_DIR: there is no folder", "nowhere")


def _tells_one_line(folder: Path, head: str, told: str) -> None:
    done = _run(folder.parent, {"PROMPTS_DIR": str(folder)}, "-m", "bot", "topic", "genetics")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"fortochka: {head}")
    assert told in line


def _told_of(folder: Path) -> str:
    return (folder / "topics.toml").read_text("utf-8").replace('"', "'")


def _said(folder: Path, variables: dict[str, str], code: str) -> str:
    done = _run(folder, variables, "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _run(
    folder: Path, variables: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    home = {"HOME": str(folder), "FORTOCHKA_HOME": str(folder / "home")}
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **home, **variables}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )

"""What makes one story: paper, origin, near-identical text; and what must not."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.digest.cluster import group, is_hint, lookups, story_id
from bot.model import Entry, Origin, Paper
from tests.fakes.entries import make_entry, make_paper

LONG = (
    "Авторы придумали, как хранить веса в двух битах: делят их на блоки, подбирают масштаб "
    "и ничего не дообучают. На трёх моделях качество почти не падает, а память сокращается "
    "в семь раз; код обещают открыть после конференции, веса уже лежат в репозитории."
)
OTHER = (
    "Новый набор задач для агентов проверяет, умеют ли модели пользоваться терминалом: чинить "
    "сборку, искать утечку памяти и писать тесты. Лучшая система решает чуть больше половины, "
    "человек за то же время справляется почти со всем, и разрыв не сокращается второй год."
)


def same_story(a: Entry, b: Entry) -> bool:
    return len(group([a, b])) == 1


def test_the_same_main_paper_makes_a_story() -> None:
    a = make_entry("a", text=LONG, papers=["2611.00001"])
    b = make_entry("b", text=OTHER, papers=["2611.00001", "2101.00002"])
    assert same_story(a, b)


def test_a_paper_of_comparison_does_not() -> None:
    a = make_entry("a", text=LONG, papers=["2611.00001", "2101.00002"])
    b = make_entry("b", text=OTHER, papers=["2101.00002"])
    assert not same_story(a, b)


@pytest.mark.parametrize("kind", ["roundup", "paper_review"])
def test_a_round_up_glues_nothing(kind: str) -> None:
    papers = [make_paper(f"2611.0000{n}") for n in range(1, 6)]
    shown = papers[:2] if kind == "roundup" else papers
    rounded = make_entry("r", text="Статьи недели, часть первая", papers=shown, kind=kind)
    reviews = [make_entry("a", n, text=f"о статье {n}", papers=[p]) for n, p in enumerate(papers)]
    assert len(group([rounded, *reviews])) == 6


def test_papers_without_identity_say_nothing() -> None:
    nameless = [Paper(title="Attention")]
    assert not same_story(
        make_entry("a", text=LONG, papers=nameless), make_entry("b", text=OTHER, papers=nameless)
    )


@pytest.mark.parametrize("name", ["@Source", "source", "Source"])
def test_a_repost_joins_its_origin_and_other_reposts(name: str) -> None:
    origin = make_entry("source", 40, text=LONG)
    reposts = [
        make_entry(c, text=t, forward=Origin(name="S", channel=name, message_id=40), hours_ago=0)
        for c, t in (("a", "👇"), ("b", OTHER))
    ]
    assert len(group([*reposts, origin])) == 1
    assert len(group(reposts)) == 1


def test_a_hidden_origin_says_nothing() -> None:
    hidden = Origin(name="Somebody")
    assert not same_story(
        make_entry("a", text="да", forward=hidden), make_entry("b", text="нет", forward=hidden)
    )


@pytest.mark.parametrize(
    "edit",
    [
        str.upper,
        lambda text: text.replace("придумали", "нашли способ"),
        lambda text: text + "\n\n👉 Подписывайтесь на @made_up_channel https://t.me/made_up",
        lambda text: "Читаем вместе, вот что пишут коллеги:\n\n" + text,
        lambda text: text[: len(text) * 2 // 3],
        lambda text: text.replace("ё", "е").replace(".", " 🔥."),
    ],
)
def test_an_edited_text_stays_the_story(edit: Callable[[str], str]) -> None:
    a, b = make_entry("a", text=LONG), make_entry("b", text=edit(LONG))
    assert same_story(a, b)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (LONG, OTHER),
        ("Доброе утро!", "Доброе утро!"),
        ("", ""),
        (
            "Вышла Pane 0.31: быстрее на 12 %, новая очередь, меньше памяти. Обновляйтесь.",
            "Вышла Pane 0.32: быстрее на 40 %, новая очередь, меньше памяти. Обновляйтесь.",
        ),
    ],
)
def test_different_posts_stay_apart(one: str, two: str) -> None:
    a, b = make_entry("a", text=one), make_entry("b", text=two)
    assert not same_story(a, b)
    assert len(group([a, b])) == 2


def test_posts_of_one_channel_with_one_footer_stay_apart() -> None:
    footer = " ".join(LONG.split()[:18])
    bodies = [
        "Вышла новая версия библиотеки для разметки данных, обновляйтесь",
        "Сегодня вечером читаем вслух старую статью про внимание",
        "Ищем датасет с голосами птиц северных лесов, пишите",
    ]
    posts = [make_entry("a", n, text=f"{body}\n\n{footer}") for n, body in enumerate(bodies)]
    assert len(group(posts)) == 3


def test_a_post_sent_twice_by_its_channel_is_one_story() -> None:
    again = LONG.replace("придумали", "нашли способ")
    assert len(group([make_entry("a", 1, text=LONG), make_entry("a", 2, text=again)])) == 1


def test_a_story_is_over_two_weeks_after_its_last_post() -> None:
    days = [
        make_entry("a", n, text=LONG, hours_ago=24 * day) for n, day in enumerate((40, 30, 13))
    ]
    assert [len(story.entries) for story in group(days)] == [2, 1]
    assert not same_story(days[0], days[2])


def test_a_group_does_not_depend_on_the_order_of_its_posts() -> None:
    entries = [make_entry(c, text=LONG, hours_ago=h) for c, h in (("a", 3), ("b", 2), ("c", 1))]
    story = group(entries)
    assert story == group(entries[::-1])
    assert story[0].first == entries[0]
    assert story[0].id == story_id(entries[0])


def test_lookups_are_few_and_the_certain_come_first() -> None:
    keys = lookups(make_entry(text=LONG * 20, papers=["2611.00001"]))
    assert keys[0] == "paper:arxiv:2611.00001"
    assert sorted(keys, key=is_hint) == list(keys)
    assert len(keys) == len(set(keys)) <= 24


def texts_of(shared: Path) -> list[tuple[str, str]]:
    found = []
    for name in ("ezsx_ru_ml_posts_dev", "nktkln_ru_tech_posts_dev"):
        for line in (shared / "corpora" / f"{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            found.append((str(row.get("channel")), str(row.get("text") or "")))
    return [(channel, text) for channel, text in found if len(text.split()) >= 20]


def edited(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for place in rng.sample(range(len(words)), max(1, len(words) // 12)):
        words[place] = rng.choice(["слово", "модель", "обычно", "data"])
    cut = words[: int(len(words) * rng.uniform(0.75, 1))]
    return " ".join(["Коллеги", "пишут:", *cut])


def test_recall_and_precision_on_real_posts_with_generated_edits(shared: Path) -> None:
    rng = random.Random(20)
    posts = texts_of(shared)
    originals = [make_entry("a", n, text=text, hours_ago=2) for n, (_, text) in enumerate(posts)]
    known = {story_id(story.first) for story in group(originals) if len(story.entries) > 1}
    edits = [make_entry("b", n, text=edited(text, rng)) for n, (_, text) in enumerate(posts)]
    stories = [s for s in group([*originals, *edits]) if s.id not in known]
    right = wrong = 0
    for story in stories:
        numbers = {entry.post.message_id for entry in story.entries}
        right += len(numbers) == 1 and len(story.entries) == 2
        wrong += len(numbers) > 1
    assert right / (len(posts)) >= 0.95
    assert right / (right + wrong) >= 0.97


def test_versions_of_an_edited_post_are_one_story(shared: Path) -> None:
    lines = (shared / "corpora" / "nerlfield_tgrss_dev.jsonl").read_text("utf-8").splitlines()
    versions = [
        [version["description"] for version in json.loads(line)["versions"]] for line in lines
    ]
    pairs = [
        (texts[0], texts[-1])
        for texts in versions
        if len(texts) > 1 and len(re.findall(r"\w+", texts[0])) >= 8
    ]
    same = [same_story(make_entry("a", text=a), make_entry("b", text=b)) for a, b in pairs]
    assert len(pairs) >= 15
    assert sum(same) / len(same) >= 0.9  # one of them was rewritten from its first word

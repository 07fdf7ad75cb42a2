"""The analyst without a model is no worse than the scoreboard says.

After an accepted change write ``scoreboard.json`` anew with what this prints, times and all:
``fortochka eval --json --set …/seed_posts.jsonl --set …/dev_posts.jsonl``.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bot.collect.text.links import links_in_text
from bot.evaluation import Label, Scores, case_of, drops, read_cases, report, score_analyst, timed
from bot.extract import extractive

HERE = Path(__file__).parent
BOARD = json.loads((HERE / "scoreboard.json").read_text("utf-8"))
MOST = 0.015
"""How much a score may drop before it counts as worse."""


def test_no_score_drops(shared: Path) -> None:
    sets = {
        name: list(read_cases(shared / "golden" / f"{name}.jsonl", links_in_text))
        for name in BOARD["sets"]
    }
    tallies = {n: [timed(extractive.analyse, case) for case in cases] for n, cases in sets.items()}
    now = report("extractive", tallies)
    assert drops(now.sets, BOARD["sets"], MOST) == []


def test_a_drop_a_rise_of_faults_and_a_lost_set_are_named() -> None:
    was = {"one": {"must_card": {"value": 0.9}, "must_not": {"value": 0.0}}}
    assert drops(was, was, MOST) == []
    assert (
        drops({"one": {"must_card": {"value": 0.89}, "must_not": {"value": 0.01}}}, was, MOST)
        == []
    )
    worse = {"one": {"must_card": {"value": 0.88}, "must_not": {"value": 0.1}}}
    assert drops(worse, was, MOST) == [
        "one must_card: 0.88, was 0.9",
        "one must_not: 0.1, was 0",
    ]
    assert len(drops({}, was, MOST)) == 2


def test_a_time_is_no_score() -> None:
    was = {"one": {"ms": {"value": 2.0}}}
    assert drops({"one": {"ms": {"value": 90.0}}}, was, MOST) == []


LEAST = {"kind_lenient": 0.87, "topic_lenient": 0.77, "topic_recall": 0.74}
"""Floors over 206 posts, 58 of which are of channels that no word was chosen by."""


def test_posts_of_other_channels_are_read_too(shared: Path) -> None:
    found = score_analyst(extractive.analyse, [case_of(label, 1, links_in_text)
                                          for label in _labels(shared / "corpora")])  # fmt: skip
    assert isinstance(found, Scores)
    figures = asdict(found)
    assert {name for name, least in LEAST.items() if figures[name] < least} == set(), figures


def _labels(corpora: Path) -> Iterator[Label]:
    """Our labels put to the texts, which stay where they are."""
    texts = dict(_texts(corpora))
    for line in (HERE / "corpus_labels.tsv").read_text("utf-8").splitlines()[1:]:
        key, *fields = line.split("\t")
        kind, other_kinds, topics, other_topics = (_list(field) for field in fields)
        yield Label.model_validate(
            {"id": key, "text": texts[key], "kind": kind[0], "kind_alt": other_kinds,
             "topics": topics, "topics_ok": other_topics}
        )  # fmt: skip


def _list(field: str) -> list[str]:
    return [value for value in field.split(",") if value]


def _texts(corpora: Path) -> Iterator[tuple[str, str]]:
    for name in ("ezsx_ru_ml_posts_dev.jsonl", "nerlfield_tgrss_dev.jsonl"):
        for line in (corpora / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            text = row.get("text") or row["versions"][-1]["description"]
            yield f"{row['channel']}/{row['message_id']}", text

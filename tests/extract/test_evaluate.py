"""Scores say what an analyst found, missed and made up."""

import json
from pathlib import Path

import pytest

from bot.collect.text.links import links_in_text
from bot.evaluation.labelled import Case, Label, LabelError, case_of, read_cases
from bot.evaluation.scoring import Scores, intervals, rows, score_analyst, scores
from bot.evaluation.tally import tally
from bot.model import Analysis, Card, Paper, Post
from bot.taxonomy.topics import Kind, Topic

LABEL = Label.model_validate(
    {
        "id": "m-1",
        "channel": "Тензорный чердак",
        "text": "Модель Kedr-7B сжали до 3,6 бит. Статья: https://arxiv.org/pdf/2501.01234v2",
        "kind": "paper_review",
        "kind_alt": ["news"],
        "topics": ["quantization", "inference"],
        "topics_ok": ["models"],
        "papers": [
            {"title": "Quiet Rounding for Loud Models", "arxiv_id": "2501.01234"},
            {"title": "GPTQ", "optional": True},
            {"title": None},
        ],
        "urls": ["https://arxiv.org/abs/2501.01234"],
        "must_mention_spec": [{"match": ["3[.,]6"]}, {"match": ["kedr"]}],
        "must_not_spec": [{"match": ["революц"]}],
        "ref_title": "Сжали Kedr-7B",
        "digest_worthy": True,
        "notes": "fields that are not scored are ignored",
    }
)
CASE = case_of(LABEL, 1, links_in_text)


def right(**changes: object) -> Analysis:
    values: dict[str, object] = {
        "kind": Kind("paper_review"),
        "topics": (Topic("quantization"), Topic("inference")),
        "papers": (Paper(id="arxiv:2501.01234", title="Quiet Rounding for Loud Models"),),
        "cards": {"ru": Card(title="Kedr-7B сжали", tldr="До 3,6 бит.", bullets=())},
    }
    return Analysis.model_validate(values | changes)


def scored(**changes: object) -> Scores:
    return scores([tally(CASE, right(**changes))])


def test_a_right_answer_scores_one_everywhere() -> None:
    found = score_analyst(lambda post: right(), [CASE])
    bad = {"must_not", "foreign_numbers", "foreign_urls"}
    free = {"posts", "ms", "compression"}
    other = {name for name, value in rows(found) if name not in bad | free}
    assert {getattr(found, name) for name in other} == {1.0}
    assert {getattr(found, name) for name in bad} == {0.0}
    assert found.posts == 1
    assert found.ms >= 0


def test_an_accepted_topic_costs_only_the_strict_figure() -> None:
    found = scored(topics=(Topic("models"), Topic("quantization"), Topic("inference")))
    assert found.topic_strict == pytest.approx(0.8)
    assert found.topic_lenient == 1.0
    assert found.primary == 0.0
    assert found.primary_in_gold == 0.0


def test_missed_and_invented_topics_cost_recall_and_precision() -> None:
    found = scored(topics=(Topic("quantization"), Topic("speech")))
    assert (found.topic_precision, found.topic_recall) == (0.5, 0.5)
    assert found.topic_macro == 0.5  # quantization 1, inference 0


def test_an_accepted_kind_is_lenient_only() -> None:
    found = scored(kind=Kind("news"))
    assert (found.kind_strict, found.kind_lenient) == (0.0, 1.0)
    assert scored(kind=Kind("job")).kind_lenient == 0.0


def test_skipping_what_is_worth_reading_is_wrong() -> None:
    assert scored(importance="skip").skip == 0.0


@pytest.mark.parametrize(
    ("title", "precision", "recall"),
    [
        ("Quiet rounding for loud models", 1.0, 1.0),
        ("Quiet Rounding for Loud", 1.0, 1.0),
        ("Another Work Altogether", 0.0, 0.0),
        ("GPTQ", 1.0, 0.0),
        (None, 1.0, 0.0),
    ],
)
def test_titles_are_compared_loosely(title: str | None, precision: float, recall: float) -> None:
    found = scored(papers=(Paper(id="arxiv:2501.01234", title=title),))
    assert (found.title_precision, found.title_recall) == (precision, recall)


def test_a_wrong_identity_costs_both_ways() -> None:
    found = scored(papers=(Paper(id="arxiv:2501.99999"),))
    assert (found.arxiv_precision, found.arxiv_recall) == (0.0, 0.0)


def card(title: str = "Kedr-7B сжали", tldr: str = "До 3,6 бит.", *bullets: str) -> object:
    return {"ru": Card(title=title, tldr=tldr, bullets=bullets)}


def test_a_fact_in_a_bullet_counts_for_the_card_only() -> None:
    found = scored(cards=card("Kedr-7B сжали", "Сжали.", "До 3,6 бит"))
    assert (found.must_tldr, found.must_card) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("cards", "score", "value"),
    [
        (card(tldr="Революция: 3,6 бит."), "must_not", 1.0),
        (card(tldr="До 4,8 бит."), "foreign_numbers", 1.0),
        (card(tldr="До 3.6 бит."), "foreign_numbers", 0.0),
        (card(tldr="До 3,6 бит, https://evil.example/x"), "foreign_urls", 1.0),
        (card(tldr="До 3,6 бит, см. @stranger"), "foreign_urls", 1.0),
        (card(title="К" * 71), "lengths", 0.0),
        (card(title=""), "lengths", 0.0),
        (card(tldr="3,6 " * 100), "lengths", 0.0),
        (card("Kedr", "3,6", "б" * 241), "lengths", 0.0),
    ],
)
def test_what_a_card_must_not_do_is_seen(cards: object, score: str, value: float) -> None:
    assert getattr(scored(cards=cards), score) == value


@pytest.mark.parametrize(
    ("title", "share"), [("Kedr-7B сжала", 1.0), ("Kedr-7B", 2 / 3), ("Вышел отчёт", 0.0)]
)
def test_a_headline_is_compared_by_its_stems(title: str, share: float) -> None:
    assert scored(cards=card(title)).headline == pytest.approx(share, abs=0.001)


def test_urls_are_compared_in_canonical_form() -> None:
    lost = Case(LABEL, CASE.post.model_copy(update={"links": ()}), CASE.urls)
    found = scores([tally(lost, right())])
    assert (found.url_precision, found.url_recall) == (1.0, 0.0)


def test_an_interval_holds_its_score_and_repeats() -> None:
    good, bad = tally(CASE, right()), tally(CASE, right(kind=Kind("job")))
    spans = intervals([good, bad, good, good], draws=100, seed=3)
    low, high = spans["kind_strict"]
    assert low < scores([good, bad, good, good]).kind_strict <= high
    assert spans == intervals([good, bad, good, good], draws=100, seed=3)


def test_no_posts_score_without_a_division_by_zero() -> None:
    assert scores([]).posts == 0


def test_rows_name_every_score() -> None:
    table = dict(rows(scored()))
    assert table["posts"] == "1"
    assert table["topic_strict"] == "1.000"


def test_labelled_posts_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f"{LABEL.model_dump_json()}\n\n", encoding="utf-8")
    (case,) = read_cases(path, links_in_text)
    assert isinstance(case.post, Post)
    assert [link.paper for link in case.post.links] == ["arxiv:2501.01234"]
    assert case.urls == {"https://arxiv.org/abs/2501.01234"}


@pytest.mark.parametrize(
    "line",
    ["{not json", "[]", json.dumps({"id": "x", "kind": "poem", "topics": ["rl"]}), '{"id": "x"}'],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f"{LABEL.model_dump_json()}\n{line}\n", encoding="utf-8")
    with pytest.raises(LabelError, match=r"set\.jsonl, line 2"):
        list(read_cases(path, links_in_text))

"""Numbers that changed places are seen by their company; honest cards are left alone."""

import json
import random
import re
from itertools import combinations
from pathlib import Path

import pytest

from bot.extract.checks.swapped_numbers import find_swapped, word_contexts

POST = (
    "Модель Kedr набирает 71,4 балла на русских задачах. Модель Sosna набирает 64,9 балла на "
    "английских задачах.\nОбучение заняло 12 дней, а память сократилась в 7 раз."
)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("Kedr набирает 71,4 балла на русских задачах, Sosna — 64,9 на английских.", set()),
        (
            "Kedr набирает 64,9 балла на русских задачах, Sosna набирает 71,4 на английских.",
            {"64.9", "71.4"},
        ),
        ("Kedr scores 71.4, Sosna scores 64.9.", set()),
        ("Kedr scores 64.9. On other tasks Sosna scores 71.4.", {"64.9", "71.4"}),
        ("Обучение заняло 7 дней. Память сократилась в 12 раз.", {"7", "12"}),
        ("Обучение заняло 12 дней. Память сократилась в 7 раз.", set()),
        ("Памяти нужно в 7 раз меньше, а учили 12 дней.", set()),
        ("Числа 12 и 7.", set()),
        ("Стало 99 вместо 98.", set()),
        ("", set()),
    ],
)
def test_only_numbers_in_each_other_s_place_are_named(card: str, expected: set[str]) -> None:
    assert find_swapped(card, word_contexts(POST)) == expected


def test_ways_of_writing_a_number_are_one() -> None:
    assert set(word_contexts("Было 1 350 и 1350, потом 61,9 %.")) == {"1350", "61.9"}


FALSE, SEEN = 0.01, 0.40
NUMBER = re.compile(r"(?<![\w-])\d+(?:[.,\u00a0 ]\d{3})*(?:[.,]\d+)?")


def test_honest_cards_of_real_posts_pass_and_many_swaps_do_not(shared: Path) -> None:
    rng = random.Random(1)
    false, cards, seen, swaps = 0, 0, 0, 0
    for post, card in _cards(shared / "golden"):
        source = word_contexts(post)
        cards += 1
        false += bool(find_swapped(card, source))
        for changed in _swaps(card, rng):
            swaps += 1
            seen += bool(find_swapped(changed, source))
    assert cards >= 150
    assert swaps >= 300
    assert false <= FALSE * cards
    assert seen >= SEEN * swaps


def _cards(golden: Path) -> list[tuple[str, str]]:
    """Posts with the cards that a careful reader wrote, in both languages."""
    rows = [
        json.loads(line)
        for name in ("seed_posts", "dev_posts")
        for line in (golden / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    return [
        (row["text"], row[field])
        for row in rows
        for field in ("ref_summary_ru", "ref_summary_en")
        if row.get(field)
    ]


def _swaps(card: str, rng: random.Random) -> list[str]:
    """At most six cards with two numbers exchanged."""
    found = list(NUMBER.finditer(card))
    pairs = [(a, b) for a, b in combinations(found, 2) if a[0] != b[0]]
    return [
        card[: a.start()] + b[0] + card[a.end() : b.start()] + a[0] + card[b.end() :]
        for a, b in rng.sample(pairs, min(6, len(pairs)))
    ]

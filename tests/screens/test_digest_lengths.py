"""A reader chooses how much a digest says of each story."""

from typing import get_args

import pytest
from inline_snapshot import snapshot

from bot.digest.cluster import group
from bot.digest.periods import period
from bot.export.text import to_text
from bot.model import Card, Entry, Language, Length, Link
from bot.screens.digest_pages import digest_pages
from tests.fakes.digests import compose
from tests.fakes.entries import NOON, make_entry
from tests.screens.test_digest_pages import MOSCOW, narrow

CARDS: dict[Language, Card] = {
    "ru": Card(
        title="FlashPane: два бита",
        tldr="Веса делятся на блоки по 32.",
        bullets=("Качество −0,4 п.п.", "Только вес, не активации"),
    ),
    "en": Card(
        title="FlashPane: two bits",
        tldr="Weights are cut into blocks of 32.",
        bullets=("Quality −0.4 points", "Weights only, no activations"),
    ),
}


def shown(language: Language, length: Length, *more: Entry) -> str:
    code = Link(url="https://github.com/pane/flash", kind="code")
    entry = make_entry(cards=CARDS, papers=["2611.04821"], links=[code])
    found = compose(group([entry, *more]), period("day", NOON, MOSCOW), language)
    return to_text(digest_pages(found, length=length)[0])


def body(language: Language, length: Length) -> str:
    """What stands under the topic."""
    return narrow(shown(language, length).split("\n\n")[1].partition("\n")[2])


def test_short_is_a_title_with_its_sources() -> None:
    assert body("ru", "short") == snapshot("""\
1.
FlashPane: два бита <https://t.me/pane_one/1>
📄 2611.04821 <https://arxiv.org/abs/2611.04821>
 · 💻 код <https://github.com/pane/flash>
 · pane_one <https://t.me/pane_one/1>\
""")
    assert body("en", "short") == snapshot("""\
1.
FlashPane: two bits <https://t.me/pane_one/1>
📄 2611.04821 <https://arxiv.org/abs/2611.04821>
 · 💻 code <https://github.com/pane/flash>
 · pane_one <https://t.me/pane_one/1>\
""")


def test_normal_has_the_summary() -> None:
    assert body("ru", "normal") == snapshot("""\
1.
FlashPane: два бита <https://t.me/pane_one/1>
   Веса делятся на блоки по 32.
📄 2611.04821 <https://arxiv.org/abs/2611.04821>
 · 💻 код <https://github.com/pane/flash>
 · pane_one <https://t.me/pane_one/1>\
""")
    assert body("en", "normal") == snapshot("""\
1.
FlashPane: two bits <https://t.me/pane_one/1>
   Weights are cut into blocks of 32.
📄 2611.04821 <https://arxiv.org/abs/2611.04821>
 · 💻 code <https://github.com/pane/flash>
 · pane_one <https://t.me/pane_one/1>\
""")


def test_detailed_has_the_points_as_well() -> None:
    assert body("ru", "detailed") == snapshot("""\
1.
FlashPane: два бита <https://t.me/pane_one/1>
   Веса делятся на блоки по 32.
• Качество −0,4 п.п.
• Только вес, не активации
📄 2611.04821 <https://arxiv.org/abs/2611.04821>
 · 💻 код <https://github.com/pane/flash>
 · pane_one <https://t.me/pane_one/1>\
""")
    assert body("en", "detailed") == snapshot("""\
1.
FlashPane: two bits <https://t.me/pane_one/1>
   Weights are cut into blocks of 32.
• Quality −0.4 points
• Weights only, no activations
📄 2611.04821 <https://arxiv.org/abs/2611.04821>
 · 💻 code <https://github.com/pane/flash>
 · pane_one <https://t.me/pane_one/1>\
""")


@pytest.mark.parametrize("language", get_args(Language))
def test_a_longer_one_says_all_that_a_shorter_one_says(language: Language) -> None:
    short, normal, detailed = (body(language, length) for length in get_args(Length))
    assert set(short.split()) < set(normal.split()) < set(detailed.split())


@pytest.mark.parametrize("length", get_args(Length))
def test_counts_and_order_are_the_same_at_any_length(length: Length) -> None:
    other = make_entry("pane_two", 2, title="Агент чинит сборку", topics=["agents"], hours_ago=2)
    found, usual = shown("ru", length, other), shown("ru", "normal", other)
    assert found.splitlines()[:2] == usual.splitlines()[:2]
    heads = [line for line in found.splitlines() if line.startswith(("▍", "1.", "2."))]
    assert heads == [line for line in usual.splitlines() if line.startswith(("▍", "1.", "2."))]

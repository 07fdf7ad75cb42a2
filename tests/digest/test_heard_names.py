"""Latin names that a post writes by ear are found; words that only sound alike are not."""

import pytest

from bot.digest.event_names import tell
from bot.digest.heard_names import heard_name
from bot.digest.same_event import Rarity, hints
from tests.fakes.entries import make_entry


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("джемини", "gemini"),
        ("гемини", "gemini"),
        ("клодом", "claude"),
        ("квена", "qwen"),
        ("дипсик", "deepseek"),
        ("лламы", "llama"),
        ("мистраль", "mistral"),
        ("антропики", "anthropic"),
        ("энвидиа", "nvidia"),
        ("нвидией", "nvidia"),
        ("миджорни", "midjourney"),
        ("гугла", "google"),
        ("майкрософтом", "microsoft"),
        ("перплексити", "perplexity"),
        ("копайлоте", "copilot"),
        ("хуавею", "huawei"),
        ("гітхаб", "github"),
        *[(word, "") for word in ("клад", "клауд", "далее", "делами", "жена", "корея", "гении")],
        *[(word, "") for word in ("глобус", "телами", "громко", "минимум", "грамм", "мистика")],
    ],
)
def test_a_name_that_is_heard(word: str, name: str) -> None:
    assert heard_name(word) == name


def test_a_name_by_ear_finds_the_posts_of_the_name_and_says_its_version() -> None:
    by_ear = tell(make_entry("a", 1, text="Вышел Клод 7.5, говорят, считает лучше прежнего."))
    named = tell(make_entry("b", 1, text="Anthropic представила Claude 7.5 для тех, кто считает."))
    assert by_ear is not None
    assert named is not None
    assert by_ear.subjects == named.subjects == ("claude 7.5",)
    assert "@claude" in hints(by_ear, Rarity({}, 200))
    assert "@claude" not in by_ear.names

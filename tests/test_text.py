"""Stems are the same whichever thread asks, and however many ask at once."""

import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer

from bot.text import stem

ROOTS = (
    *("квант", "дистилл", "модел", "обуч", "нейрон", "трансформ", "вниман", "вектор", "токен"),
    *("quanti", "distil", "model", "train", "neuron", "transform", "attend", "vector", "token"),
    *("градиент", "оптимиз", "контекст", "gradi", "optim", "context"),
)
MIDDLES = ("", "из", "ирова", "ова", "ель", "онн", "iz", "iza", "at", "if", "er", "abl")
ENDINGS = (
    *("ация", "ацию", "ациями", "ный", "ного", "ными", "ть", "лась", "ющий", "ности", "ами", "ов"),
    *("ation", "ations", "ing", "ings", "ed", "edly", "ness", "es", "s", "ful", "ly", "ity"),
)
THREADS = 8


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that give way to each other a thousand times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 1_000)
    yield
    sys.setswitchinterval(before)


def _words() -> list[str]:
    return [f"{root}{middle}{end}" for root in ROOTS for middle in MIDDLES for end in ENDINGS]


def _shuffled(words: list[str], seed: int) -> list[str]:
    return random.Random(seed).sample(words, len(words))


@pytest.mark.usefixtures("restless")
@pytest.mark.slow
def test_many_threads_stem_as_one_does() -> None:
    words = _words()
    by_script = {
        True: snowballstemmer.stemmer("russian"),
        False: snowballstemmer.stemmer("english"),
    }
    expected = {word: by_script["а" <= word[0] <= "я"].stemWord(word) for word in words}
    stem.cache_clear()
    with ThreadPoolExecutor(THREADS) as pool:
        orders = [_shuffled(words, seed) for seed in range(THREADS)]
        found = list(pool.map(lambda order: [(word, stem(word)) for word in order], orders))
    assert len(expected) > 6_000
    wrong = {word: got for pairs in found for word, got in pairs if got != expected[word]}
    assert wrong == {}
    assert {word: stem(word) for word in words} == expected  # what was kept is right, too

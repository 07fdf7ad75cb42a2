"""What tokens cost: by name and server, stated, at home; and what a call comes to."""

import random
from functools import partial
from itertools import product

import pytest

from bot.extract.budget import pricing
from bot.extract.budget.pricing import FREE, UNKNOWN, Price, charge, price_of
from tests.fakes.entries import make_post

LUNA = Price(0.10, 0.50, 0.01, 0.125)
ROUTER = "https://openrouter.ai/api/v1"
GATEWAY = "https://llm.example.com/v1"


@pytest.mark.parametrize(
    ("model", "base_url", "price"),
    [
        ("gpt-6-luna", None, LUNA),
        ("GPT-6-Luna", "https://api.openai.com/v1", LUNA),
        ("gpt-6-luna-2026-09-01", None, LUNA),
        ("gpt-6-luna-20260901", None, LUNA),
        ("gpt-6.1-terra", None, Price(1, 5, 0.05, 1.25)),
        ("gpt-5-mini", None, Price(0.25, 2, 0.025)),
        ("gpt-4o-2024-08-06", None, Price(2.5, 10, 1.25)),
        ("openai/gpt-6-luna", ROUTER, LUNA),
        ("deepseek/deepseek-r1:free", ROUTER, FREE),
        ("made-up/of-tomorrow:free", ROUTER, FREE),
        ("made-up/of-tomorrow", ROUTER, UNKNOWN),
        ("gpt-6-luna", "https://acme.openai.azure.com/openai/v1", LUNA),
        ("llama-3.3-70b-versatile", "https://api.groq.com/openai/v1", Price(0.59, 0.79)),
        ("models/gemini-2.5-flash", "https://generativelanguage.googleapis.com/v1beta/openai",
         Price(0.3, 2.5, 0.03)),
        ("openai/gpt-6-luna", GATEWAY, LUNA),
        ("gpt-6-luna", GATEWAY, LUNA),
        ("openrouter/openai/gpt-6-luna", GATEWAY, LUNA),
        ("some-new-model:free", GATEWAY, UNKNOWN),
        ("some-new-model", None, UNKNOWN),
        ("gpt-6-lunatic", None, UNKNOWN),
        ("qwen3:8b", "https://api.openai.com/v1", UNKNOWN),
        ("text-embedding-3-small", None, UNKNOWN),
        ("", None, UNKNOWN),
        ("gpt-6-luna", "https://[broken", LUNA),
    ],
)  # fmt: skip
def test_a_price_by_model_and_server(model: str, base_url: str | None, price: Price) -> None:
    assert price_of(model, base_url) == price
    assert price_of(model, base_url, (1.5, 2.5, 0.1)) == Price(1.5, 2.5, 0.1, 1.5)


@pytest.mark.parametrize(
    "host",
    ["10.0.0.7", "172.16.0.1", "172.31.255.254", "192.168.1.20", "127.0.0.1", "127.8.8.8",
     "0.0.0.0", "[::1]", "[fd12:3456::1]", "[fe80::1%25eth0]", "[::ffff:10.1.2.3]", "localhost",
     "LOCALHOST.", "ollama", "box.local", "host.docker.internal", "user:secret@10.1.1.1"],
)  # fmt: skip
def test_a_private_address_costs_nothing_unless_a_price_is_stated(host: str) -> None:
    for scheme, port in product(("http", "https"), ("", ":8000")):
        base_url = f"{scheme}://{host}{port}/v1"
        assert price_of("gpt-6-luna", base_url) == price_of("some-new-model", base_url) == FREE
        assert price_of("gpt-6-luna", base_url, (3, 4)) == Price(3, 4)


@pytest.mark.parametrize(
    "host",
    ["11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "128.0.0.1", "8.8.8.8",
     "[2606:4700::1]", "[fec0::1]", "localhost.example.com", "local.example", "10.0.0.7.example"],
)  # fmt: skip
def test_a_public_address_does_not(host: str) -> None:
    assert price_of("some-new-model", f"http://{host}:8000/v1") == UNKNOWN


def test_a_price_with_two_figures_reads_and_writes_the_cache_as_plainly() -> None:
    assert Price(0.25, 2) == (0.25, 2, 0.25, 0.25)
    assert Price(0.25, 2, 0) == (0.25, 2, 0, 0.25)
    assert Price(0.1, 0.5, 0.01, 0.125).dearest_read == 0.125


def test_of_a_price_that_changes_with_the_hour_the_dearest_is_taken() -> None:
    assert price_of("deepseek-chat", "https://api.deepseek.com") == Price(0.27, 1.1, 0.07)


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("gpt-5.5", None),
        ("gpt-6.1-sol", None),
        ("claude-opus-5", "https://api.anthropic.com/v1"),
        ("claude-sonnet-4-6", "https://api.anthropic.com/v1"),
        ("gemini-2.5-pro", "https://generativelanguage.googleapis.com/v1beta/openai"),
        ("grok-4-0709", "https://api.x.ai/v1"),
        ("kimi-k3", "https://api.moonshot.ai/v1"),
    ],
)
def test_an_unknown_price_is_no_lower_than_that_of_a_model_for_digests(
    model: str, base_url: str | None
) -> None:
    known = price_of(model, base_url)
    assert known != UNKNOWN
    assert all(dear >= one for dear, one in zip(UNKNOWN, known, strict=True))


def test_an_unknown_price_still_lets_posts_be_read() -> None:
    assert pricing.most(UNKNOWN, make_post(text="A post. " * 200)) < 2_000_000 / 5


@pytest.mark.parametrize(
    ("tokens", "micro_dollars"),
    [
        ((5_000, 0, 0, 700), 500 + 350),
        ((5_000, 4_400, 0, 700), 60 + 44 + 350),
        ((5_000, 0, 4_400, 700), 60 + 550 + 350),
        ((5_000, 3_000, 2_000, 0), 30 + 250),
        ((100, 100, 0, 0), 1),
        ((100, 150, 0, 0), 1.5),
        ((0, 0, 0, 0), 0),
    ],
)
def test_what_a_call_cost(tokens: tuple[int, ...], micro_dollars: float) -> None:
    read, cached, cache_writes, written = tokens
    charged = partial(charge, read=read, cached=cached, cache_writes=cache_writes, written=written)
    assert charged(LUNA) == pytest.approx(micro_dollars)
    assert charged(LUNA, flex=True) == pytest.approx(micro_dollars / 2)
    assert charged(FREE) == 0


def test_an_upper_estimate_covers_the_dearest_way_to_read() -> None:
    post, made_up = make_post(text="Слово о модели. " * 50), random.Random(1)
    for _ in range(200):
        price = Price(*(round(made_up.uniform(0, 5), 3) for _ in range(4)))
        whole = pricing.usual(price, post)
        written_to_cache = charge(
            price, read=whole.read, cached=0, cache_writes=whole.read, written=whole.written
        )
        assert pricing.most(price, post) >= max(whole.cost, written_to_cache)

"""A look at the model: one sample post read for real, as the bot would read it."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from bot.collect.samples import sample_post
from bot.config import ConfigError, Settings
from bot.extract.budget import pricing
from bot.extract.budget.meter import Meter
from bot.extract.errors import (
    ModelError,
    ModelNotFound,
    QuotaExceeded,
    RateLimited,
    TokenUsage,
    TooLong,
    Unauthorized,
    Unavailable,
)
from bot.extract.llm.configured import key_of, model_of
from bot.extract.llm.model import Model
from bot.extract.model_shutdown import shutdown_date
from bot.model import Card, utc_now
from bot.store import Store, open_store
from bot.store.errors import ServerError, StoreError
from bot.terminal.examine.findings import Finding
from bot.terminal.show import err

PART = "Model"
_SLOW = 60.0  # seconds of a post from which on the doctor says so
SHUTDOWN_SOON = 60  # days before a model's end from which on the doctor warns
_REMEDIES: dict[type[ModelError], str] = {
    Unauthorized: "check OPENAI_API_KEY: copy it again from the provider's page",
    QuotaExceeded: "top up the account, or set another OPENAI_BASE_URL",
    ModelNotFound: "check OPENAI_MODEL against the server's list of models",
    RateLimited: "wait, or lower MODEL_CONCURRENCY",
    TooLong: "give the model a larger context, or set MODEL_FORM=short",
    Unavailable: "check that the server runs at OPENAI_BASE_URL, or raise MODEL_TIMEOUT",
}


async def examine_model(settings: Settings) -> AsyncIterator[Finding]:
    """Lines about each configured model; what it learned and cost is kept in the store."""
    async with AsyncExitStack() as stack:
        store: Store | None
        try:
            store = await stack.enter_async_context(open_store(settings))
        except (
            StoreError,
            ServerError,
            ConfigError,
        ):  # the doctor has said so in a line of its own
            store = None
        for name in filter(None, (settings.openai_model, settings.openai_second_model)):
            async with model_of(settings, name, store) as model:
                async for line in _examine(settings, model, store):
                    yield line


async def _examine(
    settings: Settings, model: Model, store: Store | None
) -> AsyncIterator[Finding]:
    post, meter, began = sample_post(settings.languages[0]), Meter(), time.perf_counter()
    try:
        with err.status(f"{model.name} reads a sample post"):
            answer = await model.analyse(post, meter=meter, kind="sample")
    except ModelError as error:
        yield Finding("✗", PART, f"{model.name}: {error}", _remedy(error))
        return
    finally:
        if store is not None:
            await _book(store, meter)
    seconds = time.perf_counter() - began
    card = next(iter(answer.analysis.cards.values()))
    yield _read(settings, model, card, answer.usage, seconds)
    if ends := await shutdown_date(key_of(settings), settings.openai_base_url, model.name):
        days = (ends - utc_now().date()).days
        fix = "choose another OPENAI_MODEL in time" if days < SHUTDOWN_SOON else ""
        yield Finding(
            "!" if fix else "✓", PART, f"{model.name} shuts down on {ends} ({days} days)", fix
        )


def _read(
    settings: Settings, model: Model, card: Card, usage: TokenUsage, seconds: float
) -> Finding:
    """What was read, what it took, what was learned."""
    cached = f", {usage.cached:,} of them from the cache" if usage.cached else ""
    took = f"{usage.prompt:,} tokens read{cached}, {usage.completion:,} written"
    price = "free" if model.price == pricing.FREE else f"${usage.cost / 1_000_000:.6f}"
    says = (
        f"{model.name} · {seconds:.1f} s · {took} · {price} · {model.server.learned}\n"
        f"            «{card.title}»: {card.tldr}"
    )
    if settings.openai_price is None and model.price == pricing.UNKNOWN:
        read, written = pricing.UNKNOWN[:2]
        return Finding(
            "!", PART, says, f"price unknown: taken as ${read}/${written}, set OPENAI_PRICE"
        )
    if usage.repaired:
        return Finding(
            "!", PART, says, "the answer had to be repaired: a larger model would do better"
        )
    if seconds >= _SLOW and not model.short:
        return Finding("!", PART, says, "slow: MODEL_FORM=short asks for less")
    if "json_schema" not in model.server.learned:
        return Finding("!", PART, says, "less exact; a server with json_schema would be better")
    return Finding("✓", PART, says)


def _remedy(error: ModelError) -> str:
    found = (fix for kind, fix in _REMEDIES.items() if isinstance(error, kind))
    return next(found, "check OPENAI_BASE_URL and OPENAI_MODEL, or try another model")


async def _book(store: Store, meter: Meter) -> None:
    """A look costs money, too: it counts, whatever is left of the day's budget."""
    spends = meter.spends("")
    spent = sum(spend.micro_dollars for spend in spends)
    hold = await store.usage.reserve(utc_now().date(), 0, 1 << 60)
    if hold is not None:
        await store.usage.settle(hold, spent, {"model_calls": len(spends)}, spends)

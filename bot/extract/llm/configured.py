"""Builds the models that the settings name."""

from collections.abc import Callable

import structlog

from bot.config import Settings
from bot.extract.budget import pricing
from bot.extract.llm import prompt
from bot.extract.llm.client import ChatClient, OpenAIClient, key_fault
from bot.extract.llm.model import Model, fresh_nonce
from bot.extract.llm.server import Memory
from bot.store import Store
from bot.store.model_memory import ModelMemory

log = structlog.get_logger()
NO_KEY = "none"  # what a server without keys gets


def key_of(settings: Settings) -> str:
    """The key that goes over the wire."""
    return settings.openai_api_key.get_secret_value() if settings.openai_api_key else NO_KEY


def chat_of(settings: Settings) -> OpenAIClient:
    """A connection to the server; a key that no server could accept is said in the log."""
    key = key_of(settings)
    if fault := key_fault(key):
        log.error("model key unusable", reason=f"OPENAI_API_KEY {fault}")
    return OpenAIClient(key, settings.openai_base_url, settings.model_timeout)


def model_of(
    settings: Settings,
    name: str,
    store: Store | None = None,
    *,
    talk: ChatClient | None = None,
    memory: Memory | None = None,
    nonce: Callable[[], str] = fresh_nonce,
) -> Model:
    """A model of the settings' server; what is learned of it is kept in the store, if any."""
    base_url = settings.openai_base_url
    stated = settings.openai_price if name == settings.openai_model else None
    version = prompt.prompt_id(prompt.load_prompt(), model=name, languages=settings.languages)
    return Model(
        api_key=key_of(settings),
        model=name,
        base_url=base_url,
        languages=settings.languages,
        price=pricing.price_of(name, base_url, stated),
        effort=settings.openai_reasoning or None,
        form=settings.model_form,
        concurrency=settings.model_concurrency,
        memory=ModelMemory(store.redis, base_url or "", name, version) if store else memory,
        talk=talk or chat_of(settings),
        nonce=nonce,
    )

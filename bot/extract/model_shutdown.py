"""Looks up once a day when a model shuts down, as its server says, and warns the owner in time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime

import httpx2
import openai
import structlog
from pydantic import BaseModel

from bot.model import utc_now
from bot.model.shutdown import Shutdown, shutdown_ahead
from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.wait import until

log = structlog.get_logger()
LOOK_EVERY_S = 3600.0
LOOK_DEADLINE_S = 20.0
_BODY_LIMIT = 100_000  # bytes; a model's own description has some two hundred

ShutdownLook = Callable[[str], Awaitable[date | None]]
_Tell = Callable[[Shutdown], Awaitable[None]]


class _Listed(BaseModel):
    shutdown_date: str | None = None


async def shutdown_date(
    api_key: str, base_url: str | None, model: str, deadline: float = LOOK_DEADLINE_S
) -> date | None:
    """The announced last day (UTC) of a model by ``GET /models/{model}``; None where unknown.

    Most servers do not say, some have no such address: whatever goes wrong is no news.
    """
    client = openai.AsyncOpenAI(
        api_key=api_key, base_url=base_url, max_retries=0, timeout=deadline
    )
    try:
        async with client, asyncio.timeout(deadline):
            body = await _body(client, model)
        return _day(_Listed.model_validate_json(body).shutdown_date)
    except (openai.OpenAIError, httpx2.HTTPError, TimeoutError, ValueError) as error:
        log.debug("shutdown date unknown", model=model, error=type(error).__name__)
        return None


async def _body(client: openai.AsyncOpenAI, model: str) -> bytes:
    body = bytearray()
    async with client.models.with_streaming_response.retrieve(model) as response:
        async for chunk in response.iter_bytes():
            body += chunk
            if len(body) > _BODY_LIMIT:
                raise ValueError("the description of the model has no end")
    return bytes(body)


def _day(text: str | None) -> date | None:
    """A date, or the UTC date of an instant; ``ValueError`` for anything else."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()


async def watch_shutdowns(
    store: Store,
    models: Sequence[str],
    look: ShutdownLook,
    tell: _Tell,
    stop: asyncio.Event,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Look once a day at each model until the stop; any number of processes tell a notice once."""
    while not stop.is_set():
        try:
            for model in models:
                await look_once(store, model, look, tell, clock().date())
        except StoreUnavailable as error:
            log.warning("store unavailable", stage="shutdowns", error=type(error).__name__)
        await until(stop, LOOK_EVERY_S)


async def look_once(
    store: Store, model: str, look: ShutdownLook, tell: _Tell, today: date
) -> None:
    """Look at a model that was not looked at today and tell what is due.

    Noted only after it was told: a process that dies in between leaves it to the next look, and
    ``tell`` gives one notice of an end once, however often it is called.
    """
    if await store.shutdowns.looked(model, today):
        return
    on = await look(model)
    ahead = shutdown_ahead(model, on, today) if on else None
    if ahead and not await store.shutdowns.is_told(ahead):
        log.warning("model shuts down", model=model, on=str(ahead.on), days=ahead.days)
        await tell(ahead)
        await store.shutdowns.note_told(ahead)
    await store.shutdowns.note_look(model, today)

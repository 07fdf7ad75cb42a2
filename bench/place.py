"""A store of one's own: an embedded server in a folder that is gone afterwards."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.config import Settings
from bot.store import Store, open_store
from bot.store.connection.embedded import socket_path


@asynccontextmanager
async def own_store() -> AsyncIterator[tuple[Store, str]]:
    """A store and the URL of its server."""
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        settings = Settings.model_construct(fortochka_home=Path(folder))
        async with open_store(settings) as store:
            yield store, f"unix://{socket_path(Path(folder))}"


async def used(store: Store) -> int:
    """Bytes of memory that the server's data takes; what its connections hold comes and goes."""
    pipeline = store.redis.pipeline(transaction=True)
    pipeline.info("memory")
    pipeline.client_list()
    found, clients = await pipeline.execute()
    return int(found["used_memory"]) - sum(int(each["tot-mem"]) for each in clients)


async def emptied(store: Store) -> None:
    """Delete all, and wait until the server has given the memory back: by itself it would not."""
    await store.redis.execute_command("FLUSHDB", "SYNC")  # type: ignore[no-untyped-call]

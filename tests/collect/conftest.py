"""What several tests of collecting ask for."""

from collections.abc import AsyncIterator

import pytest

from bot.collect.preview.fetch import Fetcher
from bot.store import Store
from tests.collect.watching import HANDLE, Watching
from tests.fakes.tme import FakeTme


@pytest.fixture
async def watching(store: Store) -> AsyncIterator[Watching]:
    await store.channels.watch(HANDLE)
    async with FakeTme() as site, Fetcher(site.base_url, pause=(0, 0)) as fetcher:
        yield Watching(store, site, fetcher)

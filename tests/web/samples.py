"""The archive of the demo's invented posts, really served: for the browser and the pictures."""

import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.collect.samples import NOW
from bot.config import Settings
from bot.model import Entry, Language, Subscription
from bot.store import open_store
from bot.web.serve import archive_served
from tests.fakes.init_data import TOKEN, fragment, init_data
from tests.screens.record import sample_entries
from tests.telegram.seeding import put

PLACES = {
    "now": "",
    "day": "d/2026-11-19",
    "week": "w/2026-W47",
    "month": "m/2026-11",
    "topic": "t/quantization",
    "kind": "k/release",
    "story": "s/00e3b5863c00",
    "paper": "p/arxiv:2611.90412",
    "channel": "c/demo_kvantovy_les",
    "contents": "contents",
    "search": "search?q=HalfBit",
    "missing": "d/2013-01-01",
}
"""A page of each kind, behind the language."""

READERS: dict[Language, int] = {"en": 279058397, "ru": 279058398}
"""Readers by their language."""

THEMES = {"light": "#ffffff", "dark": "#17212b"}
"""What Telegram says of its background."""


def launch(language: Language, scheme: str = "light") -> str:
    """The fragment with which Telegram opens the Mini App for the reader of that language."""
    return fragment(init_data(READERS[language], NOW), {"bg_color": THEMES[scheme]})


@asynccontextmanager
async def samples_served(*more: Entry) -> AsyncIterator[str]:
    """The address of the archive of these posts and ``more``, without a slash at its end."""
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        port = _free_port()
        settings = Settings(
            _env_file=None,
            redis_url=None,
            fortochka_home=Path(folder),
            web_port=port,
            web_url="https://news.example",
            telegram_bot_token=SecretStr(TOKEN),
        )
        async with open_store(settings) as store:
            entries = await sample_entries(store)
            await put(store, *entries, *more)
            for language, reader in READERS.items():
                await store.subscriptions.save(
                    Subscription(chat_id=reader, language=language), NOW
                )
            for channel in {entry.post.channel for entry in entries}:
                ref = await store.sources.add(channel.handle or "", channel.ref)
                await store.channels.update(ref, {"title": channel.title or channel.ref})
                await store.channels.update(ref, {"last_at": int(NOW.timestamp())})
            async with archive_served(settings, store, now=lambda: NOW):
                yield f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

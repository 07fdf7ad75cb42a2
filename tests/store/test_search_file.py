"""The file of an older version, whose words may be wrong, is made anew from the store."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.store import Store
from bot.store.queue.stream import Item
from bot.store.search.file import SEARCH_LAYOUT
from bot.store.search.service import FILE, Query, Search
from tests.fakes.entries import make_entry


async def test_a_file_of_an_older_version_is_made_anew(store: Store, tmp_path: Path) -> None:
    entry = make_entry("pane_one", 1, text="квантизация", title="", tldr="")
    await store.posts.ingest(entry.post)
    assert await store.entries.commit(entry, Item("0-1", {})) == "stored"
    await Search(tmp_path, store).refresh()
    with closing(sqlite3.connect(tmp_path / FILE)) as file:  # as a thread could leave it
        file.execute("INSERT INTO postings(postings) VALUES ('delete-all')")
        file.execute("INSERT INTO postings(rowid, terms) VALUES (1, 'квантизаци')")
        file.execute(f"PRAGMA user_version = {SEARCH_LAYOUT - 1}")
        file.commit()
    search = Search(tmp_path, store)
    await search.refresh()
    hits = await search.find(Query(words=("квантизацией",)), datetime.now(UTC), 10)
    assert [each.key for each in hits.entries] == [entry.key]
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (SEARCH_LAYOUT,)

"""The archive as files in a folder, for any web server that serves files."""

import re
from datetime import timedelta
from pathlib import Path

from bot import config
from bot.errors import CommandError
from bot.model import utc_now
from bot.store import open_store
from bot.terminal.show import err, print_text
from bot.web.archive import ArchiveQueries
from bot.web.places import Site
from bot.web.site_files import site_files
from bot.web.site_folder import SiteFolder


async def write_site(folder: Path, url: str = "") -> None:
    """Write what changed and remove what is kept no longer; ``url`` is where it will be served.

    ``CommandError`` for a folder with files of others.
    """
    if url and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
        raise CommandError("--url: must begin with http:// or https://")
    try:
        written, kept, gone = await _written(SiteFolder(folder), url.rstrip("/"))
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror or type(error).__name__}") from None
    err.print(f"{written} files written, {kept} as they were, {gone} removed", highlight=False)
    print_text(str(folder / "index.html"))


async def _written(target: SiteFolder, url: str) -> tuple[int, int, int]:
    """How many files were written, left as they were, and removed."""
    settings, written, kept = config.load(), 0, 0
    async with open_store(settings) as store:
        await store.read_model.refresh()
        retention = timedelta(days=settings.retention_days)
        site = Site(
            url,
            index=settings.web_index == "yes",
            retention_days=settings.retention_days,
            archive=(await store.identity()).name,
        )
        async for path, body in site_files(ArchiveQueries(store, retention), site, utc_now()):
            changed = target.put(path, body)
            written, kept = written + changed, kept + (not changed)
    return written, kept, target.finish()

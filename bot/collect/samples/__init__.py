"""The project's own sample pages: invented channels in the markup of public previews."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
"""The instant before which all samples were published."""


def pages() -> Iterator[bytes]:
    """The page of each sample channel, by the name of the channel."""
    folder = files(__package__)
    for page in sorted(folder.iterdir(), key=lambda file: file.name):
        if page.name.endswith(".html"):
            yield page.read_bytes()

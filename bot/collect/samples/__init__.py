"""The project's own sample pages: invented channels in the markup of public previews."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files

from bot.collect.preview.page import parse_page
from bot.model import Language, Post
from bot.text import cyrillic_share

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
"""The instant before which all samples were published."""


def pages() -> Iterator[bytes]:
    """The page of each sample channel, by the name of the channel."""
    folder = files(__package__)
    for page in sorted(folder.iterdir(), key=lambda file: file.name):
        if page.name.endswith(".html"):
            yield page.read_bytes()


def sample_post(language: Language) -> Post:
    """The longest sample post in a language."""
    posts = [post for page in pages() for post in parse_page(page).posts]
    own = [post for post in posts if (cyrillic_share(post.text) > 0.5) == (language == "ru")]
    return max(own, key=lambda post: len(post.text))

"""A set of stories as a file to send: BibTeX, Markdown or JSON. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from bot.export.bibtex import to_bibtex
from bot.export.json import stories_to_json
from bot.export.markdown import stories_to_markdown
from bot.model import Language, Story

DocumentFormat = Literal["bib", "md", "json"]


class Document(NamedTuple):
    """A text file; ``name`` is plain ASCII."""

    name: str
    text: str

    @property
    def body(self) -> bytes:
        """The file's bytes, UTF-8."""
        return self.text.encode("utf-8", "replace")


def document(
    how: DocumentFormat, name: str, title: str, stories: Sequence[Story], language: Language
) -> Document | None:
    """The stories of a digest, a topic or a reader's list; None where there is nothing to write.

    A .bib file without papers is such a nothing.
    """
    makers: dict[DocumentFormat, Callable[[], str]] = {
        "bib": lambda: to_bibtex(stories),
        "md": lambda: stories_to_markdown(title, stories, language),
        "json": lambda: stories_to_json(title, stories, language),
    }
    text = makers[how]() if stories else ""
    return Document(f"{_plain(name)}.{how}", text) if text else None


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-").lower()[:60] or "fortochka"

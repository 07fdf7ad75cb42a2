"""The formats of files, and a set of stories in one of them. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.export.bibtex import to_bibtex
from bot.export.json import stories_to_json, to_json
from bot.export.markdown import stories_to_markdown, to_markdown
from bot.model import Digest, Language, Story


class ExportFormat(NamedTuple):
    """A format of files: stories under a title, and a whole digest where it has a form for one.

    ``letter`` is what a button carries and ``label`` what it says; without them it has no button.
    """

    extension: str
    stories: Callable[[str, Sequence[Story], Language], str]
    digest: Callable[[Digest], str] | None = None
    letter: str = ""
    label: str = ""


EXPORT_FORMATS = (
    ExportFormat("bib", lambda _, stories, __: to_bibtex(stories), letter="b", label="BibTeX"),
    ExportFormat("md", stories_to_markdown, to_markdown, letter="m", label="Markdown"),
    ExportFormat("json", stories_to_json, to_json),
)
"""All of them, in the order of their buttons; a letter is for good: old buttons carry it."""


class Document(NamedTuple):
    """A text file; ``name`` is plain ASCII."""

    name: str
    text: str

    @property
    def body(self) -> bytes:
        """The file's bytes, UTF-8."""
        return self.text.encode("utf-8", "replace")


def document(
    how: ExportFormat, name: str, title: str, stories: Sequence[Story], language: Language
) -> Document | None:
    """The stories of a digest, a topic or a reader's list; None where there is nothing to write.

    A .bib file without papers is such a nothing.
    """
    text = how.stories(title, stories, language) if stories else ""
    return Document(f"{_plain(name)}.{how.extension}", text) if text else None


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-").lower()[:60] or "fortochka"

"""The formats of files, and a set of stories in one of them. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.digest.compose import count_papers
from bot.export.bibtex import to_bibtex
from bot.export.json import stories_to_json, to_json
from bot.export.markdown import stories_counted, stories_to_markdown, to_markdown
from bot.i18n import messages
from bot.model import Digest, Language, Story


def papers_counted(stories: Sequence[Story], language: Language) -> str:
    """«7 статей»."""
    return messages(language).papers(count_papers(stories))


class ExportFormat(NamedTuple):
    """A format of files: stories under a title, and a whole digest where it has a form for one.

    ``letter`` is what a button carries and ``label`` what it says; without them it has no button.
    ``counted`` says how much there is in it.
    """

    extension: str
    stories: Callable[[str, Sequence[Story], Language], str]
    digest: Callable[[Digest], str] | None = None
    letter: str = ""
    label: str = ""
    counted: Callable[[Sequence[Story], Language], str] = stories_counted


EXPORT_FORMATS = (
    ExportFormat(
        "bib",
        lambda _, stories, language: to_bibtex(stories, language),
        letter="b",
        label="BibTeX",
        counted=papers_counted,
    ),
    ExportFormat("md", stories_to_markdown, to_markdown, letter="m", label="Markdown"),
    ExportFormat("json", stories_to_json, to_json),
)
"""All of them, in the order of their buttons; a letter is for good: old buttons carry it."""


class Document(NamedTuple):
    """A text file; ``name`` is plain ASCII, ``caption`` says what is in it."""

    name: str
    text: str
    caption: str = ""

    @property
    def body(self) -> bytes:
        """The file's bytes, UTF-8."""
        return self.text.encode("utf-8", "replace")


def document(
    how: ExportFormat, name: str, title: str, found: Sequence[Story] | Digest, language: Language
) -> Document | None:
    """A digest, the stories of a topic or of a reader's list; None where nothing is to be written.

    A .bib file without papers is such a nothing.
    """
    whole = found if isinstance(found, Digest) else None
    stories = whole.stories if whole else found
    if not isinstance(stories, Sequence) or not stories:
        return None
    text = how.digest(whole) if whole and how.digest else how.stories(title, stories, language)
    caption = f"{title} · {how.counted(stories, language)}"
    return Document(f"{_plain(name)}.{how.extension}", text, caption) if text else None


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-").lower()[:60] or "fortochka"

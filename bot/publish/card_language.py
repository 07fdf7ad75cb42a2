"""Stories with their cards in the language that a reader chose for cards alone. Pure."""

from collections.abc import Iterable, Sequence

from bot.languages import LANGUAGES
from bot.model import Digest, Entry, Language, Story, Subscription
from bot.store.queue.questions import ReaderQuestion
from bot.store.readers.forwards import ForwardRequest

CardReader = Subscription | ForwardRequest | ReaderQuestion
"""Who has a language of screens and one of cards."""


def retold(stories: Iterable[Story], reader: CardReader) -> Sequence[Story]:
    """The stories as screens in the reader's language are to show them."""
    if reader.cards in ("same", reader.language):
        return tuple(stories)
    return tuple(_story(story, reader) for story in stories)


def retold_digest(digest: Digest, reader: CardReader) -> Digest:
    """The digest with its stories so."""
    sections = (
        section.model_copy(update={"stories": retold(section.stories, reader)})
        for section in digest.sections
    )
    return digest.model_copy(update={"sections": tuple(sections)})


def retold_entry(entry: Entry, reader: CardReader) -> Entry:
    """The entry with the chosen card, and what its papers are about, in place of the screens'."""
    chosen, shown, analysis = _chosen(entry, reader), reader.language, entry.analysis
    if chosen is None or chosen == shown or chosen not in analysis.cards:
        return entry
    papers = (
        paper.model_copy(update={"gists": {**paper.gists, shown: paper.gists[chosen]}})
        if chosen in paper.gists
        else paper
        for paper in analysis.papers
    )
    told = {"cards": {**analysis.cards, shown: analysis.cards[chosen]}, "papers": tuple(papers)}
    return entry.model_copy(update={"analysis": analysis.model_copy(update=told)})


def _story(story: Story, reader: CardReader) -> Story:
    told = {
        "entries": tuple(retold_entry(entry, reader) for entry in story.entries),
        "also": tuple(retold_entry(entry, reader) for entry in story.also),
        "roundups": tuple(retold_entry(entry, reader) for entry in story.roundups),
        "earlier": retold_entry(story.earlier, reader) if story.earlier else None,
    }
    return story.model_copy(update=told)


def _chosen(entry: Entry, reader: CardReader) -> Language | None:
    """In which language the entry is to be told; None for that of the screens."""
    if reader.cards == "same":
        return None
    if reader.cards != "post":
        return reader.cards
    return next((code for code in LANGUAGES if code == entry.analysis.language), None)

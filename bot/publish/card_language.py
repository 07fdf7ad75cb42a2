"""Stories with their cards in the language that a reader chose for cards alone. Pure."""

from collections.abc import Iterable, Sequence

from bot.model import Card, Entry, Language, Story, Subscription


def retold(stories: Iterable[Story], reader: Subscription) -> Sequence[Story]:
    """The stories as screens in the reader's language are to show them."""
    if reader.cards in ("same", reader.language):
        return tuple(stories)
    return tuple(_story(story, reader) for story in stories)


def retold_entry(entry: Entry, reader: Subscription) -> Entry:
    """The entry with the chosen card in place of that in the language of screens."""
    if (card := _card(entry, reader)) is None:
        return entry
    cards = {**entry.analysis.cards, reader.language: card}
    return entry.model_copy(
        update={"analysis": entry.analysis.model_copy(update={"cards": cards})}
    )


def _story(story: Story, reader: Subscription) -> Story:
    told = {
        "entries": tuple(retold_entry(entry, reader) for entry in story.entries),
        "also": tuple(retold_entry(entry, reader) for entry in story.also),
        "roundups": tuple(retold_entry(entry, reader) for entry in story.roundups),
        "earlier": retold_entry(story.earlier, reader) if story.earlier else None,
    }
    return story.model_copy(update=told)


def _card(entry: Entry, reader: Subscription) -> Card | None:
    cards, wanted = entry.analysis.cards, reader.cards
    if wanted == "same":
        return None
    written: dict[str, Language] = {"ru": "ru", "en": "en"}
    language = written.get(entry.analysis.language) if wanted == "post" else wanted
    return cards.get(language) if language else None

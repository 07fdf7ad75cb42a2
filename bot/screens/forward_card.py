"""The card of a post that a reader forwarded: topics, what is in it, where it was seen. Pure."""

from zoneinfo import ZoneInfo

from bot.i18n import messages, owner_messages, panel_messages
from bot.model import Button, Entry, Language, Screen, Story
from bot.screens.callbacks.pages import StoryCard, TopicPage, button
from bot.screens.callbacks.settings import Panel
from bot.screens.digest_words import topic_title
from bot.screens.rich_text import italic, join, of_screen
from bot.screens.story_card import card
from bot.screens.story_view import channel_name

_TOPICS = 3


def forward_card(
    entry: Entry, story: Story | None, language: Language, zone: ZoneInfo, *, known: bool
) -> Screen:
    """The entry's card; ``story`` is the one it belongs to or repeats, ``known``: seen before."""
    alone = Story(id=story.id if story else "", entries=(entry,))
    shown = card(alone, language, zone)
    names = [topic_title(topic, language) for topic in entry.analysis.topics[:_TOPICS]]
    topics = f"🎯 {', '.join(names)}" if names else ""
    seen = _seen(entry, story, language, zone, known=known)
    return join((italic(seen), topics, of_screen(shown)), by="\n\n").screen(
        _buttons(entry, story, language)
    )


def _seen(
    entry: Entry, story: Story | None, language: Language, zone: ZoneInfo, *, known: bool
) -> str:
    """Where and when it was seen before; empty for news."""
    others = [other for other in story.entries if other.key != entry.key] if story else []
    first = min(others, key=lambda other: other.post.published_at, default=None)
    d = owner_messages(language)
    if known:
        return d.forward_seen_here.format(**_place(entry, language, zone))
    return d.forward_seen.format(**_place(first, language, zone)) if first else ""


def _place(entry: Entry, language: Language, zone: ZoneInfo) -> dict[str, str]:
    day = messages(language).words.day(entry.post.published_at.astimezone(zone).date())
    return {"channel": channel_name(entry.post.channel), "day": day}


def _buttons(
    entry: Entry, story: Story | None, language: Language
) -> tuple[tuple[Button, ...], ...]:
    p = messages(language)
    row: list[Button] = []
    if entry.post.url:
        row.append(Button(text=p.open_post_button, url=entry.post.url))
    others = [other for other in story.entries if other.key != entry.key] if story else []
    if story and others:
        row.append(button(p.sources, StoryCard(story.id)))
    topics = [button(topic_title(t, language), TopicPage(t)) for t in entry.analysis.topics[:2]]
    home = button(panel_messages(language).home_button, Panel("home"))
    return (tuple(row), tuple(topics), (home,))

"""The first message: what the bot does, shown on today's real stories, and one button. Pure."""

from bot.digest.compose import count_papers, told_by
from bot.i18n import language_texts, messages, panel_messages
from bot.languages import next_language
from bot.model import ALL_READ, Button, Digest, Language, Screen, Story, Unread
from bot.screens.callbacks.deep_links import deep_link, story_payload
from bot.screens.callbacks.pages import (
    DigestPage,
    SavedPage,
    SetLanguage,
    Subscribe,
    TopicList,
    button,
)
from bot.screens.callbacks.settings import Panel
from bot.screens.digest_words import unread_line
from bot.screens.rich_text import Rich, bold, italic, join, link, rich
from bot.screens.story_view import channel_count, headline, title_of

_TEASER = 3


def start_screen(
    watched: int,
    digest: Digest | None,
    language: Language,
    at: str = "09:00",
    *,
    subscribed: bool = False,
    username: str | None = None,
    unread: Unread = ALL_READ,
) -> Screen:
    """The greeting; ``watched`` channels, today's digest over all topics, the offered hour.

    Its stories lead to their cards in the bot ``username``, without one to their posts. Who is
    ``subscribed`` is offered the settings instead. While much is ``unread`` it says so.
    """
    p, own, other = messages(language), panel_messages(language), next_language(language)
    title = bold(p.start_title.format(channels=p.of_channels(watched)))
    if digest and digest.sections:
        reading = unread_line(unread, language, p.still_reading) if unread.much else ""
        body = join((_teaser(digest, language, username), reading), by="\n")
    else:
        body = rich(unread_line(unread, language, p.start_reading) or p.start_empty)
    rows: tuple[tuple[Button, ...], ...] = (
        (button(own.saved_button, SavedPage()), button(own.settings_button, Panel("settings")))
        if subscribed
        else (button(p.subscribe_button.format(time=at), Subscribe()),),
        (
            button(p.today_button, DigestPage("day", None, mine=False)),
            button(p.topics_button, TopicList()),
        ),
        (
            button(own.help_button, Panel("help")),
            button(language_texts(other).name, SetLanguage(other)),
        ),
    )
    cards = italic(own.numbers_open) if digest and digest.sections else rich("")
    return join((title, body, cards), by="\n").screen(rows)


def _teaser(digest: Digest, language: Language, username: str | None) -> Rich:
    p = messages(language)
    papers = count_papers(digest.stories)
    counts = f"{p.posts(digest.posts)} → {p.stories(len(digest.stories) + digest.left_out)}"
    today = p.start_today.format(counts=f"{counts}, {p.papers(papers)}" if papers else counts)
    best = sorted(digest.stories, key=lambda story: (story.id not in digest.top, -told_by(story)))
    lines = [
        join((join(("▸ ", _named(story, language, username))), channel_count(story, language)),
             by=" — ")
        for story in best[:_TEASER]
    ]  # fmt: skip
    return join((today, *lines), by="\n")


def _named(story: Story, language: Language, username: str | None) -> Rich:
    """The title, linked to the card."""
    if username is None:
        return headline(story, language)
    return link(title_of(story, language), deep_link(username, story_payload(story.id)))

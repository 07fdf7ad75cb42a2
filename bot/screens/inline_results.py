"""What inline mode offers: a digest or stories as others see them. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.digest.compose import lead
from bot.i18n import messages
from bot.model import (
    Button,
    Digest,
    Language,
    Screen,
    Story,
    StorySummary,
    independent_channels,
)
from bot.screens.callbacks.deep_links import deep_link, digest_name, story_payload
from bot.screens.digest_words import counts_line, title
from bot.screens.story_view import story_block

MAX_OFFERS = 20


class InlineOffer(NamedTuple):
    """One thing to share: what the list of results says of it, and the message that it becomes."""

    name: str
    title: str
    description: str
    screen: Screen


def best_known(outlines: Iterable[StorySummary]) -> tuple[StorySummary, ...]:
    """Those that most channels tell come first."""
    return tuple(sorted(outlines, key=_fame))[:MAX_OFFERS]


def story_offer(story: Story, language: Language, username: str | None) -> InlineOffer:
    """A story with the ways to its post and to its card."""
    p, card = messages(language), lead(story).card(language)
    name = story_payload(story.id)
    opened = Button(text=p.open_post_button, url=story.first.post.url)
    row = (opened, *_in_bot(name, language, username))
    shown = story_block(None, story, language).screen((row,))
    return InlineOffer(name, card.title or p.untitled, card.tldr, shown)


def digest_offer(
    digest: Digest, page: Screen, language: Language, username: str | None
) -> InlineOffer:
    """The first page of a digest; the bot has the others."""
    name = digest_name(digest.period)
    row = _in_bot(name, language, username)
    screen = page.model_copy(update={"buttons": (row,) if row else ()})
    return InlineOffer(name, title(digest), counts_line(digest), screen)


def _in_bot(name: str, language: Language, username: str | None) -> tuple[Button, ...]:
    if username is None:
        return ()
    text = messages(language).open_bot_button
    return (Button(text=text, url=deep_link(username, name)),)


def _fame(outline: StorySummary) -> int:
    return -independent_channels((*outline.lines, *outline.also))

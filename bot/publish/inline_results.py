"""What inline mode offers: a digest or stories as others see them. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.model import Button, Language, Outline, Screen, Story
from bot.phrases import phrases
from bot.publish.digest import lead
from bot.publish.edition import Edition
from bot.publish.links import deep_link, digest_name, story_name
from bot.publish.render import counts_line, title
from bot.publish.story_view import block

MOST = 20


class Offer(NamedTuple):
    """One thing to share: what the list of results says of it, and the message that it becomes."""

    name: str
    title: str
    description: str
    screen: Screen


def best_known(outlines: Iterable[Outline]) -> tuple[Outline, ...]:
    """Those that most channels tell come first."""
    return tuple(sorted(outlines, key=_fame))[:MOST]


def story_offer(story: Story, language: Language, username: str | None) -> Offer:
    """A story with the ways to its post and to its card."""
    p, card = phrases(language), lead(story).card(language)
    name = story_name(story.id)
    opened = Button(text=p.open_post_button, url=story.first.post.url)
    row = (opened, *_in_bot(name, language, username))
    shown = block(None, story, language).screen((row,))
    return Offer(name, card.title or p.untitled, card.tldr, shown)


def digest_offer(found: Edition, language: Language, username: str | None) -> Offer:
    """The first page of a digest; the bot has the others."""
    name = digest_name(found.digest.period)
    row = _in_bot(name, language, username)
    screen = found.pages[0].model_copy(update={"buttons": (row,) if row else ()})
    return Offer(name, title(found.digest), counts_line(found.digest), screen)


def _in_bot(name: str, language: Language, username: str | None) -> tuple[Button, ...]:
    if username is None:
        return ()
    text = phrases(language).open_bot_button
    return (Button(text=text, url=deep_link(username, name)),)


def _fame(outline: Outline) -> int:
    return -len({line.channel for line in outline.lines})

"""Followed words: their list, and what is said when some are followed or refused. Pure."""

from collections.abc import Sequence

from bot.i18n import messages, of_this_field, panel_messages
from bot.model import Following, Language, Screen, Subscription
from bot.screens.callbacks.pages import FollowedPage, FollowWords, TopicPage, button
from bot.screens.callbacks.settings import Panel
from bot.screens.digest_words import topic_title
from bot.screens.pages import Rows
from bot.screens.rich_text import Rich, bold, filled, inert, join, rich
from bot.taxonomy.topics import Topic

_SAID_UNITS = 80  # of words that were not understood


def following_screen(reader: Subscription, gone: Following | None = None) -> Screen:
    """All words that a reader follows, each with what it finds; ``gone`` can be taken back."""
    p, own = messages(reader.language), panel_messages(reader.language)
    rows = tuple(
        (button(each.text, FollowedPage(each.token)),
         button(p.unfollow_button, FollowWords(each.token, on=False)))
        for each in reader.follows
    )  # fmt: skip
    again = f"{own.follow_again_button}: {gone.text}" if gone else ""
    back = ((button(again, FollowWords(gone.token)),),) if gone else ()
    said = own.following_hint.format(cap=reader.alert_cap)
    if reader.left and reader.follows:
        said = own.following_rests
    usage = of_this_field(own.follow_usage, reader.language)
    text = join((bold(own.following_title), said if reader.follows else "", usage), by="\n\n")
    return text.screen((*rows, *back, *_ways(reader.language)))


def followed_screen(
    reader: Subscription, chosen: Following, lines: Sequence[str | Rich], topic: Topic | None
) -> Screen:
    """That words are followed, with what is known of that; the ``topic`` that they may mean."""
    own, language = panel_messages(reader.language), reader.language
    title = filled(own.words_alert_title, topic=bold(inert(chosen.text)))
    rows = (
        (button(own.undo_button, FollowWords(chosen.token, on=False)),
         button(own.words_found_button, FollowedPage(chosen.token))),
        (button(topic_title(topic, language), TopicPage(topic)),) if topic else (),
        (button(own.following_button, Panel("words")),),
    )  # fmt: skip
    text = join((title, *lines), by="\n")
    return text.screen((*rows, *_ways(language)))


def not_followed_screen(said: str, language: Language) -> Screen:
    """That something is not followed and why, with the ways on."""
    own = panel_messages(language)
    return rich(said).screen(((button(own.following_button, Panel("words")),), *_ways(language)))


def not_followed(template: str, text: str, **known: object) -> str:
    """The words of that, with the text that was sent."""
    return template.format(text=inert(text, _SAID_UNITS), **known)


def _ways(language: Language) -> Rows:
    own = panel_messages(language)
    settings = button(own.settings_button, Panel("settings"))
    return ((settings, button(own.home_button, Panel("home"))),)

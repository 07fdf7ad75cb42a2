"""What a reader can do about a story: save it, follow its topic, refuse it. Pure."""

from typing import NamedTuple, get_args

from bot.digest.compose import lead
from bot.i18n import messages, panel_messages
from bot.model import Button, Language, Screen, Story
from bot.screens.callbacks.pages import Back, StoryCard, button
from bot.screens.callbacks.settings import Act, StoryAct
from bot.screens.rich_text import bold, join, rich
from bot.screens.story_view import headline
from bot.store.readers.preferences import Why

REASONS: dict[Act, Why] = {"t": "topic", "r": "repeat", "a": "ad", "e": "error"}


class Marks(NamedTuple):
    """What the reader has done about a story already."""

    saved: bool = False
    followed: bool = False


def acts_of(
    story: Story, marks: Marks, language: Language, back: Back | None
) -> tuple[Button, ...]:
    """The row of buttons under a story's card; each says what a tap will do."""
    p, own = messages(language), panel_messages(language)
    topic = lead(story).analysis.topics[0]
    save = button(
        own.unsave_button if marks.saved else own.save_button,
        StoryAct("S" if marks.saved else "s", story.id, back),
    )
    follow = button(
        p.unfollow_button if marks.followed else p.follow_button,
        StoryAct("F" if marks.followed else "f", story.id, back),
    )
    dislike = button(own.dislike_button, StoryAct("n", story.id, back))
    return (save, dislike) if topic == "other" else (save, follow, dislike)


def reasons_screen(story: Story, language: Language, back: Back | None) -> Screen:
    """The question why a story is not wanted."""
    own = panel_messages(language)
    reasons = [
        button(own.reasons[act], StoryAct(act, story.id, back))
        for act in get_args(Act)
        if act in REASONS
    ]
    rows = (tuple(reasons[:2]), tuple(reasons[2:]))
    way_back = (button(own.to_story_button, StoryCard(story.id, back)),)
    text = join((bold(own.dislike_title), headline(story, language)), by="\n")
    return rich(text).screen((*rows, way_back))

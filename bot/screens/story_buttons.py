"""What a reader can do about a story: save it, follow its topic, refuse it. Pure."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from bot.digest.compose import lead
from bot.i18n import messages, owner_messages, panel_messages
from bot.model import Button, Entry, Language, Screen, Story, story_name
from bot.screens.callbacks.owner import press
from bot.screens.callbacks.pages import Back, StoryCard, button
from bot.screens.callbacks.settings import Act, StoryAct
from bot.screens.rich_text import bold, inert, join, rich
from bot.screens.story_view import channel_name, headline
from bot.store.readers.preferences import Why

_MOST_CHOICES = 8
_CHOICE_UNITS = 40

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


def owner_acts(story: Story, language: Language) -> tuple[Button, ...]:
    """What an owner can say of a story: that a post tells another event, or another story this."""
    d = owner_messages(language)
    unite = press(d.unite_button, "unite", story.id)
    several = len(story.entries) + len(story.also) > 1
    return (press(d.split_button, "split", story.id), unite) if several else (unite,)


def split_screen(story: Story, language: Language) -> Screen:
    """The question which post of a story tells another event."""
    rows = [
        (press(_named(entry, language), "apart", f"{story.id}-{story_name(entry.key)}"),)
        for entry in (*story.entries, *story.also)[:_MOST_CHOICES]
    ]
    return _question(owner_messages(language).split_title, story, language, rows)


def unite_screen(story: Story, others: Sequence[Story], language: Language) -> Screen:
    """The question which of these stories tells the same event."""
    d = owner_messages(language)
    rows = [
        (press(_named(lead(other), language), "same", f"{story.id}-{other.id}"),)
        for other in others[:_MOST_CHOICES]
    ]
    return _question(d.unite_title if rows else d.unite_none, story, language, rows)


def undo_split(story: Story, parted: str, language: Language) -> Button:
    """The button that joins what was just parted."""
    return press(owner_messages(language).undo_button, "same", f"{story.id}-{parted}")


def _question(
    title: str, story: Story, language: Language, rows: Sequence[tuple[Button, ...]]
) -> Screen:
    back = button(panel_messages(language).to_story_button, StoryCard(story.id, None))
    text = join((bold(title), headline(story, language)), by="\n")
    return rich(text).screen((*rows, (back,)))


def _named(entry: Entry, language: Language) -> str:
    title = inert(entry.card(language).title, _CHOICE_UNITS)
    return f"{channel_name(entry.post.channel)}: {title}"

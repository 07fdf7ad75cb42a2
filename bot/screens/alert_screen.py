"""An alert: one story of a followed topic, as a message of its own. Pure."""

from bot.i18n import messages
from bot.model import Button, Entry, Language, Screen, Story, Subscription
from bot.screens.callbacks.pages import Follow, TopicPage, button
from bot.screens.digest_pages import topic_title
from bot.screens.rich_text import Rich, bold, filled, inert, italic, join, link
from bot.screens.story_view import TITLE_UNITS, story_block
from bot.taxonomy.topics import Topic


def alert_screen(
    story: Story, topic: Topic, reader: Subscription, number: int, told: Entry | None = None
) -> Screen:
    """The story under the topic that brought it, and which of the day's alerts this is.

    ``told`` is the post of which an earlier alert told the same event.
    """
    p = messages(reader.language)
    name = topic_title(topic, reader.language)
    parts = (
        bold(p.alert_title.format(topic=name)),
        story_block(None, story, reader.language),
        _told(told, reader.language) if told else "",
        italic(p.alert_count.format(number=number, cap=reader.alert_cap)),
    )
    rows = (
        (
            Button(text=p.open_post_button, url=story.first.post.url),
            button(name, TopicPage(topic)),
        ),
        (button(p.unfollow_button, Follow(topic, on=False)),),
    )
    return join(parts, by="\n").screen(rows)


def _told(entry: Entry, language: Language) -> Rich:
    """The line that points to what the first alert showed."""
    title = link(inert(entry.card(language).title, TITLE_UNITS), entry.post.url)
    return filled(messages(language).alert_told, title=title)

"""An alert: one story of a followed topic, as a message of its own. Pure."""

from bot.i18n import messages
from bot.model import Button, Screen, Story, Subscription
from bot.screens.callbacks.pages import Follow, TopicPage, button
from bot.screens.digest_pages import topic_title
from bot.screens.rich_text import bold, italic, join
from bot.screens.story_view import story_block
from bot.taxonomy.topics import Topic


def alert_screen(story: Story, topic: Topic, reader: Subscription, number: int) -> Screen:
    """The story under the topic that brought it, and which of the day's alerts this is."""
    p = messages(reader.language)
    name = topic_title(topic, reader.language)
    parts = (
        bold(p.alert_title.format(topic=name)),
        story_block(None, story, reader.language),
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

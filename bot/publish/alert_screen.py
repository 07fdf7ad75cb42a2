"""An alert: one story of a followed topic, as a message of its own. Pure."""

from bot.model import Button, Screen, Story, Subscription
from bot.phrases import phrases
from bot.publish.buttons import Follow, TopicPage, button
from bot.publish.render import topic_title
from bot.publish.rich_text import bold, italic, join
from bot.publish.story_view import block
from bot.topics import Topic


def alert_screen(story: Story, topic: Topic, reader: Subscription, number: int) -> Screen:
    """The story under the topic that brought it, and which of the day's alerts this is."""
    p = phrases(reader.language)
    name = topic_title(topic, reader.language)
    parts = (
        bold(p.alert_title.format(topic=name)),
        block(None, story, reader.language),
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

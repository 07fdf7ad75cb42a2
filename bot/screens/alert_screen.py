"""An alert: one story of a followed topic, as a message of its own that stays so. Pure."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.i18n import messages, panel_messages
from bot.model import Button, Entry, Language, Screen, Story, Subscription
from bot.screens.callbacks.alerts import ALERT_REASONS, AlertAct, AlertDeed
from bot.screens.callbacks.pages import StoryCard, button
from bot.screens.digest_words import topic_title
from bot.screens.group_screens import in_public
from bot.screens.pages import Rows, in_rows
from bot.screens.rich_text import Rich, bold, filled, inert, italic, join, link
from bot.screens.story_view import TITLE_UNITS, paper_url, papers_of, story_block
from bot.taxonomy.topics import Topic

_IN_ROW = 2


class AlertView(NamedTuple):
    """What an alert shows beside its story.

    It went out for the story ``name``, as the day's alert of that ``number``; ``told`` is the post
    of which an earlier alert told the same event. ``asking`` has the reasons in place of buttons.
    """

    name: str
    number: int
    told: Entry | None = None
    saved: bool = False
    asking: bool = False


def alert_screen(
    story: Story,
    topic: Topic,
    reader: Subscription,
    view: AlertView,
    now: datetime,
    username: str | None = None,
) -> Screen:
    """The story under the topic that brought it, and which of the day's alerts this is.

    In a group or a channel nothing can be pressed for all: it leads into the bot ``username``.
    """
    p = messages(reader.language)
    told = view.told
    parts = (
        bold(p.alert_title.format(topic=topic_title(topic, reader.language))),
        story_block(None, story, reader.language),
        _told(told, reader.language) if told else "",
        italic(p.alert_count.format(number=view.number, cap=reader.alert_cap)),
    )
    urls = [paper_url(story, paper) for paper in papers_of(story) if paper.role == "main"]
    preview = next((url for url in urls if url), None)
    screen = join(parts, by="\n").screen(_rows(story, topic, reader, view, now))
    screen = screen.model_copy(update={"preview": preview})
    if reader.chat_id < 0:
        return in_public(screen, username, StoryCard(view.name), reader.language)
    return screen


def quiet_until(reader: Subscription, topic: Topic, now: datetime) -> datetime | None:
    """Until when a topic brings no alerts; none where it brings them."""
    ends = (each.until for each in reader.quiet if each.topic == topic and each.until > now)
    return max(ends, default=None)


def _rows(
    story: Story, topic: Topic, reader: Subscription, view: AlertView, now: datetime
) -> Rows:
    p, own = messages(reader.language), panel_messages(reader.language)

    def act(text: str, deed: AlertDeed) -> Button:
        return button(text, AlertAct(deed, view.name, topic))

    if view.asking:
        reasons = [act(own.reasons[why], why) for why in ALERT_REASONS]
        return (*in_rows(reasons, _IN_ROW), (act(own.to_files_page_button, "b"),))
    until = quiet_until(reader, topic, now)
    day = p.words.day(until.astimezone(ZoneInfo(reader.zone)).date()) if until else ""
    quiet = act(p.quiet_until_button.format(day=day), "Q") if until else act(p.quieter_button, "q")
    save = act(own.unsave_button, "S") if view.saved else act(own.save_button, "s")
    opened = Button(text=p.open_post_button, url=story.first.post.url)
    return (
        (opened, act(p.alert_card_button, "c")),
        (save, act(own.dislike_button, "n")),
        (quiet,),
        (act(topic_title(topic, reader.language), "p"), act(p.alert_settings_button, "w")),
    )


def _told(entry: Entry, language: Language) -> Rich:
    """The line that points to what the first alert showed."""
    title = link(inert(entry.card(language).title, TITLE_UNITS), entry.post.url)
    return filled(messages(language).alert_told, title=title)

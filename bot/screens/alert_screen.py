"""An alert: one story of what is followed, as a message of its own that stays so. Pure."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.i18n import messages, panel_messages
from bot.model import Button, Entry, Following, Language, Screen, Story, Subscription
from bot.screens.callbacks.alerts import ALERT_REASONS, AlertAct, AlertDeed, WordsAlertAct
from bot.screens.callbacks.pages import StoryCard, button
from bot.screens.digest_words import topic_title
from bot.screens.group_screens import in_public
from bot.screens.pages import Rows, in_rows
from bot.screens.rich_text import Rich, bold, filled, inert, italic, join, link
from bot.screens.story_view import TITLE_UNITS, paper_url, papers_of, story_block
from bot.taxonomy.topics import Topic

AlertCause = Topic | Following
"""What a reader follows that brought an alert."""

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
    cause: AlertCause,
    reader: Subscription,
    view: AlertView,
    now: datetime,
    username: str | None = None,
) -> Screen:
    """The story under what brought it, and which of the day's alerts this is.

    In a group or a channel nothing can be pressed for all: it leads into the bot ``username``.
    """
    p = messages(reader.language)
    told = view.told
    parts = (
        bold(_title(cause, reader.language)),
        story_block(None, story, reader.language),
        _told(told, reader.language) if told else "",
        italic(p.alert_count.format(number=view.number, cap=reader.alert_cap)),
    )
    urls = [paper_url(story, paper) for paper in papers_of(story) if paper.role == "main"]
    preview = next((url for url in urls if url), None)
    screen = join(parts, by="\n").screen(_rows(story, cause, reader, view, now))
    screen = screen.model_copy(update={"preview": preview})
    if reader.chat_id < 0:
        return in_public(screen, username, StoryCard(view.name), reader.language)
    return screen


def quiet_until(reader: Subscription, cause: AlertCause, now: datetime) -> datetime | None:
    """Until when a topic brings no alerts; none where it brings them, as words always do."""
    ends = (each.until for each in reader.quiet if each.topic == cause and each.until > now)
    return max(ends, default=None)


def cause_title(cause: AlertCause, language: Language) -> str:
    """What readers call what brought an alert: a topic by its title, words as they follow them."""
    return topic_title(cause, language) if isinstance(cause, Topic) else inert(cause.text)


def _title(cause: AlertCause, language: Language) -> str:
    p, own = messages(language), panel_messages(language)
    said = p.alert_title if isinstance(cause, Topic) else own.words_alert_title
    return said.format(topic=cause_title(cause, language))


def _rows(
    story: Story, cause: AlertCause, reader: Subscription, view: AlertView, now: datetime
) -> Rows:
    p, own = messages(reader.language), panel_messages(reader.language)

    def act(text: str, deed: AlertDeed) -> Button:
        if isinstance(cause, Topic):
            return button(text, AlertAct(deed, view.name, cause))
        return button(text, WordsAlertAct(deed, view.name, cause.token))

    if view.asking:
        reasons = [act(own.reasons[why], why) for why in ALERT_REASONS]
        return (*in_rows(reasons, _IN_ROW), (act(own.to_files_page_button, "b"),))
    until = quiet_until(reader, cause, now)
    if isinstance(cause, Topic):
        day = p.words.day(until.astimezone(ZoneInfo(reader.zone)).date()) if until else ""
        less, more = p.quieter_button, p.quiet_until_button.format(day=day)
        page, rings = topic_title(cause, reader.language), until is None
    else:
        less, more = p.unfollow_button, own.follow_again_button
        page = own.words_found_button
        rings = any(each.token == cause.token for each in reader.follows)
    save = act(own.unsave_button, "S") if view.saved else act(own.save_button, "s")
    opened = Button(text=p.open_post_button, url=story.first.post.url)
    return (
        (opened, act(p.alert_card_button, "c")),
        (save, act(own.dislike_button, "n")),
        (act(less, "q") if rings else act(more, "Q"),),
        (act(page, "p"), act(p.alert_settings_button, "w")),
    )


def _told(entry: Entry, language: Language) -> Rich:
    """The line that points to what the first alert showed."""
    title = link(inert(entry.card(language).title, TITLE_UNITS), entry.post.url)
    return filled(messages(language).alert_told, title=title)

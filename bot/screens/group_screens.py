"""Groups and channels: what is asked and set in private, and what is said there. Pure."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.digest.time_zones import zone_title
from bot.i18n import language_texts, messages, of_this_field, owner_messages, panel_messages
from bot.languages import LANGUAGES
from bot.model import Button, Language, Screen, Subscription
from bot.screens.callbacks.deep_links import deep_link, page_name
from bot.screens.callbacks.groups import GroupAct, GroupDeed, about_group
from bot.screens.callbacks.owner import press
from bot.screens.callbacks.pages import Follow, Subscribe, Unsubscribe, button
from bot.screens.callbacks.settings import VALUES, Erase, Panel, Set
from bot.screens.digest_words import topic_title
from bot.screens.pages import Rows
from bot.screens.rich_text import Rich, bold, filled, inert, instant, join, of_screen, rich
from bot.screens.settings_screens import often, topics_set

_TITLE = 80  # units


def place_screen(
    chat_id: int,
    title: str,
    language: Language,
    *,
    channel: bool,
    may_post: bool,
    may_read: bool,
    forum: bool = False,
) -> Screen:
    """What the bot may be for in that chat; ``may_read``: an owner asks, so it may be a source."""
    d, subject = owner_messages(language), str(chat_id)
    head = (d.place_channel if channel else d.place_group).format(title=inert(title, _TITLE))
    lines = [head]
    lines += [d.place_source] if may_read else []
    lines += [] if may_post else [d.place_no_right.format(title=inert(title, _TITLE))]
    lines += [] if channel else [d.place_hint]
    lines += [d.place_topic] if forum else []
    rows: list[tuple[Button, ...]] = []
    if may_post:
        daily = press(d.place_daily_button, "daily", subject)
        rows.append((daily, press(d.place_weekly_button, "weekly", subject)))
    if may_read:
        rows.append((press(d.place_read_button, "listen", subject),))
    rows.append(
        (press(d.place_asked_button if not channel else d.cancel_button, "asked", subject),)
    )
    return Screen(text="\n\n".join(lines), buttons=tuple(rows))


def group_settings_screen(
    target: Subscription, title: str, due: datetime | None, language: Language
) -> Screen:
    """What a group or a channel gets, with a button for each setting; each choice is marked.

    ``due`` is when the next digest comes. The words are in the ``language`` of the one who sets.
    """
    shown = target.model_copy(update={"language": language})
    saved = panel_messages(language).settings_saved_at_once
    text = join((_state(shown, title, due), saved), by="\n\n")
    return text.screen(_settings_rows(target, shown, language))


def _settings_rows(target: Subscription, shown: Subscription, language: Language) -> Rows:
    d, p, own = owner_messages(language), messages(language), panel_messages(language)
    act = partial(_act, target)
    return (
        (
            act(own.time_row.format(time=f"{target.at:%H:%M}"), Panel("time")),
            act(own.zone_row.format(zone=zone_title(target.zone, language)), Panel("zone")),
        ),
        (
            act(own.often_row.format(often=often(shown)), Panel("often")),
            act(own.topics_row.format(topics=topics_set(shown)), Panel("pick")),
        ),
        tuple(
            act(marked(own.lengths[each], each == target.length), Set("length", each))
            for each in VALUES["length"]
        ),
        tuple(
            act(marked(language_texts(each).name, each == target.language), Set("language", each))
            for each in LANGUAGES
        ),
        *(
            (act(f"{p.unfollow_button}: {topic_title(topic, language)}", Follow(topic, on=False)),)
            for topic in target.alerts
        ),
        (
            act(d.place_stop_button, Unsubscribe())
            if target.active
            else act(d.place_start_button, Subscribe()),
            act(own.forget_button, Panel("forget")),
        ),
        (button(own.home_button, Panel("home")),),
    )


def _state(target: Subscription, title: str, due: datetime | None) -> Rich:
    """What comes there, and when next."""
    d, words = owner_messages(target.language), messages(target.language).words
    named = inert(title, _TITLE)
    if not target.active or due is None:
        return rich((d.place_silent if target.channel else d.place_asked).format(title=named))
    moment = instant(words.moment(due.astimezone(ZoneInfo(target.zone))), due)
    zone = zone_title(target.zone, target.language)
    about = {"often": often(target), "time": f"{target.at:%H:%M}", "zone": zone}
    return filled(d.place_set, title=named, moment=moment, **about)


def _act(target: Subscription, text: str, what: GroupDeed) -> Button:
    return button(text, GroupAct(abs(target.chat_id), what))


def marked(text: str, chosen: bool) -> str:
    """A choice, with a sign where it is the one that holds."""
    return f"✓ {text}" if chosen else text


def for_group(screen: Screen, target: Subscription, title: str, language: Language) -> Screen:
    """A screen of a reader's settings as one about a chat: its buttons change that chat.

    What has no meaning there is left out; the way home leads to the chat's settings.
    """
    home, own = Panel("home").data, panel_messages(language)
    rows = []
    for row in screen.buttons:
        found = (
            _act(target, own.to_settings_button, Panel("settings"))
            if key.data == home
            else button(key.text, about)
            for key in row
            if (about := about_group(target.chat_id, key.data or ""))
        )
        rows.append(tuple(found))
    head = bold(inert(title, _TITLE))
    return join((head, of_screen(screen)), by="\n").screen(tuple(row for row in rows if row))


def forget_group_screen(target: Subscription, title: str, language: Language) -> Screen:
    """The question before all that is kept about a chat is removed."""
    own = panel_messages(language)
    rows = (
        (_act(target, own.forget_now_button, Erase()),),
        (_act(target, own.keep_button, Panel("settings")),),
    )
    said = owner_messages(language).place_forget.format(title=inert(title, _TITLE))
    return rich(said).screen(rows)


def chats_screen(chats: Sequence[Subscription], language: Language) -> Screen:
    """The groups and channels whose digests a person keeps; they are set from here."""
    d, own = owner_messages(language), panel_messages(language)
    rows = tuple(
        (_act(chat, inert(chat.title, _TITLE) or str(chat.chat_id), Panel("settings")),)
        for chat in chats
    )
    back = (
        button(own.to_settings_button, Panel("settings")),
        button(own.home_button, Panel("home")),
    )
    return rich(d.place_list if chats else d.place_list_empty).screen((*rows, back))


def in_public(
    screen: Screen,
    username: str | None = None,
    page: object = None,
    language: Language = "en",
    text: str = "",
) -> Screen:
    """A screen where many read it: no button that one of them could press for all.

    Links stay where they lead away. ``page`` is what the button opens in private, in the bot
    called ``username``; without one there is no such button.
    """
    rows = [tuple(key for key in row if key.url) for row in screen.buttons] if page else []
    if username and page:
        words = text or messages(language).open_bot_button
        rows.append((Button(text=words, url=deep_link(username, page_name(page))),))
    return screen.model_copy(update={"buttons": tuple(row for row in rows if row)})


def group_help_screen(language: Language) -> Screen:
    """What the bot does in a group, in two lines."""
    return rich(of_this_field(owner_messages(language).group_help, language)).screen()


def group_state_screen(target: Subscription, due: datetime | None, language: Language) -> Screen:
    """What a group gets and who sets that, in two lines."""
    d, own = owner_messages(language), panel_messages(language)
    told = rich(d.group_nothing)
    if target.active and due is not None:
        moment = messages(language).words.moment(due.astimezone(ZoneInfo(target.zone)))
        told = filled(own.settings_next, moment=instant(moment, due))
    return join((told, d.group_settings), by="\n").screen()


def said_of(template: str, title: str) -> Screen:
    """A line about that chat."""
    return Screen(text=template.format(title=inert(title, _TITLE)))

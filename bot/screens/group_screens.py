"""What the person who put the bot into a group or a channel is asked and told. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.i18n import messages, owner_messages
from bot.model import Button, Language, Screen, Subscription
from bot.screens.callbacks.owner import press
from bot.screens.rich_text import filled, inert, instant

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


def placed_screen(target: Subscription, title: str, due: datetime, language: Language) -> Screen:
    """What was chosen, and when the next digest comes."""
    d, words = owner_messages(language), messages(language).words
    template = d.place_daily if target.cadence == "daily" else d.place_weekly
    moment = instant(words.moment(due.astimezone(ZoneInfo(target.zone))), due)
    subject = str(target.chat_id)
    rows = (
        (
            press(d.place_daily_button, "daily", subject),
            press(d.place_weekly_button, "weekly", subject),
        ),
        (press(d.place_asked_button, "asked", subject),),
    )
    named = inert(title, _TITLE)
    return filled(template, title=named, zone=target.zone, moment=moment).screen(rows)


def said_of(template: str, title: str) -> Screen:
    """A line about that chat."""
    return Screen(text=template.format(title=inert(title, _TITLE)))

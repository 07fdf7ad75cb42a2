"""The reader's settings as screens: one panel, and one screen for each choice. Pure."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.digest.time_zones import page_of, zone_pages, zone_title
from bot.i18n import language_texts, messages, panel_messages
from bot.languages import next_language
from bot.model import Button, Screen, Subscription
from bot.screens.callbacks.pages import Subscribe, TopicList, Unsubscribe, button
from bot.screens.callbacks.settings import CAPS, HOURS, OFTEN, PAUSES, VALUES, Panel, Set
from bot.screens.digest_pages import topic_title
from bot.screens.pages import in_rows, turning
from bot.screens.rich_text import Rich, bold, filled, instant, join, rich

_Row = tuple[Button, ...]


def settings_screen(reader: Subscription, due: datetime | None, now: datetime) -> Screen:
    """The panel: what is set stands on the buttons; ``due`` is when the next digest comes."""
    own = panel_messages(reader.language)
    other = next_language(reader.language)
    rows = (
        (
            button(f"🕘 {reader.at:%H:%M}", Panel("time")),
            button(f"🌍 {zone_title(reader.zone, reader.language)}", Panel("zone")),
        ),
        (button(f"📅 {often(reader)}", Panel("often")),),
        (
            button(f"🎯 {_topics(reader)}", Panel("pick")),
            button(f"📏 {own.lengths[reader.length]}", Set("length", _after(reader))),
        ),
        (
            button(f"🔔 {own.cap.format(count=reader.alert_cap)}", Panel("alerts")),
            button(f"🗣 {language_texts(other).name}", Set("language", other)),
        ),
        _stopping(reader, now),
        (
            button(own.privacy_button, Panel("privacy")),
            button(own.home_button, Panel("home")),
        ),
    )
    parts = (bold(own.settings_title), state_line(reader, due, now), own.settings_saved_at_once)
    return join(parts, by="\n\n").screen(rows)


def state_line(reader: Subscription, due: datetime | None, now: datetime) -> Rich:
    """When the next digest comes, or why none does."""
    p, own = messages(reader.language), panel_messages(reader.language)
    if not reader.active or due is None:
        return rich(own.settings_stopped)
    moment = instant(p.words.moment(due.astimezone(ZoneInfo(reader.zone))), due)
    said = own.settings_paused if is_paused(reader, now) else own.settings_next
    return filled(said, moment=moment)


def is_paused(reader: Subscription, now: datetime) -> bool:
    """True while the reader wants nothing."""
    return reader.paused_until is not None and reader.paused_until > now


def time_screen(reader: Subscription, now: datetime) -> Screen:
    """The question when to send, with the check whether the zone is right."""
    own = panel_messages(reader.language)
    zone = zone_title(reader.zone, reader.language)
    text = "\n\n".join(
        (own.time_title.format(time=f"{reader.at:%H:%M}", zone=zone), zone_check(reader, now))
    )
    hours = [_choice(f"{at:%H:%M}", at == reader.at, Set("time", f"{at:%H%M}")) for at in HOURS]
    rows = (*in_rows(hours, 3), (button(f"🌍 {zone}", Panel("zone")), _back(reader)))
    return rich(text).screen(rows)


def zone_check(reader: Subscription, now: datetime) -> str:
    """«У вас сейчас 15:00?»."""
    here = now.astimezone(ZoneInfo(reader.zone))
    return panel_messages(reader.language).zone_check.format(time=f"{here:%H:%M}")


def zone_screen(reader: Subscription, now: datetime, page: int = 0) -> Screen:
    """The question what time it is there, as clocks to choose from; page 0 is the reader's."""
    own, pages = panel_messages(reader.language), zone_pages(now)
    at = min(page, len(pages)) or page_of(reader.zone, now)
    clocks = [
        _choice(
            f"{now.astimezone(ZoneInfo(zone)):%H:%M} {zone_title(zone, reader.language)}",
            zone == reader.zone,
            Set("zone", zone),
        )
        for zone in pages[at - 1]
    ]
    turns = turning(at, len(pages), partial(Panel, "zone"))
    return rich(own.zone_title).screen((*in_rows(clocks, 2), *turns, (_back(reader),)))


def often_screen(reader: Subscription) -> Screen:
    """Daily, weekly or both; and on which day the week comes."""
    p, own = messages(reader.language), panel_messages(reader.language)
    kinds = tuple(
        _choice(often(changed), often(changed) == often(reader), Set("often", name))
        for name, changed in ((name, with_often(reader, name)) for name in OFTEN)
    )
    days = tuple(
        _choice(p.words.weekdays[int(day)], int(day) == reader.weekday, Set("weekday", day))
        for day in VALUES["weekday"]
    )
    return rich(own.often_title).screen((*((kind,) for kind in kinds), days, (_back(reader),)))


def often(reader: Subscription) -> str:
    """«ежедневно + неделя, пн»."""
    p, own = messages(reader.language), panel_messages(reader.language)
    template = own.weekly if reader.cadence == "weekly" else own.both
    if reader.cadence == "daily" and not reader.weekly:
        template = own.daily
    return template.format(weekday=p.words.weekdays[reader.weekday])


def with_often(reader: Subscription, name: str) -> Subscription:
    """The reader with a digest ``daily``, ``weekly`` or ``both``."""
    cadence = "weekly" if name == "weekly" else "daily"
    return reader.model_copy(update={"cadence": cadence, "weekly": name == "both"})


def alerts_screen(reader: Subscription) -> Screen:
    """What is followed, how many alerts may come a day, and what happens at night."""
    own = panel_messages(reader.language)
    names = ", ".join(topic_title(topic, reader.language) for topic in reader.alerts)
    caps = tuple(_choice(str(cap), cap == reader.alert_cap, Set("cap", str(cap))) for cap in CAPS)
    nights = tuple(
        (_choice(own.nights[name], name == reader.at_night, Set("night", name)),)
        for name in VALUES["night"]
    )
    topics = button(messages(reader.language).topics_button, TopicList())
    said = own.alerts_title.format(topics=names) if names else own.alerts_none
    return rich(said).screen((caps, *nights, (topics, _back(reader))))


def pause_screen(reader: Subscription) -> Screen:
    """For how many days to be silent."""
    p, own = messages(reader.language), panel_messages(reader.language)
    days = tuple(
        button(
            own.pause_days.format(days=p.words.counted(count, own.day_forms)),
            Set("pause", str(count)),
        )
        for count in PAUSES
        if count
    )
    return rich(own.pause_title).screen((days, (_back(reader),)))


def _stopping(reader: Subscription, now: datetime) -> _Row:
    p, own = messages(reader.language), panel_messages(reader.language)
    if not reader.active:
        return (button(p.subscribe_button.format(time=f"{reader.at:%H:%M}"), Subscribe()),)
    if is_paused(reader, now):
        pause = button(own.resume_button, Set("pause", "0"))
    else:
        pause = button(own.pause_button, Panel("pause"))
    return (pause, button(own.leave_button, Unsubscribe()))


def _topics(reader: Subscription) -> str:
    p, own = messages(reader.language), panel_messages(reader.language)
    if not reader.topics:
        return own.all_topics
    return p.words.counted(len(reader.topics), own.topic_forms)


def _after(reader: Subscription) -> str:
    lengths = VALUES["length"]
    return lengths[(lengths.index(reader.length) + 1) % len(lengths)]


def _choice(text: str, chosen: bool, leads_to: Set) -> Button:
    return button(f"✓ {text}" if chosen else text, leads_to)


def _back(reader: Subscription) -> Button:
    return button(panel_messages(reader.language).to_settings_button, Panel("settings"))

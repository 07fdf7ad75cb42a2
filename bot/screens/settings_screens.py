"""The reader's settings as screens: one panel, and one screen for each choice. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from zoneinfo import ZoneInfo

from bot.digest.time_zones import clocks, offset_of, zone_title
from bot.i18n import language_texts, messages, panel_messages
from bot.languages import LANGUAGES, language_of
from bot.model import Button, QuietTopic, Screen, Subscription
from bot.screens.callbacks.pages import Subscribe, TopicList, Unsubscribe, button
from bot.screens.callbacks.settings import (
    CAPS,
    HOURS,
    OFTEN,
    PAUSES,
    VALUES,
    Loud,
    OwnFeed,
    Panel,
    Set,
    ZoneClock,
)
from bot.screens.digest_words import topic_title
from bot.screens.pages import in_rows, pages_of, turning
from bot.screens.rich_text import Rich, bold, filled, inert, instant, join, rich

_Row = tuple[Button, ...]
_CLOCKS_PER_PAGE, _PLACES_PER_PAGE, _FEW = 12, 16, 4
_NAME_UNITS = 60  # of a place that was not understood


def settings_screen(
    reader: Subscription, due: datetime | None, now: datetime, *, feeds: bool = False
) -> Screen:
    """The panel: what is set stands on the buttons; ``due`` is when the next digest comes.

    ``feeds`` offers a feed of the reader's own.
    """
    own = panel_messages(reader.language)
    feed = (button(own.feed_button, Panel("feed")),) if feeds else ()
    rows = (
        (
            button(own.time_row.format(time=f"{reader.at:%H:%M}"), Panel("time")),
            button(own.zone_row.format(zone=_zone(reader)), Panel("zone")),
        ),
        (button(own.often_row.format(often=often(reader)), Panel("often")),),
        (
            button(own.topics_row.format(topics=topics_set(reader)), Panel("pick")),
            button(own.length_row.format(length=own.lengths[reader.length]), Panel("length")),
        ),
        (
            button(_alerts_row(reader, now), Panel("alerts")),
            button(own.words_row.format(count=len(reader.follows)), Panel("words")),
        ),
        (
            button(
                own.language_row.format(language=language_texts(reader.language).name),
                Panel("language"),
            ),
            button(own.cards_row.format(language=_cards(reader.cards, reader)), Panel("cards")),
        ),
        feed,
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
    own, known = panel_messages(reader.language), clocks(now)
    here, parts = offset_of(reader.zone, now), pages_of(list(known), _CLOCKS_PER_PAGE)
    numbers = [number for number, part in enumerate(parts, start=1) if here in part]
    at = min(page, len(parts)) or next(iter(numbers), 1)
    shown = [
        _clock(reader, now, known[offset], offset, offset == here) for offset in parts[at - 1]
    ]
    turns = turning(at, len(parts), partial(Panel, "zone"))
    return rich(own.zone_title).screen((*in_rows(shown, 2), *turns, (_back(reader),)))


def unknown_place_screen(reader: Subscription, now: datetime, place: str) -> Screen:
    """That no zone is known by that name, and the clocks to choose from."""
    said = panel_messages(reader.language).zone_unknown.format(text=inert(place, _NAME_UNITS))
    return rich(said).screen(zone_screen(reader, now).buttons)


def _clock(
    reader: Subscription, now: datetime, zones: Sequence[str], offset: timedelta, here: bool
) -> Button:
    """A clock with one of its places; the only place is chosen at once."""
    name = zone_title(reader.zone if here else zones[0], reader.language)
    text = f"{_shown(offset, now)} {name}"
    more = button(f"✓ {text}" if here else text, ZoneClock(offset))
    return more if len(zones) > 1 else _choice(text, here, Set("zone", zones[0]))


def places_screen(reader: Subscription, now: datetime, at: ZoneClock) -> Screen | None:
    """The places with one clock, the main ones first; none where no place has it now."""
    own, zones = panel_messages(reader.language), clocks(now).get(at.offset, ())
    if not zones:
        return None
    parts = pages_of(zones, _PLACES_PER_PAGE)
    page = min(at.page, len(parts))
    names = [_place(reader, zone) for zone in parts[page - 1]]
    turns = turning(page, len(parts), lambda number: replace(at, page=number))
    title = own.places_title.format(time=_shown(at.offset, now))
    way = button(own.other_zone_button, Panel("zone"))
    return rich(title).screen((*in_rows(names, 2), *turns, (way, _back(reader))))


def zones_screen(reader: Subscription, now: datetime, zones: Sequence[str], *more: _Row) -> Screen:
    """The question whether one of the places that were named is the reader's."""
    own = panel_messages(reader.language)
    shown = zones[:_PLACES_PER_PAGE]
    told = [f"{_shown(offset_of(zone, now), now)} {zone_title(zone, reader.language)}"
            for zone in shown]  # fmt: skip
    rows = in_rows(
        [button(f"🌍 {text}", Set("zone", zone)) for zone, text in zip(shown, told, strict=True)],
        1 if len(shown) < _FEW else 2,
    )
    return rich(own.zone_ask).screen((*rows, *more))


def _place(reader: Subscription, zone: str) -> Button:
    return _choice(zone_title(zone, reader.language), zone == reader.zone, Set("zone", zone))


def _shown(offset: timedelta, now: datetime) -> str:
    """What the clock shows that far ahead of UTC."""
    return f"{now.astimezone(timezone(offset)):%H:%M}"


def language_screen(reader: Subscription) -> Screen:
    """In which language screens are."""
    return _one_of(reader, "language", {each: language_texts(each).name for each in LANGUAGES})


def cards_screen(reader: Subscription) -> Screen:
    """In which language stories are told."""
    return _one_of(reader, "cards", {each: _cards(each, reader) for each in VALUES["cards"]})


def length_screen(reader: Subscription) -> Screen:
    """How much is told of a story."""
    return _one_of(reader, "length", panel_messages(reader.language).lengths)


def _one_of(reader: Subscription, name: str, choices: Mapping[str, str]) -> Screen:
    titles = panel_messages(reader.language).choice_titles
    rows = [
        (_choice(text, value == getattr(reader, name), Set(name, value)),)
        for value, text in choices.items()
    ]
    return rich(titles[name]).screen((*rows, (_back(reader),)))


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


def alerts_screen(reader: Subscription, now: datetime) -> Screen:
    """What is followed, how many alerts may come a day, what happens at night, what is quiet."""
    own = panel_messages(reader.language)
    names = ", ".join(topic_title(topic, reader.language) for topic in reader.alerts)
    caps = tuple(_choice(str(cap), cap == reader.alert_cap, Set("cap", str(cap))) for cap in CAPS)
    nights = tuple(
        (_choice(own.nights[name], name == reader.at_night, Set("night", name)),)
        for name in VALUES["night"]
    )
    quiet = _quiet(reader, now)
    loud = tuple(
        (button(own.loud_button.format(topic=topic_title(one.topic, reader.language)),
                Loud(one.topic)),)
        for one in quiet
    )  # fmt: skip
    followed = (
        button(messages(reader.language).topics_button, TopicList()),
        button(own.words_row.format(count=len(reader.follows)), Panel("words")),
    )
    said = own.alerts_title.format(topics=names) if names else own.alerts_none
    text = join((said, _words_line(reader), _quiet_line(quiet, reader)), by="\n\n")
    return text.screen((caps, *nights, *loud, followed, (_back(reader),)))


def _words_line(reader: Subscription) -> str:
    words = " · ".join(inert(each.text) for each in reader.follows)
    return panel_messages(reader.language).alerts_words.format(words=words) if words else ""


def _quiet(reader: Subscription, now: datetime) -> tuple[QuietTopic, ...]:
    """Followed topics that bring no alerts now, with the last day of that."""
    followed = (one for one in reader.quiet if one.topic in reader.alerts and one.until > now)
    return tuple({one.topic: one for one in followed}.values())


def _quiet_line(quiet: Sequence[QuietTopic], reader: Subscription) -> str:
    p, own, zone = (
        messages(reader.language),
        panel_messages(reader.language),
        ZoneInfo(reader.zone),
    )
    told = ", ".join(
        own.quiet_topic.format(
            topic=topic_title(one.topic, reader.language),
            day=p.words.day(one.until.astimezone(zone).date()),
        )
        for one in quiet
    )
    return own.alerts_quiet.format(topics=told) if told else ""


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


def feed_screen(reader: Subscription, has_one: bool, addresses: Sequence[str] = ()) -> Screen:
    """The reader's own feed: its addresses just after it was made, which are not known later."""
    own = panel_messages(reader.language)
    said = own.feed_told if has_one else own.feed_offer
    parts: list[Rich | str] = [bold(own.feed_title), own.feed_made if addresses else said]
    make = button(own.feed_again_button if has_one else own.feed_make_button, OwnFeed("new"))
    end = (button(own.feed_end_button, OwnFeed("end")),) if has_one else ()
    text = join([*parts, *addresses], by="\n\n")
    return text.screen(((make,), end, (_back(reader),)))


def topics_set(reader: Subscription) -> str:
    """How many topics a reader has chosen, or that it is all of them."""
    return str(len(reader.topics)) if reader.topics else panel_messages(reader.language).all_topics


def _cards(value: str, reader: Subscription) -> str:
    """What the choice of a language of cards is called."""
    own = panel_messages(reader.language)
    return own.card_languages.get(value) or language_texts(language_of(value)).name


def _alerts_row(reader: Subscription, now: datetime) -> str:
    """How many alerts may come a day, and how many topics bring none for now."""
    own = panel_messages(reader.language)
    said = own.alerts_row.format(cap=own.cap.format(count=reader.alert_cap))
    quiet = len(_quiet(reader, now))
    return f"{said} · 🔕 {quiet}" if quiet else said


def _zone(reader: Subscription) -> str:
    return zone_title(reader.zone, reader.language)


def _choice(text: str, chosen: bool, leads_to: Set) -> Button:
    return button(f"✓ {text}" if chosen else text, leads_to)


def _back(reader: Subscription) -> Button:
    return button(panel_messages(reader.language).to_settings_button, Panel("settings"))

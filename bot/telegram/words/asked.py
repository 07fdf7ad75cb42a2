"""Words typed after a question: when to send digests, or what the clock shows there."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.digest.time_zones import (
    clocks,
    offsets_in_hour,
    offsets_showing,
    read_offset,
    zones_named,
)
from bot.model import Button, Screen, Subscription
from bot.screens.callbacks.groups import GroupAct
from bot.screens.callbacks.settings import Panel, Set, ZoneClock, parse_panel
from bot.screens.group_screens import for_group
from bot.screens.rich_text import join, of_screen
from bot.screens.settings_screens import (
    places_screen,
    unknown_place_screen,
    zone_check,
    zones_screen,
)
from bot.taxonomy import resolve
from bot.telegram.handlers.chats.group_settings import group_settings_view
from bot.telegram.handlers.settings import apply_setting, with_setting
from bot.telegram.replies.reply import Context
from bot.telegram.words.clock_times import parse_time

_WORDS_OF_A_PLACE, _PLACES = 3, 12
_NAME = re.compile(r"[^\W\d_]+(?:[\s.'’-]+[^\W\d_]+)*\.?")


class _Question(NamedTuple):
    """A screen that asks, and the group or channel that it is about, if any."""

    panel: Panel
    group: GroupAct | None


async def answer_setting(text: str, place: str, context: Context, seek: Button) -> Screen | None:
    """Where the words lead as the answer to the chat's last question; None where they are none.

    ``place`` is the text without the words that may stand before a city; ``seek`` looks for it.
    """
    question = _read(await context.store.pending_actions.asked(context.reader.chat_id))
    if question is None:
        return None
    if question.panel.name == "time":
        at = parse_time(text)
        return await _set(Set("time", f"{at:%H%M}"), question, context) if at else None
    zones = zones_named(place)
    if len(zones) == 1:
        return await _set(Set("zone", zones[0]), question, context)
    target = await _target(question, context)
    shown = _shown_for(question, target, context)
    if zones:
        return shown(zones_screen(target, context.now, zones))
    if screen := _by_clock(_offsets(text, place, context.now), target, context.now):
        return shown(screen)
    if not _may_be_a_place(place):
        return None
    unknown = shown(unknown_place_screen(target, context.now, text))
    return unknown.model_copy(update={"buttons": (*unknown.buttons, (seek,))})


def _read(asked: str | None) -> _Question | None:
    """The question under that button."""
    group = GroupAct.parse(asked or "")
    panel = group.what if group else parse_panel(asked or "")
    return _Question(panel, group) if isinstance(panel, Panel) else None


async def _set(chosen: Set, question: _Question, context: Context) -> Screen:
    """Keep it, for the reader or for the chat that was asked about."""
    if question.group:
        about = GroupAct(question.group.group, chosen)
        person = context.reader.chat_id
        return await group_settings_view(context.reply.bot, context, about, person)
    screen = await apply_setting(context, chosen)
    changed = with_setting(context.reader, chosen, context.now)
    if chosen.name != "zone":
        return screen
    told = join((zone_check(changed, context.now), of_screen(screen)), by="\n\n")
    return told.screen(screen.buttons)


async def _target(question: _Question, context: Context) -> Subscription:
    """Whose clock it is, in the words of the one who answers."""
    if question.group is None:
        return context.reader
    chat_id = question.group.chat_id
    known = await context.store.subscriptions.get(chat_id) or Subscription(chat_id=chat_id)
    return known.model_copy(update={"language": context.reader.language})


def _shown_for(
    question: _Question, target: Subscription, context: Context
) -> Callable[[Screen], Screen]:
    if question.group is None:
        return lambda screen: screen
    return lambda screen: for_group(screen, target, target.title, context.reader.language)


def _offsets(text: str, place: str, now: datetime) -> tuple[timedelta, ...]:
    """The offsets from UTC that «+3» is, or at which a clock shows «15:23», or a time of «15»."""
    if (offset := read_offset(place)) is not None:
        return (offset,)
    if (at := parse_time(text)) is None:
        return ()
    return offsets_showing(at, now) or (() if at.minute else offsets_in_hour(at.hour, now))


def _by_clock(
    offsets: tuple[timedelta, ...], target: Subscription, now: datetime
) -> Screen | None:
    """The places with that clock; of several clocks the main places of each."""
    if len(offsets) == 1:
        return places_screen(target, now, ZoneClock(offsets[0]))
    each = _PLACES // max(len(offsets), 1)
    zones = [zone for offset in offsets for zone in clocks(now)[offset][:each]]
    return zones_screen(target, now, zones) if zones else None


def _may_be_a_place(text: str) -> bool:
    """True for a few words that name no topic and no kind of posts."""
    if len(text.split()) > _WORDS_OF_A_PLACE or not _NAME.fullmatch(text):
        return False
    meant = resolve(text)
    return meant.topic is None and meant.kind is None

"""Previews channels that somebody would add: what each is and what reading it costs."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.collect.preview.errors import Blocked, PageUnreachable, SourceError
from bot.collect.preview.first_look import FirstLook
from bot.collect.preview.polling_interval import QUIET_CHANNEL, state_of
from bot.collect.text.pasted_handles import Pasted
from bot.extract.budget import pricing
from bot.i18n import messages, owner_messages
from bot.model import Language, Screen
from bot.screens.rich_text import inert
from bot.screens.source_screens import SourceCheck, SourceOffer, found_screen
from bot.store import Store
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context

HISTORY_DAYS = 7
"""Days of history that adding a channel offers to read."""

_NAME = 60  # units
_MUCH_EMPTY = 0.2  # share of posts without words that is worth a warning


async def examine_source(context: Context, running: Deployment, pasted: Pasted) -> Screen:
    """Look at all named channels; the answer tells each, and offers to add those that can be."""
    reader = context.reader
    checks, looks = list[SourceCheck](), list[FirstLook]()
    away: SourceError | None = None
    for handle in pasted.handles:
        if await _is_read(context.store, handle):
            name = inert(f"@{handle}")
            checks.append(SourceCheck(owner_messages(reader.language).known.format(channel=name)))
            continue
        if away:  # the line is down or we are told to wait: asking on would only take longer
            checks.append(_failed(handle, away, reader.language))
            continue
        try:
            check, look = await _verdict(context, running, handle)
        except (Blocked, PageUnreachable) as error:
            away = error
            check, look = _failed(handle, error, reader.language), None
        checks.append(check)
        looks += [look] if look else []
    closed = owner_messages(reader.language).private
    checks += [SourceCheck(closed.format(link=inert(link, _NAME))) for link in pasted.private]
    offer = await _offer(context.store, running, checks, looks)
    return found_screen(checks, pasted.garbage, offer, reader.language)


async def _verdict(
    context: Context, running: Deployment, handle: str
) -> tuple[SourceCheck, FirstLook | None]:
    store = context.store
    language = context.reader.language
    try:
        look = await running.look(handle)
    except (Blocked, PageUnreachable):
        raise
    except SourceError as error:
        return _failed(handle, error, language), None
    if await store.subscriptions.is_target(look.number):
        return SourceCheck(owner_messages(language).loop.format(channel=inert(f"@{handle}"))), None
    text = "\n".join(
        line for line in (*_head(look, language), *_checks(look, language, context.now)) if line
    )
    if renamed := await _renamed(store, look, language):
        text = f"{text}\n{renamed}"
    return SourceCheck(text, look.handle, look.number), look


async def _is_read(store: Store, handle: str) -> bool:
    known = await store.channels.resolve(f"@{handle}")
    return known is not None and await store.sources.is_read(known)


async def _renamed(store: Store, look: FirstLook, language: Language) -> str:
    ref = await store.channels.resolve(look.number) if look.number else None
    known = (await store.channels.state(ref)).get("handle", "") if ref else ""
    if not known or known.casefold() == look.handle.casefold():
        return ""
    names = {"channel": inert(f"@{look.handle}"), "old": inert(f"@{known}")}
    return owner_messages(language).renamed.format(**names)


def _head(look: FirstLook, language: Language) -> tuple[str, ...]:
    d = owner_messages(language)
    title = inert(look.title, _NAME)
    name = inert(f"@{look.handle}")
    return (
        f"➕ {title} · {name}" if title else f"➕ {name}",
        d.source_way.format(way=d.source_ways["preview"]),
        _pace(look, language),
    )


def _pace(look: FirstLook, language: Language) -> str:
    d, pace = owner_messages(language), look.pace
    if pace is None:
        return d.check_pace_early if look.newest else ""
    few = round(pace) < 1
    return d.check_pace_rare if few else d.check_pace.format(count=round(pace))


def _checks(look: FirstLook, language: Language, now: datetime) -> tuple[str, ...]:
    d, p = owner_messages(language), messages(language)
    if look.newest is None:
        fresh = d.check_empty
    else:
        silent = now - look.newest > QUIET_CHANNEL
        template = d.check_silent if silent else d.check_fresh
        fresh = template.format(ago=p.ago(now - look.newest))
    empty = round(100 * look.no_text)
    few = d.check_no_text.format(share=empty) if look.no_text >= _MUCH_EMPTY else ""
    return (d.check_found, d.check_preview, fresh, few)


def _failed(handle: str, error: SourceError, language: Language) -> SourceCheck:
    said = messages(language).source_states[state_of(error)]
    return SourceCheck(said.format(channel=inert(f"@{handle}"), reason=inert(str(error))))


async def _offer(
    store: Store, running: Deployment, checks: Sequence[SourceCheck], looks: Sequence[FirstLook]
) -> SourceOffer | None:
    new = [[check.handle, check.number] for check in checks if check.handle]
    if not new:
        return None
    token = await store.pending_actions.keep(json.dumps(new))
    posts = sum(look.weekly for look in looks)
    dollars = sum(look.weekly * reading_cost(running, look) for look in looks) / 1_000_000
    return SourceOffer(token, HISTORY_DAYS, posts, dollars)


def reading_cost(running: Deployment, look: FirstLook) -> float:
    """Micro-dollars for a post like those of the page."""
    if running.price is None or not look.sample:
        return 0.0
    each = [pricing.usual(running.price, post).cost for post in look.sample]
    return sum(each) / len(each)

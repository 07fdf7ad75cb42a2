"""The owner's screens: the last day, what was set aside. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.i18n import language_texts, messages, owner_messages
from bot.model import Button, Entry, Language, Screen, Subscription
from bot.model.post import LIVE_ROUTES
from bot.screens.callbacks.owner import press
from bot.screens.rich_text import bar, bold, inert, join
from bot.screens.source_screens import health
from bot.store.queue.dead_letters import DeadLetter
from bot.store.sources.sources import Source

SHOWN_GROUPS = 6
_MILLION = 1_000_000
_VARYING = re.compile(r"\b(?:\d[\d.:,-]*|[0-9a-f]{8,})\b|@\w+|\S+/\S+")
_REASON = 100  # units
_JOINED = "joined_"
_EVER = datetime.min.replace(tzinfo=UTC)


class Day(NamedTuple):
    """What the last day was like; costs in micro-dollars, ``cap`` in dollars.

    Of today (UTC) are the ``counters``, how many readers' digests were ``delivered`` of how many,
    and ``opened``, the share of readers that looked at a story.
    """

    entries: Sequence[Entry]
    posts_waiting: int
    messages_waiting: int
    dead: int
    readers: int
    spent: int
    cap: float
    counters: Mapping[str, int]
    delivered: tuple[int, int]
    opened: float | None
    sources: Sequence[Source]


class Group(NamedTuple):
    """Dead letters with one cause: a name of 8 hex digits, the stream, a reason, their ids."""

    name: str
    stream: str
    reason: str
    ids: tuple[str, ...]


def owner_line(text: str, language: Language) -> Screen:
    """A line for an owner, with the way to the dashboard."""
    return Screen(text=text, buttons=((press(owner_messages(language).stats_button, "stats"),),))


def stats_screen(day: Day, language: Language) -> Screen:
    """The dashboard."""
    d, p = owner_messages(language), messages(language)
    engines = Counter(entry.engine for entry in day.entries)
    posts = p.posts(len(day.entries))
    lines = (
        bold(d.stats_title),
        d.stats_posts.format(posts=posts, cards=engines["llm"], plain=engines["extractive"]),
        _lag(day, language),
        d.stats_waiting.format(
            posts=p.posts(day.posts_waiting), messages=day.messages_waiting, dead=day.dead
        ),
        join((d.stats_readers.format(readers=day.readers), _delivered(day, language)), by=" · "),
        _model(day, language),
        _failures(day.counters, language),
        d.stats_sources.format(counts=health(day.sources, language)),
        _joined(day.counters, language),
    )
    return join(lines, by="\n").screen(
        (
            (
                press(d.sources_button, "sources", number=1),
                press(d.costs_button, "costs"),
                press(d.errors_button.format(count=day.dead), "errors"),
            ),
            (press(d.users_button, "users"), press(d.refresh_button, "stats")),
        )
    )


def users_screen(readers: Sequence[Subscription], now: datetime, language: Language) -> Screen:
    """How many there are and what they chose; names and numbers of people are not shown."""
    d = owner_messages(language)
    people = [reader for reader in readers if reader.chat_id > 0]
    with_digest = [reader for reader in people if reader.active]
    often = Counter[str](reader.cadence for reader in with_digest)
    paused = sum(bool(one.paused_until and one.paused_until > now) for one in with_digest)
    spoken = Counter(reader.language for reader in people).most_common()
    languages = ", ".join(f"{language_texts(code).name} {count}" for code, count in spoken)
    alone, chats = len(people) - len(with_digest), len(readers) - len(people)
    digests = d.users_with_digest.format(
        count=len(with_digest), daily=often["daily"], weekly=often["weekly"]
    )
    lines = (
        bold(d.users_title.format(count=len(people))) if readers else d.users_none,
        digests if people else "",
        d.users_paused.format(count=paused) if paused else "",
        d.users_topics_only.format(count=alone) if alone else "",
        d.users_languages.format(languages=languages) if people else "",
        d.users_chats.format(count=chats) if chats else "",
    )
    rows = ((press(d.stats_button, "stats"), press(d.refresh_button, "users")),)
    return join(lines, by="\n").screen(rows)


def _lag(day: Day, language: Language) -> str:
    """How long cards took, for posts that came by themselves; a new source's history did not."""
    since = {source.ref: source.since for source in day.sources}
    lags = sorted(
        entry.analysed_at - entry.post.published_at
        for entry in day.entries
        if entry.post.channel.route in LIVE_ROUTES
        and entry.post.published_at >= (since.get(entry.post.channel.ref) or _EVER)
    )
    if not lags:
        return ""
    middle, most = (lags[min(len(lags) - 1, int(len(lags) * part))] for part in (0.5, 0.95))
    return owner_messages(language).stats_lag.format(middle=_span(middle), most=_span(most))


def _delivered(day: Day, language: Language) -> str:
    """How many readers today's digests reached, and how many of them opened a story."""
    d = owner_messages(language)
    sent, due = day.delivered
    parts = []
    if due:
        parts.append(d.stats_delivered.format(sent=sent, all=due))
    if day.opened is not None:
        parts.append(d.stats_opened.format(share=round(100 * day.opened)))
    return " · ".join(parts)


def _span(span: timedelta) -> str:
    """``0:00:41``."""
    return str(timedelta(seconds=max(0, round(span.total_seconds()))))


def _model(day: Day, language: Language) -> str:
    d = owner_messages(language)
    if day.cap <= 0:
        return d.stats_no_model
    return d.stats_model.format(
        spent=_dollars(day.spent), cap=f"{day.cap:.2f}", bar=bar(day.spent / _MILLION / day.cap)
    )


def _failures(counters: Mapping[str, int], language: Language) -> str:
    failed = {name.removeprefix("failed_"): n for name, n in counters.items() if "failed_" in name}
    said = ", ".join(f"{name} {count}" for name, count in sorted(failed.items()))
    return owner_messages(language).stats_failures.format(failures=said) if said else ""


def _joined(counters: Mapping[str, int], language: Language) -> str:
    """How many posts joined a story, by what tied them, the most first."""
    joined = Counter({name[len(_JOINED) :]: n for name, n in counters.items() if _JOINED in name})
    said = ", ".join(f"{reason} {count}" for reason, count in joined.most_common())
    return owner_messages(language).stats_joined.format(reasons=said) if said else ""


def _dollars(micro: int) -> str:
    return f"{micro / _MILLION:.2f}"


def grouped(letters: Sequence[DeadLetter]) -> list[Group]:
    """Letters by stream and reason, whatever numbers and names stand in it; the most first."""
    found: dict[str, Group] = {}
    for letter in letters:
        cause = f"{letter.stream} {_VARYING.sub('…', letter.reason)}"
        name = hashlib.sha256(cause.encode(errors="replace")).hexdigest()[:8]
        known = found.get(name) or Group(name, letter.stream, letter.reason, ())
        found[name] = known._replace(ids=(*known.ids, letter.id))
    return sorted(found.values(), key=lambda group: -len(group.ids))


def errors_screen(groups: Sequence[Group], language: Language, head: str = "") -> Screen:
    """What was set aside, by cause, to be tried again or deleted."""
    d = owner_messages(language)
    count = sum(len(group.ids) for group in groups)
    shown = groups[:SHOWN_GROUPS]
    lines = [
        d.errors_line.format(
            number=n, count=len(g.ids), stream=inert(g.stream), reason=inert(g.reason, _REASON)
        )
        for n, g in enumerate(shown, 1)
    ]
    title = d.errors_title.format(count=count) if count else d.errors_none
    rows: list[tuple[Button, ...]] = [
        (
            press(d.retry_button.format(number=n), "retry", group.name),
            press(d.hide_button.format(number=n), "hide", group.name),
        )
        for n, group in enumerate(shown, 1)
    ]
    rows.append((press(d.stats_button, "stats"), press(d.refresh_button, "errors")))
    return join((head, bold(title), *lines), by="\n").screen(tuple(rows))

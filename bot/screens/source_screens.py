"""Sources as screens: the list with its health, the card of one, what new ones are like. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.i18n import messages, owner_messages
from bot.model import Button, Entry, Language, Screen
from bot.screens.callbacks.owner import Press, press
from bot.screens.pages import in_rows, pages_of, turning
from bot.screens.rich_text import Rich, bold, inert, italic, join, rich
from bot.store.sources.sources import Source
from bot.taxonomy.topics import Kind

_PER_PAGE = 10
_PER_ROW = 5
_NAME, _REASON, _GARBAGE = 60, 200, 160  # units
_AD = Kind("promo")
_GREEN = frozenset({"ok"})
_YELLOW = frozenset({"quiet", "blocked", "unreachable"})


class SourceCheck(NamedTuple):
    """What was found of a channel that somebody would add; ``handle`` is empty if it cannot be."""

    text: str
    handle: str = ""
    number: str = ""


class SourceOffer(NamedTuple):
    """What adding costs: the draft's token, posts of the history and dollars for reading it."""

    token: str
    days: int
    posts: int
    dollars: float


def sign(source: Source) -> str:
    """Its health as one emoji."""
    if source.rest:
        return "⏸"
    if source.state in _GREEN:
        return "🟢"
    return "🟡" if source.state in _YELLOW else "🔴"


def health(sources: Sequence[Source], language: Language) -> str:
    """How many sources are in which health."""
    signs = [sign(source) for source in sources]
    return owner_messages(language).sources_counts.format(
        ok=signs.count("🟢"),
        waiting=signs.count("🟡"),
        broken=signs.count("🔴"),
        paused=signs.count("⏸"),
    )


def sources_screen(
    sources: Sequence[Source], page: int, language: Language, now: datetime, head: str = ""
) -> Screen:
    """A page (from 1) of the list, the ill ones first; each number opens a card."""
    d = owner_messages(language)
    ill = sorted(sources, key=lambda source: "🔴🟡🟢⏸".index(sign(source)))
    pages = pages_of(ill, _PER_PAGE)
    page = min(max(page, 1), len(pages))
    shown = list(enumerate(pages[page - 1], (page - 1) * _PER_PAGE + 1))
    lines = [_line(n, source, language, now) for n, source in shown]
    parts = (head, bold(d.sources_title), health(sources, language) if sources else d.sources_none)
    numbers = [press(str(n), "source", source.ref, page) for n, source in shown]
    turns = turning(page, len(pages), lambda number: Press("sources", number=number))
    rows = (*in_rows(numbers, _PER_ROW), *turns, (press(d.stats_button, "stats"),))
    text = join((join(parts, by="\n"), join(lines, by="\n"), italic(d.sources_hint)), by="\n\n")
    return text.screen(rows)


def _line(number: int, source: Source, language: Language, now: datetime) -> str:
    when = messages(language).ago(now - source.last_at) if source.last_at else "—"
    return f"{number}. {sign(source)} {inert(source.name, _NAME)} · {when}"


def source_screen(
    source: Source, week: Sequence[Entry], page: int, language: Language, now: datetime
) -> Screen:
    """The card of a source: way, health, what its week was made of, what can be done."""
    d, p = owner_messages(language), messages(language)
    last = d.source_last.format(ago=p.ago(now - source.last_at)) if source.last_at else ""
    name = inert(source.name, _NAME)
    title = inert(source.title, _NAME) if source.handle else ""
    parts = (
        bold(join((f"{sign(source)} {name}", title), by=" · ")),
        d.source_way.format(way=d.source_ways.get(source.route, source.route)),
        _trouble(source, language),
        last or d.source_never,
        d.source_posts.format(posts=p.posts(len(week))),
        _shares(week, language),
    )
    turned = ("resume", d.resume_button) if source.rest else ("pause", d.pause_button)
    return join(parts, by="\n").screen(
        (
            (
                press(turned[1], "resume" if source.rest else "pause", source.ref, page),
                press(d.remove_button, "sure", source.ref, page),
            ),
            (press(d.back_to_sources, "sources", number=page),),
        )
    )


def _trouble(source: Source, language: Language) -> str:
    if source.rest:
        return owner_messages(language).source_paused[source.rest]
    if source.state in _GREEN:
        return ""
    said = messages(language).source_states[source.state]
    return said.format(channel=inert(source.name, _NAME), reason=inert(source.reason, _REASON))


def _shares(week: Sequence[Entry], language: Language) -> str:
    if not week:
        return ""
    ads = sum(entry.analysis.kind == _AD for entry in week)
    empty = sum(not entry.post.text.strip() for entry in week)
    reposts = sum(entry.post.forward is not None for entry in week)
    ads, empty, reposts = (round(100 * count / len(week)) for count in (ads, empty, reposts))
    return owner_messages(language).source_shares.format(ads=ads, empty=empty, reposts=reposts)


def remove_sure_screen(source: Source, page: int, language: Language) -> Screen:
    """The question before a source is removed."""
    d = owner_messages(language)
    rows = (
        (press(d.remove_button, "remove", source.ref, page),),
        (press(d.back_to_sources, "source", source.ref, page),),
    )
    return rich(d.sure.format(channel=inert(source.name, _NAME))).screen(rows)


def found_screen(
    checks: Sequence[SourceCheck],
    garbage: Sequence[str],
    offer: SourceOffer | None,
    language: Language,
    *,
    more: int = 0,
) -> Screen:
    """What was found of the channels that an owner named, and the ways to add them."""
    d, p = owner_messages(language), messages(language)
    rows: list[tuple[Button, ...]] = []
    if offer:
        cost = f"{offer.dollars:.2f}"
        read = d.add_read_button.format(days=offer.days, posts=p.posts(offer.posts), cost=cost)
        rows = [
            (press(d.add_button, "add", offer.token),),
            (press(read, "add", offer.token, offer.days),),
            (press(d.cancel_button, "cancel"),),
        ]
    else:
        rows = [(press(d.back_to_sources, "sources", number=1),)]
    parts = [check.text for check in checks]
    parts += [_garbage(garbage, language)] if garbage else []
    parts += [d.only_first.format(count=more)] if more else []
    return _fitting(parts, d.nothing_to_add).screen(tuple(rows))


def _fitting(parts: Sequence[str], nothing: str) -> Rich:
    return join([part for part in parts if part] or [nothing], by="\n\n")


def _garbage(words: Sequence[str], language: Language) -> str:
    return owner_messages(language).garbage.format(words=inert(" ".join(words), _GARBAGE))


def suggest_screen(handles: Sequence[str], token: str, language: Language) -> Screen:
    """What a reader who names channels is asked."""
    d = owner_messages(language)
    names = ", ".join(f"@{handle}" for handle in handles)
    buttons = (press(d.suggest_button, "suggest", token), press(d.cancel_button, "cancel"))
    return Screen(text=d.suggest.format(channels=inert(names)), buttons=(buttons,))


def suggestion_screen(handle: str, language: Language) -> Screen:
    """What an owner is told of a suggestion."""
    d = owner_messages(language)
    buttons = ((press(d.look_button, "look", handle), press(d.cancel_button, "cancel")),)
    return Screen(text=d.suggestion.format(channel=inert(f"@{handle}")), buttons=buttons)

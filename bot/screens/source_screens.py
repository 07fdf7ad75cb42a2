"""Sources as screens: the list with its health, the card of one, what new ones are like. Pure."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, get_args

from bot.i18n import messages, owner_messages
from bot.model import Button, Entry, Language, Screen
from bot.screens.callbacks.owner import Press, press
from bot.screens.pages import in_rows, pages_of, turning
from bot.screens.rich_text import Rich, bar, bold, inert, italic, join, rich
from bot.store.sources.source_lists import Looked, NameOutcome, SourceList
from bot.store.sources.sources import Source
from bot.taxonomy.topics import Kind

_PER_PAGE = 10
_PER_ROW = 5
_NAME, _REASON, _GARBAGE = 60, 200, 160  # units
_MOST_NAMED, _MOST_SUGGESTED = 15, 60
_SECONDS_EACH = 1.5  # a look at a channel and the pause after it
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
    sources: Sequence[Source],
    page: int,
    language: Language,
    now: datetime,
    head: str = "",
    *,
    suggested: int = 0,
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
    waiting = [press(d.suggested_button.format(count=suggested), "suggested")] if suggested else []
    rows = (*in_rows(numbers, _PER_ROW), *turns, (*waiting, press(d.stats_button, "stats")))
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
            (press(d.cancel_button, "dismiss", offer.token),),
        ]
    else:
        rows = [(press(d.back_to_sources, "sources", number=1),)]
    parts = [check.text for check in checks]
    parts += [_garbage(garbage, language)] if garbage else []
    return _fitting(parts, d.nothing_to_add).screen(tuple(rows))


def _fitting(parts: Sequence[str], nothing: str) -> Rich:
    return join([part for part in parts if part] or [nothing], by="\n\n")


def _garbage(words: Sequence[str], language: Language) -> str:
    return owner_messages(language).garbage.format(words=inert(" ".join(words), _GARBAGE))


def suggest_screen(
    handles: Sequence[str], token: str, language: Language, *, more: int = 0
) -> Screen:
    """What a reader who names channels is asked; ``more``: these are only the first so many."""
    d = owner_messages(language)
    names = ", ".join(f"@{handle}" for handle in handles)
    buttons = (press(d.suggest_button, "suggest", token), press(d.cancel_button, "cancel"))
    asked = d.suggest.format(channels=inert(names))
    rest = d.only_first.format(count=more) if more else ""
    return join((asked, rest), by="\n").screen((buttons,))


def suggestion_screen(handle: str, token: str, language: Language) -> Screen:
    """What an owner is told of a suggestion."""
    d = owner_messages(language)
    buttons = (press(d.look_button, "look", handle), press(d.dismiss_button, "dismiss", token))
    return Screen(text=d.suggestion.format(channel=inert(f"@{handle}")), buttons=(buttons,))


def suggestions_screen(handles: Sequence[str], token: str, language: Language) -> Screen:
    """All that readers suggest; the token is that of a draft with these names."""
    d = owner_messages(language)
    back = (press(d.back_to_sources, "sources", number=1),)
    if not handles:
        return Screen(text=d.suggested_none, buttons=(back,))
    title = bold(d.suggested_title.format(count=len(handles)))
    acts = (press(d.check_all_button, "vet", token), press(d.dismiss_button, "dismiss", token))
    return join((title, _names(handles, _MOST_SUGGESTED)), by="\n").screen((acts, back))


def list_gathering_screen(count: int, token: str, language: Language) -> Screen:
    """What the first message of a long list is answered with."""
    d = owner_messages(language)
    text = d.list_gathering.format(count=messages(language).words.number(count))
    return Screen(text=text, buttons=((press(d.cancel_button, "droplist", token),),))


def list_progress_screen(
    counts: Mapping[NameOutcome, int], left: int, token: str, language: Language, *, rests: int = 0
) -> Screen:
    """How far a list is; ``rests`` are seconds that the site asks to wait."""
    d, number = owner_messages(language), messages(language).words.number
    done = sum(counts.values())
    minutes = number(max(1, math.ceil(left * _SECONDS_EACH / 60)))
    figures = {"done": number(done), "all": number(done + left), "minutes": minutes}
    waits = d.list_rests.format(minutes=math.ceil(rests / 60)) if rests else ""
    going = d.list_going.format(bar=bar(done / max(1, done + left)), **figures)
    found = [d.list_outcomes[name].format(count=number(n)) for name, n in _by_outcome(counts)]
    lines = (going, waits, join(found, by="\n"))
    return join(lines, by="\n").screen(((press(d.cancel_button, "droplist", token),),))


def list_found_screen(found: Sequence[Looked], known: SourceList, language: Language) -> Screen:
    """What was found of a list, by outcome, and the one question."""
    d, p = owner_messages(language), messages(language)
    counts = Counter[NameOutcome](each.outcome for each in found)
    blocks = []
    for outcome, count in _by_outcome(counts):
        names = [each.handle for each in found if each.outcome == outcome]
        line = d.list_outcomes[outcome].format(count=p.words.number(count))
        more = _volume(found, language) if outcome == "ok" else _names(names, _MOST_NAMED)
        blocks.append(join((bold(line), more), by="\n"))
    rest = (
        d.list_private.format(count=known.private) if known.private else "",
        d.garbage.format(words=inert(known.garbage, _GARBAGE)) if known.garbage else "",
        d.list_more.format(count=p.words.number(len(found))) if known.more else "",
        "" if counts["ok"] else d.nothing_to_add,
    )
    title = bold(d.list_title.format(count=p.words.number(len(found))))
    rows: tuple[tuple[Button, ...], ...] = ((press(d.back_to_sources, "sources", number=1),),)
    if ok := counts["ok"]:
        add = d.list_add_button.format(count=p.words.number(ok))
        cancel = press(d.cancel_button, "droplist", known.token)
        rows = ((press(add, "addlist", known.token),), (cancel,))
    return join((title, *blocks, *rest), by="\n\n").screen(rows)


def sources_line(text: str, language: Language) -> Screen:
    """A line about sources, with the way to their list."""
    back = press(owner_messages(language).back_to_sources, "sources", number=1)
    return Screen(text=text, buttons=((back,),))


def _by_outcome(counts: Mapping[NameOutcome, int]) -> list[tuple[NameOutcome, int]]:
    """Outcomes that there were, in the order in which they are told."""
    return [(name, counts[name]) for name in get_args(NameOutcome) if counts.get(name)]


def _volume(found: Sequence[Looked], language: Language) -> str:
    """Posts a week and what reading them costs, of all that can be read."""
    d, p = owner_messages(language), messages(language)
    posts = sum(each.posts for each in found if each.outcome == "ok")
    cost = sum(each.cost for each in found if each.outcome == "ok")
    template = d.list_volume if cost else d.list_volume_free
    return template.format(posts=p.posts(posts), cost=f"{cost / 1_000_000:.2f}")


def _names(handles: Sequence[str], most: int) -> str:
    more = [f"+{len(handles) - most}"] if len(handles) > most else []
    return inert(", ".join([*(f"@{handle}" for handle in handles[:most]), *more]))

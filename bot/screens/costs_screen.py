"""The owner's screen of costs: today, 30 days, by model, kind of call and source. Pure."""

from collections.abc import Callable, Mapping

from bot.i18n import messages, owner_messages
from bot.model import Language, Screen
from bot.model.spend import CostReport, SpendTotals, dollars, ranked
from bot.screens.callbacks.owner import press
from bot.screens.rich_text import bar, bold, inert, join

SHOWN_MODELS, SHOWN_SOURCES, SHOWN_DAYS = 4, 8, 7
_NAME = 40  # units


def costs_screen(report: CostReport, language: Language) -> Screen:
    """All of a report that a message has room for."""
    d, parts = owner_messages(language), report.parts

    def channel(ref: str) -> str:
        return inert(report.channels[ref], _NAME) if ref else d.costs_no_source

    def model(name: str) -> str:
        return inert(name, _NAME)

    blocks = (
        join((bold(d.costs_title), *cost_lines(report, language)), by="\n"),
        _block(d.costs_models, parts["model"], model, SHOWN_MODELS, language),
        _block(d.costs_kinds, parts["kind"], d.call_kind, len(d.call_kinds), language),
        _block(d.costs_sources, parts["source"], channel, SHOWN_SOURCES, language),
        _days(report, language),
    )
    return join(blocks, by="\n\n").screen(((press(d.stats_button, "stats"),),))


def cost_lines(report: CostReport, language: Language) -> list[str]:
    """Today within its budget, 30 days with their tokens, a month of such days."""
    d, words, total = owner_messages(language), messages(language).words, report.total
    spent, held = report.budget
    lines = [
        d.costs_today.format(
            spent=dollars(report.today.total.micro_dollars),
            cap=dollars(report.cap),
            bar=bar((spent + held) / report.cap if report.cap else 0.0),
        )
    ]
    if held:
        lines.append(d.costs_held.format(held=dollars(held)))
    if report.readers:
        share = {"spent": dollars(report.readers), "cap": dollars(report.readers_cap)}
        lines.append(d.costs_readers.format(**share))
    if not any(total):
        return [*lines, d.costs_none]
    tokens = {name: words.number(getattr(total, name)) for name in ("read", "cached", "written")}
    counted = sum(day.counted for day in report.days)
    once = [d.costs_history.format(spent=dollars(report.history))] if report.history else []
    return [
        *lines,
        d.costs_month.format(spent=dollars(total.micro_dollars), calls=words.number(total.calls)),
        d.costs_tokens.format(**tokens),
        *once,
        d.costs_forecast.format(month=dollars(report.month), days=counted),
    ]


def _block(
    title: str,
    totals: Mapping[str, SpendTotals],
    named: Callable[[str], str],
    most: int,
    language: Language,
) -> str:
    """A line for each of the dearest, and how many more there are."""
    if not totals:
        return ""
    d, words = owner_messages(language), messages(language).words
    lines = [
        d.costs_line.format(
            name=named(name), spent=dollars(each.micro_dollars), calls=words.number(each.calls)
        )
        for name, each in ranked(totals)[:most]
    ]
    more = [d.costs_more.format(count=len(totals) - most)] if len(totals) > most else []
    return "\n".join((title, *lines, *more))


def _days(report: CostReport, language: Language) -> str:
    words = messages(language).words
    lines = [
        f"{words.day(day.day)}: ${dollars(day.total.micro_dollars)}"
        for day in report.days[-SHOWN_DAYS:]
        if day.total.micro_dollars
    ]
    return "\n".join((owner_messages(language).costs_days, *lines)) if lines else ""

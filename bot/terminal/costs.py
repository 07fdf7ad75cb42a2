"""``fortochka costs``: what the model cost today and in 30 days, as tables or as JSON."""

from collections.abc import Callable, Mapping
from datetime import date

from rich.table import Table
from rich.text import Text

from bot import config
from bot.config import Settings
from bot.extract.budget.pricing import UNKNOWN, Price, price_of
from bot.i18n import messages, owner_messages
from bot.model import Language
from bot.model.spend import CostReport, SpendParts, SpendTotals, dollars, ranked
from bot.publish.owner_notices import cost_report
from bot.screens.costs_screen import cost_lines
from bot.store import open_store
from bot.terminal.show import out, print_json

SHOWN = 15  # names of one dimension in a table; the JSON has all
_NAME_WIDTH = 30  # a longer name is folded: figures are never cut at 80 columns
_Figures = dict[str, object]


async def print_costs(language: Language, today: date, *, as_json: bool = False) -> None:
    """Print the costs as of a UTC day; a store without any prints zeros."""
    settings = config.load()
    async with open_store(settings) as store:
        report = await cost_report(store, today, settings.daily_budget_usd)
    price = price_of(settings.openai_model, settings.openai_base_url, settings.openai_price)
    if as_json:
        found = _as_json(report, settings, price)
        print_json(found)
        return
    for line in (*cost_lines(report, language), _price_line(settings, price, language)):
        out.print(line, markup=False)
    words = messages(language).words
    out.print()
    out.print(_table(words.day(today), report.today.total, report.today.parts, report, language))
    out.print()
    title = owner_messages(language).costs_span
    out.print(_table(title, report.total, report.parts, report, language))


def _price_line(settings: Settings, price: Price, language: Language) -> str:
    d = owner_messages(language)
    template = d.costs_price_unknown if price == UNKNOWN else d.costs_price
    figures = {name: f"{figure:g}" for name, figure in price._asdict().items()}
    return template.format(model=settings.openai_model, **figures)


def _table(
    title: str, total: SpendTotals, parts: SpendParts, report: CostReport, language: Language
) -> Table:
    """A row for all, then the dearest models, kinds of call and channels."""
    d = owner_messages(language)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(title, overflow="fold", max_width=_NAME_WIDTH)
    for column in d.costs_columns:
        table.add_column(column, justify="right", no_wrap=True)
    _add(table, d.costs_all, total, language)
    _rows(table, parts["model"], str, language)
    _rows(table, parts["kind"], d.call_kind, language)
    _rows(
        table,
        parts["source"],
        lambda ref: report.channels[ref] if ref else d.costs_no_source,
        language,
    )
    return table


def _rows(
    table: Table, totals: Mapping[str, SpendTotals], named: Callable[[str], str], lang: Language
) -> None:
    if totals:
        table.add_row()
    for name, each in ranked(totals)[:SHOWN]:
        _add(table, named(name), each, lang)
    if len(totals) > SHOWN:
        table.add_row(owner_messages(lang).costs_more.format(count=len(totals) - SHOWN))


def _add(table: Table, name: str, each: SpendTotals, language: Language) -> None:
    number = messages(language).words.number
    tokens = (each.calls, each.read, each.cached, each.written)
    shown = Text(name)  # a channel may call itself [bold]
    table.add_row(shown, *map(number, tokens), dollars(each.micro_dollars))


def _as_json(report: CostReport, settings: Settings, price: Price) -> _Figures:
    """The same as figures; the first ``micro_dollars`` is what today cost."""
    today = report.today
    return {
        "today": {
            "day": today.day.isoformat(),
            **_figures(today.total),
            **_dimensions(today.parts, report.channels),
        },
        "days_30": {
            "days_counted": sum(day.counted for day in report.days),
            **_figures(report.total),
            **_dimensions(report.parts, report.channels),
        },
        "forecast_30_days": {"micro_dollars": report.month},
        "budget_today": {
            "cap_micro_dollars": report.cap,
            "spent_micro_dollars": report.budget.spent,
            "held_micro_dollars": report.budget.held,
        },
        "model": {
            "name": settings.openai_model,
            "price_known": price != UNKNOWN,
            "dollars_per_million": price._asdict(),
        },
    }


def _figures(totals: SpendTotals) -> _Figures:
    return {
        "micro_dollars": totals.micro_dollars,
        "calls": totals.calls,
        "tokens_read": totals.read,
        "tokens_cached": totals.cached,
        "tokens_cache_written": totals.cache_writes,
        "tokens_written": totals.written,
    }


def _dimensions(parts: SpendParts, channels: Mapping[str, str]) -> dict[str, list[_Figures]]:
    return {
        "by_model": [{"name": name, **_figures(each)} for name, each in ranked(parts["model"])],
        "by_kind": [{"name": name, **_figures(each)} for name, each in ranked(parts["kind"])],
        "by_source": [
            {"name": channels.get(ref, ""), "ref": ref, **_figures(each)}
            for ref, each in ranked(parts["source"])
        ],
    }

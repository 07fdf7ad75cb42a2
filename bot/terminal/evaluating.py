"""``fortochka eval``: scores of an analyst as a table or as JSON, its talks dumped or replayed.

``fortochka eval --json --set A.jsonl --set B.jsonl`` prints what a scoreboard file holds.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from bot.collect.text.links import links_in_text
from bot.errors import CommandError
from bot.evaluation import Case, LabelError, Report, Tally, read_cases, report, timed
from bot.extract import extractive
from bot.terminal.show import err, out, print_json


class AnswersFailed(CommandError):
    """Scores were printed, but some of them are those of the analyst that stands in."""


async def evaluate(
    posts: Sequence[Path],
    engine: str = "extractive",
    *,
    as_json: bool = False,
    dump: Path | None = None,
    record: Path | None = None,
    replay: Path | None = None,
) -> None:
    """Print the scores of an engine on sets of labelled posts; ``CommandError`` for bad files.

    ``dump`` gets the model's requests and nothing is asked; ``record`` keeps its replies;
    ``replay`` scores kept ones. Each of the three means the engine ``llm``.
    """
    talks = [path for path in (dump, record, replay) if path]
    if len(talks) > 1:
        raise CommandError("one of --dump, --record and --replay at a time")
    sets = {_name(path, posts): cases_in(path) for path in dict.fromkeys(posts)}
    if engine == "extractive" and not talks:
        _print(report(engine, {name: quoted(cases) for name, cases in sets.items()}), as_json)
        return
    from bot.terminal import evaluating_model as model  # the model's client is slow to load

    if dump:
        count = await model.rehearse(sets, dump)
        err.print(f"{count} requests in {dump}; none was sent")
    elif replay:
        _print(await model.replay(sets, replay), as_json)
    else:
        _print(await model.ask_model(sets, record), as_json)


def cases_in(path: Path) -> list[Case]:
    """The labelled posts of a file; raises ``CommandError`` with the line at fault."""
    try:
        cases = list(read_cases(path, links_in_text))
    except LabelError as error:
        raise CommandError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: cannot be read ({type(error).__name__})") from None
    if not cases:
        raise CommandError(f"{path}: no labelled posts in it")
    return cases


def quoted(cases: Sequence[Case]) -> list[Tally]:
    """Tallies of the analyst without a model; the first call, which loads tables, is not timed."""
    extractive.analyse(cases[0].post.model_copy(update={"text": ""}))
    return [timed(extractive.analyse, case) for case in cases]


def _name(path: Path, paths: Sequence[Path]) -> str:
    alone = sum(other.stem == path.stem for other in set(paths)) == 1
    return path.stem if alone else str(path)


def _print(found: Report, as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
    else:
        out.print(_table(found))
        for name, value in found.costs.items():
            out.print(f"{name}: {_shown(value)}", markup=False)
    if failures := found.costs.get("failures"):
        raise AnswersFailed(
            f"answers failed ({_shown(failures)}): the quoting analyst stands in for these posts"
        )
    if found.missing:
        err.print(f"{found.missing} posts have no recorded reply and are left out")


def _table(found: Report) -> Table:
    """A row for each score, a column for each set: the value and its 95 % interval."""
    table = Table(title=f"{found.engine}: value [95 % interval]", title_justify="left")
    table.add_column("score")
    for name in found.sets:
        table.add_column(name, justify="right")
    for score in next(iter(found.sets.values())):
        each = [figures[score] for figures in found.sets.values()]
        table.add_row(score, *(_figure(score, **figure) for figure in each))
    return table


def _figure(score: str, value: float, low: float, high: float) -> str:
    if score == "posts":
        return f"{value:g}"
    return f"{value:.3f} \\[{low:.2f}–{high:.2f}]"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "none"
    return f"{value:.3f}" if isinstance(value, float) else str(value)

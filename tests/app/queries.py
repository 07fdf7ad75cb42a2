"""What ``docs/grafana.json`` and ``docs/alerts.yml`` ask Prometheus, read by PromQL's grammar."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import promql_parser as promql
import yaml

DOCS = Path(__file__).resolve().parents[2] / "docs"
ALERTS, DASHBOARD, METRICS = DOCS / "alerts.yml", DOCS / "grafana.json", DOCS / "metrics.md"
OF_PROMETHEUS = {"job", "instance"}
"""Labels that Prometheus adds when it scrapes."""

_VARIABLES = {"$__rate_interval": "5m", "$job": ".+"}


class Selected(NamedTuple):
    """Series that a query selects: a name, and labels with the value that it names, or empty."""

    name: str
    labels: Mapping[str, str]


def rules() -> list[dict[str, Any]]:
    """The alert rules."""
    return [
        rule
        for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
        for rule in group["rules"]
    ]


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard that ask something."""
    found = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return [panel for panel in found if panel["type"] != "row"]


def queries() -> Iterator[str]:
    """Every query of both files, the dashboard's variables replaced."""
    yield from (rule["expr"] for rule in rules())
    for panel in panels():
        for target in panel["targets"]:
            query = target["expr"]
            for variable, value in _VARIABLES.items():
                query = query.replace(variable, value)
            yield query


def selected(query: str) -> Iterator[Selected]:
    """What a query selects and by which labels it groups; ``ValueError``: it is no PromQL."""
    found: list[Selected] = []
    _walk(promql.parse(query), found, frozenset())
    yield from found


def _walk(node: Any, found: list[Selected], grouped: frozenset[str]) -> None:
    match node:
        case promql.VectorSelector():
            plain, matchers = (
                (promql.MatchOp.Equal, promql.MatchOp.NotEqual),
                node.matchers.matchers,
            )
            matched = {each.name: each.value if each.op in plain else "" for each in matchers}
            found.append(Selected(node.name or "", {**dict.fromkeys(grouped, ""), **matched}))
        case promql.MatrixSelector():
            _walk(node.vector_selector, found, grouped)
        case promql.AggregateExpr():
            labels = frozenset(node.modifier.labels) if node.modifier else frozenset()
            _walk(node.expr, found, grouped | labels)
        case promql.BinaryExpr():
            _walk(node.lhs, found, grouped)
            _walk(node.rhs, found, grouped)
        case promql.Call():
            for argument in node.args:
                _walk(argument, found, grouped)
        case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            _walk(node.expr, found, grouped)
        case promql.NumberLiteral() | promql.StringLiteral():
            pass
        case _:
            raise AssertionError(f"{type(node).__name__} is new here")


def unknown(query: str, served: Mapping[str, Sequence[Mapping[str, str]]]) -> list[str]:
    """What a query names that no served series has: names, labels, values of labels."""
    faults = []
    for name, labels in selected(query):
        if name not in served:
            faults.append(f"{name} is not served")
            continue
        for label, value in labels.items():
            values = {each.get(label) for each in served[name]}
            if label not in OF_PROMETHEUS and None in values:
                faults.append(f"{name} has no label {label}")
            elif value and value not in values:
                faults.append(f"{name} has no {label} {value}")
    return faults


def series(page: str) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """Names, labels and values of a page in Prometheus's text format, read by its own parser."""
    from prometheus_client.parser import text_string_to_metric_families

    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def well_formed(page: str) -> None:
    """HELP and TYPE once for each family, before its series, which stand together."""
    heads = re.findall(r"^# (HELP|TYPE) (\S+)", page, re.MULTILINE)
    assert len(heads) == len(set(heads))
    assert {name for kind, name in heads if kind == "HELP"} == {
        name for kind, name in heads if kind == "TYPE"
    }
    names = re.findall(r"^([a-z_]+)[{ ]", page, re.MULTILINE)
    families = [re.sub(r"_(bucket|sum|count)$", "", name) for name in names]
    together = [name for name, _ in groupby(families)]
    assert len(together) == len(set(together))

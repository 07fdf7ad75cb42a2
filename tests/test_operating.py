"""What `docs/operating.md` tells an operator holds: its unit, each event of the log."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.terminal.setup.service import unit_text

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
WANTS_SOMEBODY = ("warning", "error", "critical", "exception")


def _logged(tree: ast.AST) -> Iterator[str]:
    """Events of warnings and errors, also by a constant's name, and those that one guard gets."""
    constants = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr in WANTS_SOMEBODY:
            named = call.args[:1]
        elif isinstance(call.func, ast.Name) and call.func.id == "guarded":
            named = call.args[2:3]
        else:
            continue
        for word in named:
            name = constants.get(word.id) if isinstance(word, ast.Name) else word
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value


def test_each_warning_and_error_of_the_log_is_explained() -> None:
    events = set[str]()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        events.update(_logged(ast.parse(path.read_text("utf-8"))))
    table = PAGE.split("<!-- events: begin -->")[1].split("<!-- events: end -->")[0]
    explained = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert explained == sorted(set(explained))
    assert set(explained) == events


def test_the_unit_shown_is_the_one_that_the_setup_writes() -> None:
    shown = PAGE.split("<!-- unit: begin -->")[1].split("<!-- unit: end -->")[0]
    text = unit_text("/opt/fortochka", "/opt/fortochka/.venv/bin/python", "fortochka")
    assert shown == f"\n```ini\n{text}```\n"

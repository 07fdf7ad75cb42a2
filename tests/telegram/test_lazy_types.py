"""aiogram's types, built when first used: they read what they read when all are built at once."""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiogram.methods
import aiogram.types
import pytest
from pydantic import BaseModel, TypeAdapter

ROOT = Path(__file__).resolve().parents[2]
CLASSES = [
    value
    for package in (aiogram.types, aiogram.methods)
    for name in package.__all__
    if isinstance(value := getattr(package, name), type) and issubclass(value, BaseModel)
]

# Reads lines of JSON, "Type {…}", and prints what each is read as.
READ = """
import json, sys
import {first}
import aiogram.types
from pydantic import ValidationError

class User: "What a caller names so is his own affair."

def read(line):
    kind, _, text = line.partition(" ")
    try:
        found = getattr(aiogram.types, kind).model_validate_json(text)
    except ValidationError as error:
        return error.json(include_url=False)
    return repr(found) + found.model_dump_json(warnings=False)

built = sum(each.__pydantic_complete__ for each in vars(aiogram.types).values()
            if isinstance(each, type) and issubclass(each, aiogram.types.TelegramObject))
print(json.dumps([built, [read(line) for line in sys.stdin]]))
"""


def run(code: str, text: str = "") -> Any:
    """What a program prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=text,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def samples(shared: Path) -> str:
    """Objects of the Bot API: every kind of update and message, and many others, good and bad."""
    lines = ['Update {"update_id": 1}', 'Update {"update_id": "?"}', 'Chat {"id": 1}']
    lines += ['Update {"update_id": 2, "a_kind_of_tomorrow": {"chat": {"id": 1}}}']
    for name, kind in (("aiogram_updates", "Update"), ("aiogram_messages", "Message")):
        for row in (shared / "botapi" / f"{name}.jsonl").read_text("utf-8").splitlines():
            found = json.loads(row)[kind.lower()]
            lines.append(f"{kind} {json.dumps(found)}")
            lines.append(f"{kind} {json.dumps(found | {'of_tomorrow': [1]})}")
    for row in (shared / "botapi" / "pytelegrambotapi_test_types.jsonl").read_text().splitlines():
        found = json.loads(row)["json"]
        lines += [f"{kind} {json.dumps(found)}" for kind in ("Message", "User", "ChatFullInfo")]
    return "\n".join(lines)


def test_samples_are_read_as_by_types_that_are_all_built_at_once(samples: str) -> None:
    few, read = run(READ.format(first="bot.telegram"), samples)
    everything, expected = run(READ.format(first="aiogram"), samples)
    assert len(read) == samples.count("\n") + 1
    assert read == expected
    assert few < everything / 10


def test_each_type_and_method_is_built_by_whoever_needs_it() -> None:
    for kind in CLASSES:
        inspect.get_annotations(kind, eval_str=True)  # raises where its module lacks a name
        TypeAdapter(list[kind]).validate_python([])  # type: ignore[valid-type]
        assert kind.model_rebuild() in {True, None}
    assert len(CLASSES) > 500


# What stands for aiogram of another version, and for a pydantic that looks for names elsewhere.
OTHERS = {
    "it builds its types itself": """
        rows: "list[int]"
    """,
    "it leaves building to whoever uses them": """
        model_config = {"defer_build": True}
        rows: "list[int]"
    """,
    "names are found only where they are handed over": """
        model_config = {"defer_build": True}
        rows: "list[Row]"
        @classmethod
        def model_rebuild(cls, **how):
            return "_types_namespace" in how and super().model_rebuild(**how)
    InlineKeyboardMarkup.model_rebuild(_types_namespace={"Row": int})
    """,
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_other_versions_of_the_libraries_work(other: str, tmp_path: Path) -> None:
    package = tmp_path / "aiogram"
    for part in ("", "types", "methods"):
        (package / part).mkdir(exist_ok=True)
        (package / part / "__init__.py").write_text("")
    body = f"from pydantic import BaseModel\nclass InlineKeyboardMarkup(BaseModel):{other}"
    (package / "types" / "__init__.py").write_text(body.replace("\n    ", "\n"))
    code = (
        "import bot.telegram, aiogram.types as t; print(t.InlineKeyboardMarkup(rows=['1']).rows)"
    )
    assert run(f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; {code}") == [1]

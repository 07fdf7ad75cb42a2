"""Keys that outlive what they say of themselves in ``bot/store/keys``.

Each key's description ends with its lifetime: a span (then the key must expire, and within the
span where that has a name), or *permanent*, *work*, *trimmed*, *capped* (then it must not).
"""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from redis.asyncio import Redis

from bot.store import keys

_STAYS = re.compile(r"\b(permanent|work|trimmed|capped)\b", re.IGNORECASE)
_SPAN = re.compile(r"`([A-Z_]+)`")
_HOLE = "\x00"


class Rule(NamedTuple):
    """A kind of key: its name in ``keys``, its form and type, what is said of its lifetime."""

    name: str
    form: re.Pattern[str]
    kind: str
    lifetime: str
    span: timedelta | None

    @property
    def expires(self) -> bool:
        """True when each such key must have a time to live."""
        return not _STAYS.search(self.lifetime)


def rules() -> list[Rule]:
    """Every kind of key, the most exact form first."""
    found = [_rule(*each) for each in described(lambda _: _HOLE)]
    return sorted(found, key=lambda rule: rule.form.pattern.count(".+"))


def described(fill: Callable[[str], str]) -> Iterator[tuple[ModuleType, str, str, str]]:
    """Each kind of key: its module, its name there, a key whose parts ``fill`` makes, its text."""
    names = sorted(file.stem for file in Path(keys.__file__).parent.glob("[!_]*.py"))
    for module in (keys, *(import_module(f"{keys.__name__}.{name}") for name in names)):
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
            if isinstance(node, ast.FunctionDef):
                example = getattr(module, node.name)(*(fill(each.arg) for each in node.args.args))
                yield module, node.name, example, ast.get_docstring(node) or ""
            elif isinstance(node, ast.Assign) and isinstance(after, ast.Expr):
                name = ast.unparse(node.targets[0])
                value = getattr(module, name)
                if str(value).startswith(keys.PREFIX):
                    yield module, name, value, ast.literal_eval(after.value)


def _rule(module: ModuleType, name: str, example: str, description: str) -> Rule:
    form = re.escape(example).replace(re.escape(_HOLE), ".+")
    lifetime = " ".join(description.split()).rstrip(".").rpartition(". ")[2]
    stated = _SPAN.search(lifetime)
    span = getattr(module, stated[1]) if stated else None
    known = span if isinstance(span, timedelta) else None
    kind = description.partition(" ")[0].rstrip(":")
    return Rule(name, re.compile(form, re.DOTALL), kind, lifetime, known)


async def leaks(redis: Redis) -> list[str]:
    """Keys that no rule knows, or that stay although they should expire, or expire wrongly."""
    known = rules()
    return [
        fault
        async for key in redis.scan_iter(count=1000)
        if (fault := await _fault(redis, str(key), known))
    ]


async def _fault(redis: Redis, key: str, known: list[Rule]) -> str:
    rule = next((rule for rule in known if rule.form.fullmatch(key)), None)
    if rule is None:
        return f"{key}: of no known kind"
    ttl = await redis.ttl(key)
    if ttl == -2:
        return ""  # gone meanwhile
    if rule.expires and ttl == -1:
        return f"{key}: never expires, but: {rule.lifetime}"
    if rule.expires and rule.span and ttl > rule.span.total_seconds():
        return f"{key}: expires in {ttl} s, but: {rule.lifetime}"
    if not rule.expires and ttl != -1:
        return f"{key}: expires in {ttl} s, but: {rule.lifetime}"
    return ""

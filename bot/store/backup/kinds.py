"""Of which kind a key is, and what a backup does with it."""

from typing import NamedTuple

from bot.store.keys import PREFIX
from bot.store.keys.backups import KEPT, LEFT_OUT

_LONGEST = 3  # parts of the longest name of a kind


class KeptKind(NamedTuple):
    """A kind of key that is kept: its group in the file, the rule by which it joins others."""

    name: str
    group: str
    rule: str


KEPT_KINDS = {
    name: KeptKind(name, group, rule)
    for group, rules in KEPT.items()
    for names, rule in rules.items()
    for name in names.split()
}
LEFT_OUT_KINDS = {name: reason for reason, names in LEFT_OUT.items() for name in names.split()}
FIRST_MARKS = frozenset({"store:id", "schema:version", "channels:upgraded"})
"""Kinds that a store has before anything is stored in it."""


def kept_kind(name: str) -> str:
    """The kind of a key, given without its prefix; empty for what no decision is known of."""
    parts = name.split(":")
    if parts[0] == "cast" and parts[-1] == "left":
        return "cast:left"
    longest = (":".join(parts[:length]) for length in range(min(_LONGEST, len(parts)), 0, -1))
    known = (each for each in longest if each in KEPT_KINDS or each in LEFT_OUT_KINDS)
    return next(known, "")


def bare_name(key: str) -> str:
    """A key without the prefix that all keys have."""
    return key.removeprefix(PREFIX)

"""What is said of settings that are wrong, and of variables that were likely meant to be some."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from dotenv import dotenv_values
from rapidfuzz.distance import OSA

from bot.config.settings import Settings
from bot.config.sources import ENV_FILE, env_names

OUR_PREFIX = "FORTOCHKA_"
_FOREIGN = frozenset({"LANGUAGE"})  # of the machine's own, one letter from one of ours
_FAR = 8  # letters from which two slips are still the same name
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_FORMS = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_parsing": "yes or no",
}


def reason(error: Mapping[str, Any]) -> str:
    """Why a value does not do, in words of ours; never with the value in it."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"must be {words} {context[name]}"
    if kind == "literal_error":
        known = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"must be one of {', '.join(word or 'nothing' for word in known)}"
    if kind == "too_short":
        return "must name one at least"
    return f"must be {_FORMS.get(kind, 'of another form; see .env.example')}"


def slips() -> list[str]:
    """A line for each variable that nobody reads here but that was likely meant for us.

    The environment and ``.env`` are full of other programs' variables: one of these is told only
    when it is a slip away from one of ours that is not set, or has our prefix.
    """
    given = [*os.environ, *dotenv_values(ENV_FILE)]
    named = {name: env_names(name, field) for name, field in Settings.model_fields.items()}
    known = {each for names in named.values() for each in names}
    known |= {f"{each}_FILE" for each in known}
    unset = {
        names[0]
        for names in named.values()
        if not {*names, *(f"{n}_FILE" for n in names)} & {*given}
    }
    found = []
    for name in dict.fromkeys(given):
        if name.upper() in known | _FOREIGN:
            continue
        near = _nearest(name.upper(), unset)
        if near or name.upper().startswith(OUR_PREFIX):
            found.append(f"{name}: is no setting{f'; did you mean {near}?' if near else ''}")
    return found


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """The one that differs by a slip, or by a word that was left out: TELEGRAM_TOKEN."""
    for other in sorted(known, key=lambda each: OSA.distance(name, each)):
        slip = OSA.distance(name, other) <= (2 if len(other) >= _FAR else 1)
        words = name.split("_")
        if slip or (len(words) > 1 and {*words} < {*other.split("_")}):
            return other
    return None

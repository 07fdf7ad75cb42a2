"""How common the words of the topics are in posts at large: ``prompts/frequencies.toml``."""

import tomllib
from functools import cache

from bot.topics import prompts_dir


@cache
def shares() -> dict[str, float]:
    """Share of posts, 0 to 1, in which an alias or a cue stands; rare ones are left out.

    Without the file every word counts as rare.
    """
    path = prompts_dir() / "frequencies.toml"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(alias): float(share) for alias, share in tomllib.load(file)["share"].items()}

"""The taxonomy: ``prompts/topics.toml`` as typed data, and the enums made from it."""

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, model_validator

from bot.languages import DEFAULT_LANGUAGE


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _by_language(
    given: Mapping[str, Any], prefix: str
) -> tuple[dict[str, Any], dict[str, object]]:
    """Fields of a name with a language's code at its end, by the code; and all the others."""
    found = [name for name in given if name.startswith(prefix)]
    rest = {name: each for name, each in given.items() if name not in found}
    return {name.removeprefix(prefix): given[name] for name in found}, rest


class _Named(_Data):
    """Titles by language: ``title_ru`` and the like in the file. One in English is needed."""

    titles: dict[str, str]

    @model_validator(mode="before")
    @classmethod
    def _titles_together(cls, given: dict[str, object]) -> dict[str, object]:
        titles, rest = _by_language(given, "title_")
        if DEFAULT_LANGUAGE not in titles:
            raise ValueError(f"title_{DEFAULT_LANGUAGE} is missing")
        return rest | {"titles": titles}

    def title(self, language: str) -> str:
        """The title in that language, else in English."""
        return self.titles.get(language) or self.titles[DEFAULT_LANGUAGE]


class KindInfo(_Named):
    """What readers call a kind of post."""

    aliases: tuple[str, ...]


class TopicInfo(_Named):
    """One topic: definition for the prompt, aliases for readers and the no-model analyst."""

    slug: str
    group: str
    definition: str
    definition_ru: str
    boundary: tuple[str, ...]
    aliases: tuple[str, ...]
    cues: tuple[str, ...]
    query_only: tuple[str, ...]
    case_sensitive: tuple[str, ...]
    arxiv: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _aliases_together(cls, given: dict[str, object]) -> dict[str, object]:
        """Aliases of all languages in the order of the file."""
        lists, rest = _by_language(given, "aliases_")
        return rest | {"aliases": [each for some in lists.values() for each in some]}


class Taxonomy(_Data):
    """All topics, groups and kinds of one field of knowledge."""

    version: str
    groups: dict[str, _Named]
    kinds: dict[str, KindInfo]
    topics: tuple[TopicInfo, ...]

    def topic(self, slug: str) -> TopicInfo:
        """The topic of that slug; ``KeyError`` for an unknown one."""
        return _by_slug()[slug]


def prompts_dir() -> Path:
    """Where prompts live: ``PROMPTS_DIR``, else inside the wheel, else in the checkout.

    Topics are types, which exist before any settings do: hence a look of its own at ``.env``.
    """
    if override := os.environ.get("PROMPTS_DIR") or dotenv_values(".env").get("PROMPTS_DIR"):
        return Path(override)
    return own_prompts_dir()


def own_prompts_dir() -> Path:
    """The prompts that ship with the program."""
    package = Path(__file__).parent.parent
    inside = package / "prompts"  # of an installed program; a checkout has them beside the package
    return inside if inside.is_dir() else package.parent / "prompts"


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy, read once."""
    with (prompts_dir() / "topics.toml").open("rb") as file:
        return Taxonomy.model_validate(tomllib.load(file))


@cache
def _by_slug() -> dict[str, TopicInfo]:
    return {topic.slug: topic for topic in taxonomy().topics}


# Made from data, so that another field of knowledge is another file.
Topic = StrEnum("Topic", {topic.slug: topic.slug for topic in taxonomy().topics})  # type: ignore[misc]
Kind = StrEnum("Kind", {kind: kind for kind in taxonomy().kinds})  # type: ignore[misc]

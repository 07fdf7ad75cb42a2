"""The taxonomy: ``prompts/topics.toml`` as typed data, and the enums made from it."""

import os
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Named(_Data):
    """A title in both languages of the interface."""

    title_ru: str
    title_en: str

    def title(self, language: str) -> str:
        """The title in ``ru`` or, for any other language, in English."""
        return self.title_ru if language == "ru" else self.title_en


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
    aliases_ru: tuple[str, ...]
    aliases_en: tuple[str, ...]
    cues: tuple[str, ...]
    query_only: tuple[str, ...]
    case_sensitive: tuple[str, ...]
    arxiv: tuple[str, ...]

    @property
    def aliases(self) -> tuple[str, ...]:
        """Aliases in both languages."""
        return self.aliases_ru + self.aliases_en


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

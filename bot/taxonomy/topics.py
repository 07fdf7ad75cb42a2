"""The taxonomy: ``prompts/topics.toml`` as typed data, and the enums made from it.

What a file leaves out has a default: no aliases, no rules, the kinds and ``other`` as shipped.
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.languages import DEFAULT_LANGUAGE
from bot.prompt_files import PromptFileError, own_prompts_dir, prompt_file, read_toml

OTHER = "other"
"""The topic of what fits no other."""

PROMO = "promo"
"""The kind of adverts, which readers are never shown."""

_FILE = "topics.toml"
_SLUG = re.compile("[a-z0-9_]{1,32}")  # it has to fit into buttons and deep links


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

    aliases: tuple[str, ...] = ()


class TopicInfo(_Named):
    """One topic: definition for the prompt, aliases for readers and the no-model analyst."""

    slug: str
    group: str
    definition: str
    definition_ru: str = ""
    boundary: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    query_only: tuple[str, ...] = ()
    case_sensitive: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()

    @field_validator("slug")
    @classmethod
    def _is_slug(cls, slug: str) -> str:
        if not _SLUG.fullmatch(slug):
            raise ValueError("has 1 to 32 of a-z, 0-9 and _")
        return slug

    @model_validator(mode="before")
    @classmethod
    def _aliases_together(cls, given: dict[str, object]) -> dict[str, object]:
        """Aliases of all languages in the order of the file."""
        lists, rest = _by_language(given, "aliases_")
        return rest | {"aliases": [each for some in lists.values() for each in some]}


class FieldInfo(_Data):
    """What the field of knowledge is called, and what is said with its words.

    ``name`` is for prompts, in English; ``title_ru`` and the like stand before «channels»;
    ``signs`` are words that show a post to be about the field where only ``broad`` topics of the
    rules speak for it. ``topic`` and ``words`` to search serve readers as examples; ``filler``
    are words that tell no topic from another; ``example`` is a worked one for the short prompt,
    ``example_post`` with its filled form, an object of JSON, one for the full prompt.
    """

    name: str = ""
    titles: dict[str, str] = {}
    topic: str = ""
    words: str = ""
    signs: tuple[str, ...] = ()
    filler: tuple[str, ...] = ()
    example: str = ""
    example_post: str = ""
    example_form: str = ""

    @field_validator("example_form")
    @classmethod
    def _is_object(cls, text: str) -> str:
        try:
            found = json.loads(text) if text else {}
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValueError("is no JSON object")
        return text

    @model_validator(mode="before")
    @classmethod
    def _titles_together(cls, given: dict[str, object]) -> dict[str, object]:
        titles, rest = _by_language(given, "title_")
        return rest | {"titles": titles}


class TopicRules(_Data):
    """Boundaries between topics that words alone do not show; each names slugs of the file.

    ``meetings`` is what events, vacancies and adverts are filed under; ``general`` gives way to
    one of ``skills`` that a post speaks of nearly as much; ``instead`` are pairs of which the
    first takes the place of the second; ``broad`` topics have words that any field has, and need
    a sign of this one.
    """

    meetings: str = ""
    general: str = ""
    skills: tuple[str, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()
    broad: tuple[str, ...] = ()

    @property
    def slugs(self) -> tuple[tuple[str, str], ...]:
        """Every slug named, after the rule that names it."""
        one = (("meetings", self.meetings), ("general", self.general))
        many = (("skills", slug) for slug in self.skills)
        broad = (("broad", slug) for slug in self.broad)
        pairs = (("instead", slug) for pair in self.instead for slug in pair)
        return tuple((rule, slug) for rule, slug in (*one, *many, *broad, *pairs) if slug)


class FalseFriends(_Data):
    """Words of a language that look like an alias, a cue or a sign and say something else.

    A text is in that language that has one of its ``letters`` and none of those ``without`` which
    it is written. ``*`` is the rest of a word.
    """

    letters: str = Field(min_length=1)
    without: str = ""
    words: tuple[str, ...] = ()


class Taxonomy(_Data):
    """All topics, groups and kinds of one field of knowledge.

    ``glossary`` has other languages' words by the English one that names are made of,
    ``false_friends`` those that are no evidence, by the language's code.
    """

    version: str
    field: FieldInfo = FieldInfo()
    glossary: dict[str, tuple[str, ...]] = {}
    false_friends: dict[str, FalseFriends] = {}
    rules: TopicRules = TopicRules()
    groups: dict[str, _Named]
    kinds: dict[str, KindInfo]
    topics: tuple[TopicInfo, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        slugs = [topic.slug for topic in self.topics]
        for topic in self.topics:
            if topic.group not in self.groups:
                raise ValueError(f"topics.{topic.slug}.group: there is no [groups.{topic.group}]")
            if slugs.count(topic.slug) > 1:
                raise ValueError(f"topics.{topic.slug}: stands there twice")
        named = (
            *((f"rules.{rule}", slug) for rule, slug in self.rules.slugs),
            (
                "field.topic",
                self.field.topic or slugs[0],
            ),
        )
        for place, slug in named:
            if slug not in slugs:
                raise ValueError(f"{place}: there is no topic {slug}")
        return self

    def topic(self, slug: str) -> TopicInfo:
        """The topic of that slug; ``KeyError`` for an unknown one."""
        return _by_slug()[slug]


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy, read once; raises ``PromptFileError`` with the file and what is wrong."""
    path = prompt_file(_FILE)
    given = read_toml(path)
    own = own_prompts_dir() / _FILE
    try:
        return Taxonomy.model_validate(given if path == own else _whole(given, read_toml(own)))
    except ValidationError as error:
        raise PromptFileError(f"{path}: {_first_fault(error, given)}") from None
    except ValueError as error:
        raise PromptFileError(f"{path}: {error}") from None


def _whole(given: dict[str, Any], shipped: dict[str, Any]) -> dict[str, Any]:
    """What a file says, with the kinds and the topic ``other`` that the program itself needs."""
    topics = given.get("topics")
    if not isinstance(topics, list) or not all(isinstance(topic, dict) for topic in topics):
        return given  # the fault is told where it is checked
    if not any(topic.get("slug") == OTHER for topic in topics):
        [other] = (topic for topic in shipped["topics"] if topic["slug"] == OTHER)
        topics = [*topics, other | {"group": topics[-1].get("group", "")}] if topics else []
    kinds = given.get("kinds", {})
    if isinstance(kinds, dict):
        if unknown := sorted(set(kinds) - set(shipped["kinds"])):
            known = ", ".join(shipped["kinds"])
            raise ValueError(f"kinds.{unknown[0]}: is none of {known}")
        kinds = shipped["kinds"] | kinds
    return given | {"kinds": kinds, "topics": topics}


def _first_fault(error: ValidationError, given: Mapping[str, Any]) -> str:
    """The place of the first fault as the file has it, and what is wrong there."""
    fault = error.errors(include_url=False)[0]
    place = [str(part) for part in fault["loc"]]
    if len(place) > 1 and place[0] == "topics" and place[1].isdigit():
        topic = given["topics"][int(place[1])] if int(place[1]) < len(given["topics"]) else {}
        place[1] = str(topic.get("slug", int(place[1]) + 1))
    said = fault["msg"].removeprefix("Value error, ")
    return f"{'.'.join(place)}: {said}" if place else said


@cache
def _by_slug() -> dict[str, TopicInfo]:
    return {topic.slug: topic for topic in taxonomy().topics}


# Made from data, so that another field of knowledge is another file.
Topic = StrEnum("Topic", {topic.slug: topic.slug for topic in taxonomy().topics})  # type: ignore[misc]
Kind = StrEnum("Kind", {kind: kind for kind in taxonomy().kinds})  # type: ignore[misc]

"""The strict forms a model fills in, and their JSON schemas, built once for all posts.

Generation runs left to right, so the order of fields is the order of thought: quotes and notes
first, the reason before its verdict, cards and verdicts last. Limits of length and number stand
in descriptions and are enforced by ``check``: as schema keywords they are the least portable.
Docstrings and descriptions below are read by the model.
"""

import json
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    create_model,
    field_validator,
    model_validator,
)

from bot.extract.forms.json_schema import Schema, portable, schema_of
from bot.extract.forms.strict_audit import audit
from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.model import Action, Importance, Language
from bot.taxonomy.topics import Kind, Topic


class SchemaError(Exception):
    """The form outgrew what strict servers accept, for instance by an oversized taxonomy."""


class _Strict(BaseModel):
    """No field but its own; those that it had before are passed over.

    An operator's older prompt still asks for these, and models that no schema holds write them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    _earlier: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _pass_over(cls, given: object) -> object:
        if not isinstance(given, dict) or cls._earlier.isdisjoint(given):
            return given
        return {name: value for name, value in given.items() if name not in cls._earlier}


class _PaperHead(_Strict):
    """A scientific work that the post names or links."""

    _earlier = frozenset({"quote", "gist"})
    title: str | None = Field(
        description="Whole, as the post writes it, never translated; null when it gives none."
    )
    link: int | None = Field(description="n of the link [n] that opens this work, else null.")
    role: Literal["main", "cited"] = Field(
        description="main: reviewed or listed; cited: mentioned in passing."
    )


def _gist_field(language: Language) -> tuple[object, object]:
    """The type and the description of what a work is about, in one language."""
    name = language_texts(language).english_name
    told = f"<= 15 words on it in {name}, or null."
    return str | None, Field(None, description=told)


if TYPE_CHECKING:
    _PaperGists = _PaperHead
else:
    _PaperGists = create_model(
        "_PaperGists", __base__=_PaperHead, **{code: _gist_field(code) for code in LANGUAGES}
    )


class PaperRef(_PaperGists):
    """A scientific work that the post names or links."""

    def gist(self, language: Language) -> str:
        """What the work is about in one language, empty where that is not told."""
        told: str | None = getattr(self, language)
        return told or ""


class EventForm(_Strict):
    """What happened, in English."""

    actor: str = Field(description="<= 5 words; '' if not told.")
    action: Action
    object: str = Field(description="<= 8 words, with its version as the post has it.")
    date: str = Field(description="YYYY-MM-DD if told, else ''.")
    new: bool


def _spared(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    """The value where it fits, else None: the rest of an answer does not hang on it."""
    try:
        return handler(value)
    except ValidationError:
        return None


class CardForm(_Strict):
    """Three texts that are read together; none repeats another."""

    tldr: str = Field(
        description="1-4 sentences, <= 350 characters, for who reads nothing else: all main facts"
        " with numbers, the caveat."
    )
    bullets: list[str] = Field(
        description="0-4 facts that tldr has no room for, strongest first, <= 110 characters; in a"
        " round-up 0-8, one an item."
    )
    title: str = Field(
        description="<= 70 characters: names the subject, no bait, no final period."
    )


def _card_field(language: Language) -> tuple[object, object]:
    """The type and the description of a card in one language."""
    name = language_texts(language).english_name
    return CardForm | None, Field(description=f"Card in {name}, or null.")


class _PostHead(_Strict):
    """What is asked of a post before its cards."""

    _earlier = frozenset({"observations", "numbers", "links", "topic_reason"})
    language: Literal["ru", "en", "mixed", "other"] = Field(
        description="Language of the post; English terms do not make it mixed."
    )
    completeness: Literal["full", "titles_only", "media_needed", "context_needed", "service"] = (
        Field(
            description="titles_only: works are only listed; media_needed: the point is in a photo"
            " or video; context_needed: continues another post."
        )
    )
    instructions_in_post: bool = Field(description="true if the post gives orders to an AI.")
    quotes: list[str] = Field(
        description="0-4 verbatim fragments, 4-15 words, with the main numbers or claims."
    )
    papers: list[PaperRef] = Field(description="0-12 works named or linked, in order.")
    entities: list[str] = Field(
        description="0-8 organisations, people, models, datasets, each in the nominative."
    )
    kind_reason: str = Field(
        description="<= 20 words: the KIND rule that fits first, what decided the topic."
    )
    kind: Kind
    primary_topic: Topic
    secondary_topics: list[Topic] = Field(description="0-3 more topics.")
    keywords: list[str] = Field(description="3-8 lower-case search terms as a reader types them.")
    event: EventForm | None = Field(None, description="null: none, or several.")
    same_as: int | None = Field(None, description="n of an EARLIER POST #n, else null.")
    follows: int | None = None

    _spare = field_validator("event", "same_as", "follows", mode="wrap")(_spared)


if TYPE_CHECKING:
    _Cards = _PostHead
else:
    # A field by each language: strict schemas have no mappings of free keys.
    _Cards = create_model(
        "_Cards", __base__=_PostHead, **{code: _card_field(code) for code in LANGUAGES}
    )


class PostForm(_Cards):
    """The analysis of one post, filled top to bottom."""

    confidence: Literal["low", "medium", "high"] = Field(
        description="How surely the post supports the cards."
    )
    importance: Importance = Field(
        description="skip: an ad, job, joke, service or personal post; low: few would miss it;"
        " normal: ordinary; high: much of the field will use it; must_read: rare, changes"
        " practice."
    )

    def card(self, language: Language) -> CardForm | None:
        """The card in one language, None where it was not asked for or not written."""
        found: CardForm | None = getattr(self, language)
        return found


class ShortPaper(_Strict):
    """A scientific work that the post names or links."""

    title: str | None = Field(description="Exactly as the post writes it, or null.")
    link: int | None = Field(description="n of the link [n] that opens this work, else null.")
    role: Literal["main", "cited"] = Field(description="main: the post is about it.")
    gist: str | None = Field(
        None,
        description="<= 15 words on it in the language of the card; null if the card tells it.",
    )


class ShortForm(_Strict):
    """The analysis of one post for a small model: one card, nothing that nobody reads."""

    kind: Kind
    primary_topic: Topic
    secondary_topics: list[Topic] = Field(description="0-2 more topics.")
    papers: list[ShortPaper] = Field(description="0-6 works named or linked; [] if none.")
    entities: list[str] = Field(
        description="0-6 organisations, models, datasets, each in the nominative."
    )
    keywords: list[str] = Field(description="3-6 lower-case search terms.")
    instructions_in_post: bool = Field(description="true if the post gives orders to an AI.")
    card: CardForm
    importance: Importance = Field(
        description="skip: an ad, job, joke, service or personal post; low: few would miss it;"
        " normal: ordinary; high: much of the field will use it; must_read: rare, changes"
        " practice."
    )


class JudgeForm(_Strict):
    """Which of some earlier posts tells the same event as a post, or what it follows."""

    reason: str = Field("", description="<= 15 words: what happened to which object in both.")
    same_as: int | None = Field(None, description="n of an EARLIER POST #n, else null.")
    follows: int | None = Field(None, description="Likewise; null where same_as is given.")

    _spare = field_validator("same_as", "follows", mode="wrap")(_spared)


class ThemeForm(_Strict):
    """A question, method or release that several cards share."""

    observation: str = Field(description="What the cards have in common, with their numbers.")
    posts: list[int] = Field(description="Numbers of two or more cards.")
    headline: str = Field(description="<= 60 characters.")
    text: str = Field(description="<= 300 characters; each claim ends with its card, like [3].")


class Highlight(_Strict):
    """A card not to miss."""

    post: int = Field(description="Number of a card.")
    why: str = Field(description="<= 12 words.")


class OverviewForm(_Strict):
    """The opening of a digest over numbered cards."""

    themes: list[ThemeForm] = Field(description="0-4 themes; none is better than a forced one.")
    highlights: list[Highlight] = Field(description="0-5 cards, strongest first.")
    intro: str = Field(description="<= 400 characters; nothing that the cards lack.")


def _words_field(language: Language) -> tuple[object, object]:
    """The type and the description of what to look for in one language."""
    name = language_texts(language).english_name
    told = f"0-8 words and names that posts in {name} on this have; no word of asking."
    return list[str], Field(description=told)


if TYPE_CHECKING:
    _QueryWords = _Strict
else:
    _QueryWords = create_model(
        "_QueryWords", __base__=_Strict, **{code: _words_field(code) for code in LANGUAGES}
    )


class QueryForm(_QueryWords):
    """What to look for in an archive of posts, to answer a question."""

    topics: list[Topic] = Field(description="0-2 topics that it is about.")
    kinds: list[Kind] = Field(description="0-2 kinds of posts, only if it asks for such.")
    since: str = Field(description="YYYY-MM-DD of the first day it asks about, '' if none.")
    until: str = Field(description="YYYY-MM-DD of the last day, '' if none.")

    def words(self, language: Language) -> list[str]:
        """What to look for in one language."""
        found: list[str] = getattr(self, language)
        return found


class SentenceForm(_Strict):
    """A sentence and what bears it out."""

    text: str = Field(description="<= 300 characters, no numbers of posts in it.")
    posts: list[int] = Field(description="Numbers of the posts that say so.")


class AnswerForm(_Strict):
    """The answer to a question from numbered posts."""

    bearing: list[int] = Field(description="Numbers of the posts that bear on the question.")
    sentences: list[SentenceForm] = Field(
        description="0-5 sentences; [] if the posts do not say it."
    )


LIST_LIMITS: dict[str, int] = {
    "quotes": 5, "papers": 14, "entities": 10, "bullets": 10,
    "secondary_topics": 4, "keywords": 10, "themes": 5, "posts": 25, "highlights": 6,
    **dict.fromkeys(LANGUAGES, 10), "topics": 3, "kinds": 3, "bearing": 12, "sentences": 8,
}  # fmt: skip
"""Most items of each list, somewhat over what the descriptions ask for."""

TEXT_LIMITS: dict[str, int] = {
    "quotes": 300, "title": 200, **dict.fromkeys(LANGUAGES, 240), "gist": 240,
    "entities": 80, "kind_reason": 200, "keywords": 40, "bullets": 160,
    "actor": 60, "object": 120, "date": 20, "reason": 160,
    "tldr": 450, "observation": 300, "headline": 80, "text": 400, "why": 120, "intro": 500,
}  # fmt: skip
"""Most characters of each text, or of each text in a list, likewise."""


def _checked(form: type[BaseModel]) -> Schema:
    schema = schema_of(form)
    if problems := audit(schema) + audit(portable(schema)):
        raise SchemaError(f"{form.__name__}: {problems[0]}")
    return schema


POST_SCHEMA = _checked(PostForm)
SHORT_SCHEMA = _checked(ShortForm)
OVERVIEW_SCHEMA = _checked(OverviewForm)
JUDGE_SCHEMA = _checked(JudgeForm)
QUERY_SCHEMA = _checked(QueryForm)
ANSWER_SCHEMA = _checked(AnswerForm)


def compact(schema: Schema) -> str:
    """The schema as one line of JSON in the order of its fields."""
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))

"""What a tool may be asked: each argument with its bounds, and what is said of one out of them.

Pure. A value that was sent is never repeated in an error.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationError

from bot.collect.text.channel_ids import post_at
from bot.collect.text.links import make_link
from bot.digest.periods import period
from bot.extract.questions.reading import QUESTION_LIMIT
from bot.languages import DEFAULT_LANGUAGE
from bot.model import Language, Period, PeriodName, Value
from bot.taxonomy import resolve
from bot.taxonomy.topics import Topic
from bot.text import clean
from bot.web.places import QUERY_READ, PagePlace, place_at, span_of

MOST_FOUND = 24
"""Posts on a page of a search."""

MOST_SOURCES = 12
"""Stories for a question."""

LAST_PAGE = 40
MOST_WEEKS = 26

_NAME = 200  # characters of a topic, a key or an address
_PERIODS = "day, week, month, or such as 2026-11-30, 2026-W48, 2026-11"
_RELATIVE: dict[str, PeriodName] = {"day": "day", "week": "week", "month": "month"}
_STORY_PAGE = re.compile(r"(?:https?://\S+/)?(?:s/)?(?P<id>[0-9a-f]{12})/?")
_POST_KEY = re.compile(
    r"(?:t\.me/(?:s/)?|@)?(?P<name>[A-Za-z]\w{3,31})/(?P<id>\d{1,12})", re.ASCII
)

_T = TypeVar("_T", bound=Value)


class BadArgument(ValueError):
    """An argument is out of its bounds; the text names it and the bound, not the value."""


def _cleaned(text: str) -> str:
    found = " ".join(clean(text).split())
    if not found:
        raise ValueError("is empty")
    return found


Cleaned = AfterValidator(_cleaned)
Answering = Annotated[Language, Field(description="Language of titles and summaries.")]


class SearchArguments(Value):
    """A search."""

    query: Annotated[str, Cleaned] = Field(
        max_length=QUERY_READ,
        description="Words, in Russian or English, and filters: has:paper, has:code, @channel, "
        '30d (days back), topic:SLUG, kind:release, "exact words", -without.',
    )
    limit: int = Field(10, ge=1, le=MOST_FOUND, description="Posts on a page.")
    page: int = Field(1, ge=1, le=LAST_PAGE, description="Which page, from 1.")
    language: Answering = DEFAULT_LANGUAGE


class DigestArguments(Value):
    """A digest."""

    period: Annotated[str, Cleaned] = Field(
        "day",
        max_length=_NAME,
        description="day, week or month that ends now; or a day such as 2026-11-30, a week such "
        "as 2026-W48, a month such as 2026-11, in UTC.",
    )
    topic: Annotated[str, Cleaned] | None = Field(
        None, max_length=_NAME, description="Only this topic: its slug, or words that mean it."
    )
    language: Answering = DEFAULT_LANGUAGE


class StoryArguments(Value):
    """A story."""

    key: Annotated[str, Cleaned] = Field(
        max_length=_NAME,
        description="The story's id of 12 letters and digits as other tools give it, or the "
        "address of one of its posts, such as https://t.me/channel/123.",
    )
    language: Answering = DEFAULT_LANGUAGE


class PaperArguments(Value):
    """A paper."""

    id: Annotated[str, Cleaned] = Field(
        max_length=_NAME,
        description="arXiv id, DOI, or address: 2301.11163, arxiv:2301.11163, doi:10.1000/xyz, "
        "openreview:ID, acl:ID, https://arxiv.org/abs/2301.11163.",
    )
    language: Answering = DEFAULT_LANGUAGE


class TrendArguments(Value):
    """A topic's weeks."""

    topic: Annotated[str, Cleaned] = Field(
        max_length=_NAME, description="Its slug, or words that mean it."
    )
    weeks: int = Field(8, ge=2, le=MOST_WEEKS, description="How many weeks back from now.")
    language: Answering = DEFAULT_LANGUAGE


class QuestionArguments(Value):
    """A question."""

    question: Annotated[str, Cleaned] = Field(
        max_length=QUESTION_LIMIT,
        description="A question in Russian or English; it may name channels and a time.",
    )
    limit: int = Field(MOST_SOURCES, ge=1, le=MOST_SOURCES, description="Stories at most.")
    language: Answering = DEFAULT_LANGUAGE


def read_arguments(shape: type[_T], given: Mapping[str, Any]) -> _T:
    """The arguments of a call; ``BadArgument`` names each that does not do."""
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        known = shape.model_fields
        said = (_said(dict(each), known) for each in error.errors(include_input=False))
        raise BadArgument("; ".join(dict.fromkeys(said))) from None


_BOUNDS = {
    "missing": "is needed",
    "string_type": "must be a text",
    "string_too_long": "must have at most {max_length} characters",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
}


def _said(error: Mapping[str, Any], known: Mapping[str, object]) -> str:
    """Why one argument does not do; what is no argument is not repeated."""
    name, kind = str(error["loc"][0]), error["type"]
    if name not in known:
        return f"the arguments of this tool are {', '.join(known)}"
    if kind == "value_error":
        return f"{name}: {error['ctx']['error']}"
    if kind.startswith("int_"):
        return f"{name}: must be a whole number"
    return f"{name}: {_BOUNDS.get(kind, 'cannot be read').format(**error.get('ctx', {}))}"


def topic_named(name: str, text: str) -> Topic:
    """The topic that an argument means; ``BadArgument`` names the nearest."""
    meant = Topic(text) if text in Topic.__members__ else resolve(text).topic
    if meant is None:
        near = resolve(text).nearest or tuple(Topic)
        raise BadArgument(f"{name}: is no topic; there are {', '.join(near)}")
    return meant


def span_named(text: str, now: datetime) -> tuple[Period, PagePlace | None]:
    """The span of a digest up to ``now``, and its page in the archive where it has one."""
    if name := _RELATIVE.get(text.casefold()):
        return period(name, now, ZoneInfo("UTC")), PagePlace() if name == "day" else None
    place = next(filter(None, (place_at(f"{letter}/{text}") for letter in "dwm")), None)
    whole = span_of(place) if place else None
    if place is None or whole is None:
        raise BadArgument(f"period: must be {_PERIODS}")
    if whole.since >= now:
        raise BadArgument("period: must have begun")
    return whole.model_copy(update={"until": min(whole.until, now)}), place


def paper_named(text: str) -> str:
    """The canonical id of a paper, as the archive's addresses have it, or ``BadArgument``."""
    tries = (text, f"arXiv:{text}", f"doi:{text}")
    links = (link for each in tries if (link := make_link(each)) and link.paper)
    named = next((link.paper for link in links), None) or text
    if place_at(f"p/{named}") is None:
        raise BadArgument("id: must be an arXiv id, a DOI, or the address of a paper")
    return named


StoryName = tuple[Literal["story"], str] | tuple[Literal["post"], tuple[str, int]]


def story_named_by(key: str) -> StoryName:
    """A story's id, or the handle and number of a post; ``BadArgument`` for neither."""
    if story := _STORY_PAGE.fullmatch(key):
        return "story", story["id"]
    if post := _POST_KEY.fullmatch(key):
        return "post", (f"@{post['name'].casefold()}", int(post["id"]))
    if (at := post_at(key)) and at[0].startswith("@"):
        return "post", at
    raise BadArgument("key: must be a story's id, or the address of a post in a public channel")

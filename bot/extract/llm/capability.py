"""Which request fields and formats a server accepts, learned from its refusals. Pure.

Every step makes a request plainer and is taken at most once, so a list of refusals, whatever they
say, comes to an end: a parameter left out, a cap lowered, a schema that becomes a plain object and
then words in the prompt, the system's words in the user's turn, a stream. The parameter meant is
one that was sent and that the server calls unsupported.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from bot.extract.errors import BadRequest
from bot.extract.llm.server_profiles import CapName, FormatName, Profile

_VERSION = 1
"""Of the stored form; another one is learned anew."""

FORMATS: tuple[FormatName, ...] = ("strict", "schema", "object", "prompt")
_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
_CAPS: tuple[CapName, ...] = ("max_tokens", "max_completion_tokens")
_PLAIN = ("temperature", "seed", "prompt_cache_key", "prompt_cache_options", "service_tier",
          "stream_options", "cache_prompt")  # fmt: skip
_LEAST_CAP = 256  # a limit below is about something else

_TOO_LARGE = re.compile(r"too large|larger|greater|less than|at most|maximum|exceed|must be <")
_NO_SYSTEM = re.compile(
    r"system (?:role|message|prompt|instruction)|role[^.]{0,24}\bsystem\b|developer instruction|"
    r"only user and assistant|conversation roles must alternate|invalid role"
)
_MUST_STREAM = re.compile(
    r"non-?stream|(?:only|must|requires?|please|should)[^.]{0,30}stream|"
    r"stream[^.]{0,12}(?:only|required|must be (?:set to )?true|=\s*true)"
)
_FORMAT = re.compile(
    r"response.?format|json.?schema|json.?mode|json.?object|guided|grammar|structured.?output|"
    r"\bschema\b"
)
_CAP = re.compile(r"max.?(?:completion.?|output.?|new.?)?tokens|output tokens")
_PARTS = re.compile(r"content[^.]{0,40}(?:string|str\b)|prompt_cache_breakpoint")


@dataclass(frozen=True)
class Capability:
    """How a request to one server is made.

    ``cap_limit`` is the most written tokens that it gives, ``room`` the tokens that a model needs
    for thoughts besides the answer, ``limits`` and ``lengths`` whether lists and
    texts are bounded in the schema, ``parts`` whether the system's words are marked for the cache,
    ``taken`` the steps that led here, ``small`` that the short form suits the model.
    """

    format: FormatName = "strict"
    cap: CapName = "max_tokens"
    cap_limit: int | None = None
    room: int = 0
    effort: str | None = None
    without: frozenset[str] = frozenset()
    limits: bool = True
    lengths: bool = False
    system: bool = True
    parts: bool = False
    stream: bool = False
    small: bool = False
    taken: frozenset[str] = frozenset()

    def step(self, name: str, **changes: Any) -> "Capability | None":
        """This with changes; None where the step was taken before."""
        if name in self.taken:
            return None
        return replace(self, **changes, taken=self.taken | {name})

    @property
    def shown(self) -> str:
        """The capability in a few words, for a log and the doctor."""
        names = {"strict": "json_schema strict", "schema": "json_schema", "object": "json_object",
                 "prompt": "schema in the prompt"}  # fmt: skip
        said = [names[self.format], *(f"no {name}" for name in sorted(self.without))]
        said += [f"at most {self.cap_limit} tokens"] * bool(self.cap_limit)
        said += ["no system role"] * (not self.system) + ["as a stream"] * self.stream
        said += ["bounded texts"] * self.lengths + ["short form"] * self.small
        return ", ".join(said)


def first(profile: Profile, model: str, effort: str | None) -> Capability:
    """What is tried first with a server of that kind."""
    return Capability(
        format=profile.format,
        cap=profile.cap,
        effort=None if "reasoning_effort" in profile.without else effort,
        without=profile.without,
        parts=profile.caches_explicitly(model),
        stream=profile.stream,
    )


def dump_capability(how: Capability) -> str:
    """The stored form."""
    row = {k: sorted(v) if isinstance(v, frozenset) else v for k, v in asdict(how).items()}
    return json.dumps({"v": _VERSION, **row})


def load_capability(stored: str) -> Capability | None:
    """A stored capability; None for another version or nonsense."""
    try:
        row = json.loads(stored)
        if row.pop("v") != _VERSION or row.keys() != {each.name for each in fields(Capability)}:
            return None
        sets = {name: frozenset(row[name]) for name in ("without", "taken")}
        return Capability(**row | sets)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def plainer(
    how: Capability, refusal: BadRequest, sent: Mapping[str, object], *, proven: bool
) -> Capability | None:
    """The next way to ask after a refusal; None when there is none.

    A ``proven`` server has taken such requests: only a parameter that it names is left out, and
    anything else is about the one post.
    """
    return next((step for step in _steps(how, refusal, sent, proven) if step is not None), None)


def _steps(
    how: Capability, refusal: BadRequest, sent: Mapping[str, object], proven: bool
) -> Iterator[Capability | None]:
    words = refusal.words.casefold()
    for name in refusal.params:
        if (known := _sent(name, sent)) is not None:
            yield _without(how, known, refusal)
    if _NO_SYSTEM.search(words):
        yield how.step("no system", system=False, parts=False)
    if _MUST_STREAM.search(words) and not how.stream:
        yield how.step("stream", stream=True)
    if "stream" in words and how.stream:
        yield how.step("no stream", stream=False)
    if _PARTS.search(words):
        yield _no_cache(how)
    if _CAP.search(words):
        yield _other_cap(how, refusal)
    if _FORMAT.search(words):
        yield _without(how, "response_format", refusal)
    if not proven:
        yield how.step("bare", without=how.without | set(_PLAIN), effort=None, parts=False)
        yield next_format(how)
        yield how.step("no system", system=False)


def next_format(how: Capability) -> Capability | None:
    """The plainer response format; None behind the last."""
    at = FORMATS.index(how.format) + 1
    return how.step(f"as {FORMATS[at]}", format=FORMATS[at]) if at < len(FORMATS) else None


def bounded(how: Capability) -> Capability | None:
    """Once: texts bounded in the schema, after an answer that ran on in one."""
    return how.step("text limits", lengths=True)


def more_room(how: Capability, cap: int) -> Capability | None:
    """Once: room for thoughts that cannot be turned off."""
    return how.step("room for thoughts", room=max(4_000, 2 * cap))


def _sent(name: str, sent: Mapping[str, object]) -> str | None:
    """The parameter of ours that a name means: ``body.seed``, ``response_format.type``."""
    parts = name.split(".")
    for keyword in ("maxLength", "maxItems"):
        if keyword in parts:
            return keyword
    return next(
        (part for part in parts if part in sent and part not in ("model", "messages")), None
    )


def _without(how: Capability, name: str, refusal: BadRequest) -> Capability | None:
    if name in _CAPS:
        return _other_cap(how, refusal)
    if name == "reasoning_effort":
        return _other_effort(how, refusal.words)
    if name == "maxLength":
        return how.step("no text limits", lengths=False)
    if name == "maxItems":
        return how.step("no list limits", limits=False)
    if name == "response_format":
        return _other_format(how, refusal.words)
    if name == "stream":
        return how.step("no stream", stream=False)
    if name.startswith("prompt_cache"):
        return _no_cache(how)
    return how.step(f"no {name}", without=how.without | {name})


def _other_cap(how: Capability, refusal: BadRequest) -> Capability | None:
    """A lower cap where the value is meant, else its other name, else none."""
    value = refusal.limit is not None or _TOO_LARGE.search(refusal.words.casefold())
    if value:
        limit = refusal.limit if refusal.limit and refusal.limit >= _LEAST_CAP else None
        lowered = how.step("lower cap", cap_limit=limit or 1_200)
        return lowered or how.step("no cap", cap="")
    other = next(name for name in _CAPS if name != how.cap)
    return how.step("cap by its other name", cap=other) or how.step("no cap", cap="")


def _other_effort(how: Capability, words: str) -> Capability | None:
    """The least effort that the refusal lists, else none at all."""
    offered = [each for each in _EFFORTS if re.search(rf"\b{each}\b", _listed(words))]
    least = next((each for each in offered if each != how.effort), None)
    found = how.step("other effort", effort=least) if least else None
    return found or how.step(
        "no reasoning_effort", effort=None, without=how.without | {"reasoning_effort"}
    )


def _listed(words: str) -> str:
    """What stands behind "supported values are" and the like."""
    found = re.search(
        r"(?i)(?:supported|allowed|valid|must be|one of|expected)[^:'\"\[]*(.*)", words
    )
    return found[1].casefold() if found else ""


def _other_format(how: Capability, words: str) -> Capability | None:
    text = words.casefold()
    if how.lengths:  # few servers take these, and it took them without before
        return how.step("no text limits", lengths=False)
    if "maxitems" in text and how.limits:
        return how.step("no list limits", limits=False)
    if how.format == "strict" and "json_schema" in text and "support" in text:
        return how.step("as object", format="object")  # not its strictness is refused
    return next_format(how)


def _no_cache(how: Capability) -> Capability | None:
    names = {"prompt_cache_key", "prompt_cache_options"}
    return how.step("no cache control", parts=False, without=how.without | names)

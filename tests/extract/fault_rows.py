"""Ways in which a model server fails, each with its stated result; for the tests of faults."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.model import Entry
from tests.fakes import openai_answers as answers
from tests.fakes.openai_answers import Answer
from tests.fakes.openai_forms import EVIL, Seen, honest

MARK = "OOPS-made-up-error-text"
MINUTES = 60


@dataclass(frozen=True)
class Row:
    """A failure and its stated result.

    ``calls`` are requests about posts, ``later`` seconds until the next try (0 for none), ``told``
    the notes to the owners, ``dead`` whether the post is listed as one that no time helps: an
    answer that is no use after good ones is the post's fault and is not paid for again.
    ``patience`` is the seconds until an answer counts as none: short only where none comes.
    """

    answer: Answer
    calls: int = 1
    later: float = 0
    told: tuple[str, ...] = ()
    dead: bool = False
    patience: float = 60.0


def wrapped(content: str) -> bytes:
    """A completion around text that need not be valid."""
    return (
        b'{"choices":[{"message":{"content":"' + content.encode() + b'"},"finish_reason":"stop"}]}'
    )


def card(**fields: Any) -> Callable[[Seen], dict[str, Any]]:
    """An honest form with another English card."""

    def make(post: Seen) -> dict[str, Any]:
        true = honest(post)
        return true | {"en": true["en"] | fields}

    return make


FIVE = 5 * MINUTES


def passing(answer: Answer) -> Row:
    """Worth three tries, and another in five minutes."""
    return Row(answer, calls=3, later=FIVE)


LOST: dict[str, Row] = {
    "L1 flood, a second": Row(answers.flood("1"), later=1),
    "L1 flood, an hour": Row(answers.flood("3600"), later=60 * MINUTES),
    "L1 flood without a pause": Row(answers.flood(), later=FIVE),
    "L2 no quota by code": Row(answers.no_quota(), later=FIVE, told=("no_quota",)),
    "L2 no quota by type": Row(answers.no_quota(by_code=False), later=FIVE, told=("no_quota",)),
    "L3 500": passing(answers.fails(500, MARK)),
    "L3 503 slow_down": passing(answers.fails(503, MARK, code="slow_down")),
    "L3 529": passing(answers.fails(529, MARK)),
    "L4 hangs": Row(answers.hangs, later=FIVE, patience=2.0),
    "L4 drips": Row(answers.drips, later=FIVE, patience=2.0),
    "L5 401": Row(answers.fails(401, MARK), later=FIVE, told=("key_refused",)),
    "L5 403 region": Row(answers.fails(403, MARK), later=FIVE, told=("key_refused",)),
    "L6 404 and no second model": Row(answers.fails(404, MARK), later=FIVE, told=("model_gone",)),
    # Three plainer formats are tried, then it is left.
    "L7 schema refused": Row(
        answers.fails(400, MARK, param="response_format"), calls=4, dead=True
    ),
    # The short form is tried, then no post is asked about until the context is larger.
    "L7 context too long": Row(
        answers.fails(400, MARK, code="context_length_exceeded"),
        calls=2,
        later=FIVE,
        told=("context_too_small",),
    ),
    "L8 out of tokens": Row(answers.cut_at(), calls=2, dead=True),
    "L8 short but valid": Row(answers.says("{}"), calls=2, dead=True),
    "L9 refusal": Row(answers.refuses(MARK), dead=True),
    "L9 content filter": Row(answers.filtered(), dead=True),
    "L9 no output": Row(answers.says(""), calls=2, dead=True),
    "L9 no choices": Row(answers.raw(b'{"choices": []}'), calls=2, dead=True),
    "L10 not JSON": Row(answers.says(MARK), calls=2, dead=True),
    "L10 HTML": passing(answers.raw(MARK.encode(), content_type="text/html")),
    "L10 cut off": passing(answers.breaks_off),
    "L10 extra keys": Row(
        answers.makes(lambda post: honest(post) | {MARK: 1}), calls=2, dead=True
    ),
    "L10 NaN": Row(answers.says('{"language": NaN}'), calls=2, dead=True),
    "L10 five megabytes": Row(answers.says(MARK * 220_000), calls=2, dead=True),
    "L11 lone surrogate": Row(answers.raw(wrapped("\\ud83d")), calls=2, dead=True),
    "L12 spaces to the cap": Row(answers.cut_at("{" + " " * 9_000), dead=True),
    "L13 another language": Row(
        answers.makes(card(title="Веса", tldr="Веса занимают два бита.", bullets=[])),
        calls=2,
        dead=True,
    ),
    "L13 empty cards": Row(answers.makes(card(title="", tldr="", bullets=[])), calls=2, dead=True),
}


CHANGED: dict[str, tuple[Answer, Callable[[Entry], bool]]] = {
    "L11 NUL": (
        answers.makes(card(tldr="Two bits\u0000 each.")),
        lambda entry: "\u0000" not in entry.card("en").tldr,
    ),
    "L13 another post's number": (
        answers.makes(card(tldr="Weights take two bits. Accuracy is 99.9 percent.")),
        lambda entry: "99" not in entry.card("en").tldr,
    ),
    "L13 numbers exchanged": (
        answers.makes(card(tldr="Two bits. Perplexity grows by 7 percent, memory falls 4 times.")),
        lambda entry: "7 percent" not in entry.card("en").tldr,
    ),
    "L13 invented address": (
        answers.makes(card(tldr=f"Weights take two bits: see {EVIL}x and evil.example.")),
        lambda entry: "evil" not in entry.model_dump_json(),
    ),
    "L13 invented link": (
        answers.makes(
            lambda post: (
                honest(post)
                | {"papers": [{"title": None, "link": 7, "role": "main", "ru": None, "en": None}]}
            )
        ),
        lambda entry: entry.analysis.papers == (),
    ),
    "L13 invented name": (
        answers.makes(lambda post: honest(post) | {"entities": ["MadeUpLabs"]}),
        lambda entry: entry.analysis.entities == (),
    ),
}

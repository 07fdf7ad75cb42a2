"""P6: a stored form changes together with its ``v``, or an older program calls it damaged."""

import hashlib
import json
from collections.abc import Iterator

import pytest

from bot.model import Delivery, Entry, Opening, Post, Subscription, Value
from bot.store.codec.versions import decode
from bot.store.readers.forwards import ForwardRequest

PINNED = {
    "ForwardRequest": (2, "5243a9fd55d8"),
    "Delivery": (4, "8d835bb81e19"),
    "Entry": (6, "44b96b0f8357"),
    "KeptAnswer": (1, "85cfaa4c11af"),
    "ReaderQuestion": (1, "f6395f69dcf6"),
    "Opening": (1, "da17836479e2"),
    "PaperMetadata": (1, "d1360c1bcccd"),
    "Post": (3, "b89483129277"),
    "Subscription": (4, "23e4a503b0b1"),
    "_Kept": (5, "0ae4a43612f4"),
}
"""By name: ``v`` and what the form of that ``v`` comes to."""

POST_1 = {
    "v": 1,
    "channel": {"ref": "@pane_one", "handle": "pane_one", "title": "Pane", "route": "preview"},
    "message_id": 7,
    "published_at": "2026-11-20T12:00:00Z",
    "text": "Two bits are enough.",
    "links": [{"url": "https://arxiv.org/abs/2611.00001", "anchor": "", "kind": "paper"}],
}
FIRST = {
    Post: POST_1,
    Entry: {
        "v": 1,
        "post": POST_1,
        "analysis": {
            "kind": "paper_review",
            "topics": ["quantization"],
            "papers": [{"id": "arxiv:2611.00001", "title": None, "url": None}],
            "cards": {"en": {"title": "Two bits", "tldr": "They are enough.", "bullets": []}},
        },
        "engine": "extractive",
        "prompt_id": "p",
        "analysed_at": "2026-11-20T12:00:01Z",
    },
    Subscription: {
        "v": 1,
        "chat_id": 5,
        "language": "ru",
        "topics": ["quantization"],
        "at": "08:30:00",
        "zone": "Europe/Berlin",
        "cadence": "weekly",
        "active": True,
    },
    Delivery: {
        "v": 1,
        "id": "5:daily:2026-11-20",
        "chat_id": 5,
        "screen": {
            "text": "Digest",
            "entities": [{"type": "bold", "offset": 0, "length": 6, "url": None}],
            "buttons": [[{"text": "More", "data": "more:1", "url": None}]],
        },
        "silent": True,
    },
}
"""What 0.1.0 stored."""


def _stored() -> dict[str, type[Value]]:
    """All kinds of the program that bear a version."""
    kinds = (kind for kind in Value.__subclasses__() if kind.__module__.startswith("bot."))
    return {kind.__name__: kind for kind in kinds if "v" in kind.model_fields}


def _form(kind: type[Value]) -> str:
    schema = dict(_plain(kind.model_json_schema(), named=False))
    return hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()[:12]


def _plain(schema: dict[str, object], *, named: bool) -> Iterator[tuple[str, object]]:
    """A schema without words and without what ``v`` is; ``named``: its keys are our names."""
    for key, part in schema.items():
        if named and key == "v":
            continue
        if named or key not in ("title", "description"):
            yield key, _inner(part, named=not named and key in ("properties", "$defs"))


def _inner(part: object, *, named: bool) -> object:
    if isinstance(part, dict):
        return dict(_plain(part, named=named))
    return [_inner(each, named=False) for each in part] if isinstance(part, list) else part


@pytest.mark.parametrize("name", PINNED)
def test_a_stored_form_changes_with_its_version(name: str) -> None:
    kind = _stored()[name]
    found = (kind.model_fields["v"].default, _form(kind))
    assert found == PINNED[name], "the stored form changed: raise v, then pin"


def test_every_kind_that_bears_a_version_is_pinned() -> None:
    assert _stored().keys() == PINNED.keys()
    assert {ForwardRequest, Delivery, Entry, Opening, Post, Subscription} <= set(
        _stored().values()
    )


def test_the_form_is_more_than_words_and_names_of_fields() -> None:
    class One(Value):
        """Words."""

        v: int = 1
        title: str

    class Reworded(Value):
        """Other words."""

        v: int = 2
        title: str

    class Retitled(Value):
        v: int = 1
        heading: str

    class Widened(Value):
        v: int = 1
        title: str | None

    assert _form(One) == _form(Reworded)
    assert len({_form(kind) for kind in (One, Retitled, Widened)}) == 3


@pytest.mark.parametrize("kind", FIRST, ids=lambda kind: kind.__name__)
def test_what_0_1_0_stored_is_read_and_written_again_in_our_form(kind: type[Value]) -> None:
    body = FIRST[kind]
    read = decode(kind, json.dumps(body))
    written = read.model_dump(mode="json")
    assert written["v"] == kind.model_fields["v"].default
    assert _holds(written, {key: value for key, value in body.items() if key != "v"})
    assert decode(kind, json.dumps(written)) == read


def _holds(found: object, wanted: object) -> bool:
    """True when all that is wanted is in what was found, at its place."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and _holds(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        pairs = zip(found, wanted, strict=True)
        return all(_holds(one, other) for one, other in pairs)
    return found == wanted

"""Posts with the answers a careful reader gave: what an analyst is scored against."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.model import Channel, Link, Post
from bot.taxonomy.topics import Kind, Topic

LinkReader = Callable[[str], tuple[Link, ...]]
"""Reads the links out of running text, canonical; the collecting stage has one."""

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class LabelError(ValueError):
    """A file of labelled posts that cannot be read; says which line and why."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Fact(_Row):
    """A fact of a post: any of the patterns (case-insensitive) tells it."""

    match: tuple[str, ...] = ()


class LabelledWork(_Row):
    """A work named in a post; an ``optional`` one may be left out."""

    title: str | None = None
    title_alt: tuple[str, ...] = ()
    url: str | None = None
    arxiv_id: str | None = None
    optional: bool = False


class Label(_Row):
    """A labelled post; ``…_alt`` and ``…_ok`` are answers that are accepted too."""

    id: str
    channel: str = ""
    text: str = ""
    kind: Kind
    kind_alt: tuple[Kind, ...] = ()
    topics: tuple[Topic, ...]
    topics_ok: tuple[Topic, ...] = ()
    papers: tuple[LabelledWork, ...] = ()
    urls: tuple[str, ...] = ()
    must_mention_spec: tuple[Fact, ...] = ()
    must_not_spec: tuple[Fact, ...] = ()
    ref_title: str = ""
    digest_worthy: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled post as the analyst gets it, with the canonical form of its labelled URLs."""

    label: Label
    post: Post
    urls: frozenset[str]


def read_cases(path: Path, links: LinkReader) -> Iterator[Case]:
    """Cases of a JSONL file, one per line, numbered from 1; raises ``LabelError``."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    label = Label.model_validate(json.loads(line))
                except (ValidationError, ValueError) as error:
                    reason = str(error).splitlines()[0]
                    raise LabelError(f"{path.name}, line {number}: {reason}") from error
                yield case_of(label, number, links)


def case_of(label: Label, number: int, links: LinkReader) -> Case:
    """The post of a label; its links are those that stand in its text."""
    post = Post(
        channel=Channel(ref="0", title=label.channel),
        message_id=number,
        published_at=_EPOCH,
        text=label.text,
        links=links(label.text),
    )
    urls = frozenset(link.url for url in label.urls for link in links(url) or (Link(url=url),))
    return Case(label, post, urls)

"""Builders of invented posts, entries and stories; every argument has a default."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import (
    Analysis,
    Card,
    Channel,
    Engine,
    Entry,
    Importance,
    Language,
    Link,
    Origin,
    Paper,
    PaperMetadata,
    Post,
    Story,
)
from bot.taxonomy.topics import Kind, Topic

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""The instant round which invented posts are dated."""


def make_channel(handle: str = "pane_one", title: str = "") -> Channel:
    """A public channel whose reference is its handle."""
    return Channel(ref=f"@{handle}", handle=handle, title=title or handle)


def make_post(
    channel: str | Channel = "pane_one",
    message_id: int = 1,
    text: str = "A made-up post about making weights smaller.",
    *,
    at: datetime = NOON,
    hours_ago: float = 0,
    links: Iterable[Link] = (),
    forward: Origin | None = None,
    views: int | None = None,
    service: bool = False,
) -> Post:
    """A post published ``hours_ago`` before ``at``."""
    where = channel if isinstance(channel, Channel) else make_channel(channel)
    return Post(
        channel=where,
        message_id=message_id,
        published_at=at - timedelta(hours=hours_ago),
        text=text,
        links=tuple(links),
        forward=forward,
        views=views,
        service=service,
    )


def make_paper(number: str = "2611.04821", title: str = "") -> Paper:
    """An arXiv paper by its number."""
    url = f"https://arxiv.org/abs/{number}"
    return Paper(id=f"arxiv:{number}", title=title or None, url=url)


def make_work(paper_id: str, title: str, **known: Any) -> PaperMetadata:
    """What is known of a paper: by default of arXiv, without authors."""
    given = {"kind": "preprint", "source": "arxiv", "year": 2026, "read_at": NOON, **known}
    return PaperMetadata(id=paper_id, title=title, **given)


def make_entry(
    channel: str | Channel = "pane_one",
    message_id: int = 1,
    *,
    text: str = "A made-up post about making weights smaller.",
    title: str = "Small weights",
    tldr: str = "Weights take two bits now.",
    bullets: Iterable[str] = (),
    cards: Mapping[Language, Card] | None = None,
    topics: Iterable[str] = ("quantization",),
    kind: str = "paper_review",
    papers: Iterable[Paper | str] = (),
    links: Iterable[Link] = (),
    importance: Importance = "normal",
    engine: Engine = "llm",
    at: datetime = NOON,
    hours_ago: float = 1,
    **post: Any,
) -> Entry:
    """An analysed post; ``papers`` may be arXiv numbers, ``cards`` overrides title and tldr.

    Every paper with an address stands in the post as a link.
    """
    found = tuple(make_paper(paper) if isinstance(paper, str) else paper for paper in papers)
    card = Card(title=title, tldr=tldr, bullets=tuple(bullets))
    both: dict[Language, Card] = {"ru": card, "en": card}
    analysis = _analysis(
        kind, topics, found, dict(cards) if cards is not None else both, importance
    )
    made = make_post(
        channel,
        message_id,
        text,
        at=at,
        hours_ago=hours_ago,
        links=(*links, *(Link(url=p.url, kind="paper", paper=p.id) for p in found if p.url)),
        **post,
    )
    return Entry(post=made, analysis=analysis, engine=engine, prompt_id="test", analysed_at=NOON)


def _analysis(
    kind: str,
    topics: Iterable[str],
    papers: tuple[Paper, ...],
    cards: dict[Language, Card],
    importance: Importance,
) -> Analysis:
    return Analysis(
        language="en",
        kind=Kind(kind),
        topics=tuple(Topic(topic) for topic in topics),
        papers=papers,
        cards=cards,
        importance=importance,
    )


def make_story(*entries: Entry, story_id: str = "s1") -> Story:
    """A story of these entries, or of one invented entry."""
    return Story(id=story_id, entries=entries or (make_entry(),))

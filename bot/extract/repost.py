"""A text that was read before: its analysis again, if every link of it stands here, too. Pure."""

import hashlib

from pydantic import ValidationError

from bot.model import Analysis, Link, Paper, Post, Value
from bot.text import clean, normalise, visible


class Reading(Value):
    """An analysis with the links of the post that it was made from, in their order."""

    v: int = 1
    analysis: Analysis
    links: tuple[Link, ...] = ()


def content(post: Post, prompt_id: str) -> str:
    """Hash of all that an analysis quotes: text, attached preview, words of links; and prompt."""
    preview = post.preview
    attached = (preview.site, preview.title, preview.description) if preview else ()
    parts = (post.text, *attached, *(link.anchor for link in post.links))
    plain = [normalise(visible(clean(part))) for part in parts if part]
    return hashlib.sha256("\0".join((prompt_id, *plain)).encode()).hexdigest()[:32]


def remember(analysis: Analysis, post: Post) -> str:
    """The body to keep."""
    return Reading(analysis=analysis, links=post.links).model_dump_json()


def recall(body: str, post: Post) -> Analysis | None:
    """The kept analysis as one of this post; None where its links are others."""
    try:
        reading = Reading.model_validate_json(body)
    except ValidationError:  # kept by another version of the program
        return None
    if _papers(post.links) != _papers(reading.links):
        return None
    papers = [_here(paper, post) for paper in reading.analysis.papers]
    found = tuple(paper for paper in papers if paper)
    if len(found) < len(papers):
        return None
    return reading.analysis.model_copy(update={"papers": found})


def _papers(links: tuple[Link, ...]) -> set[str]:
    return {link.paper for link in links if link.paper}


def _here(paper: Paper, post: Post) -> Paper | None:
    """The paper under an address that stands in this post."""
    urls = {link.url for link in post.links}
    if paper.url is None or paper.url in urls:
        return paper
    same = (link.url for link in post.links if paper.id and link.paper == paper.id)
    url = next(same, None)
    return paper.model_copy(update={"url": url}) if url else None

"""Reuses the analysis of an identical text, if each link that it names stands here, too. Pure."""

import hashlib
from functools import lru_cache

from bot.model import Analysis, Entry, Link, Paper, Post
from bot.text import clean, normalise, visible


def content_key(post: Post, prompt_id: str) -> str:
    """Hash of all that an analysis quotes: text, attached preview, words of links; and prompt."""
    preview = post.preview
    attached = (preview.site, preview.title, preview.description) if preview else ()
    parts = (post.text, *attached, *(link.anchor for link in post.links))
    return _named(prompt_id, *filter(None, parts))


@lru_cache(256)  # a text and what was made of the same one are asked for at a time
def _named(prompt_id: str, *parts: str) -> str:
    plain = [normalise(visible(clean(part))) for part in parts]
    return hashlib.sha256("\0".join((prompt_id, *plain)).encode()).hexdigest()[:32]


def reuse_analysis(entry: Entry, post: Post, asked: str) -> Analysis | None:
    """The analysis of an entry as one of this post; None where its links are others.

    None, too, where the entry answers another question than ``asked`` by now.
    """
    if entry.engine != "llm" or content_key(entry.post, entry.prompt_id) != asked:
        return None
    if _papers(post.links) != _papers(entry.post.links):
        return None
    papers = [_here(paper, post) for paper in entry.analysis.papers]
    found = tuple(paper for paper in papers if paper)
    if len(found) < len(papers):
        return None
    # What it was compared with was earlier than that post, not than this one.
    return entry.analysis.model_copy(update={"papers": found, "verdict": None})


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

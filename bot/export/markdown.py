"""A digest as Markdown for files and wikis; words from outside cannot become markup. Pure."""

import re
from collections.abc import Iterable

from bot.digest.compose import lead
from bot.i18n import messages
from bot.model import Digest, Language, Paper, Section, Story
from bot.screens.digest_opening import Saying, shown_opening
from bot.screens.digest_pages import closing_lines, counts_line, quiet_line, title, topic_title
from bot.screens.rich_text import inert, is_web
from bot.screens.story_view import (
    by_model,
    channel_name,
    links_of,
    paper_name,
    paper_url,
    papers_of,
    sources,
    summary_of,
    title_of,
)
from bot.screens.story_view import parts as further

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_LIST_MARK = re.compile(r"^(\d+)([.)])(?=\s)|^([-+=])")
_URL_SPECIAL = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "[": "%5B", "]": "%5D"}


def to_markdown(digest: Digest) -> str:
    """The whole digest: a heading, a section for each topic, a closing line."""
    if not digest.sections:
        return f"{_escaped(quiet_line(digest))}\n"
    parts = [f"# {_escaped(title(digest))}", f"*{_escaped(counts_line(digest))}*"]
    parts += [*_opening(digest), *_sections(digest)]
    parts.append(f"*{_escaped(' '.join(closing_lines(digest)))}*")
    return "\n\n".join(parts) + "\n"


def stories_to_markdown(title: str, stories: Iterable[Story], language: Language) -> str:
    """Stories in the given order under a heading."""
    found = [_story(number, story, language) for number, story in enumerate(stories, start=1)]
    return "\n\n".join([f"# {_escaped(inert(title))}", *found]) + "\n"


def _opening(digest: Digest) -> Iterable[str]:
    """What a model says of a week, with links to the stories that bear it out."""
    found, p = shown_opening(digest), messages(digest.language)
    if found is None:
        return
    yield f"## {_escaped(p.opening_head)}"
    if found.intro:
        yield _escaped(found.intro)
    yield "\n".join(f"- **{_escaped(head)}.** {_said(said)}" for head, said in found.themes)
    if found.first:
        yield f"## {_escaped(p.opening_first)}"
        yield "\n".join(f"- {_said((saying,))}" for saying in found.first)


def _said(said: Iterable[Saying]) -> str:
    return " ".join(
        " ".join((_escaped(each.text), *(_link(str(s.number), s.url) for s in each.sources)))
        for each in said
    )


def _sections(digest: Digest) -> Iterable[str]:
    number = 0
    for section in digest.sections:
        yield _head(section, digest.language)
        for story in section.stories:
            number += 1
            yield _story(number, story, digest.language)


def _head(section: Section, language: Language) -> str:
    return f"## {_escaped(topic_title(section.topic, language))} · {len(section.stories)}"


def _story(number: int, story: Story, language: Language) -> str:
    name = _link(title_of(story, language), lead(story).post.url)
    summary = summary_of(story, language)
    parts = [f"### {number}. {name}", f"> {_escaped(summary)}" if summary else ""]
    return "\n\n".join([part for part in parts if part] + [_footing(story, language)])


def _footing(story: Story, language: Language) -> str:
    p = messages(language)
    parts = [f"📄 {_paper(story, paper)}" for paper in papers_of(story)]
    parts += [f"💻 {_link(p.code, link.url)}" for link in links_of(story, "code")[:1]]
    posts = [entry.post for entry in sources(story)]
    named = [_link(channel_name(post.channel), post.url) for post in posts]
    named += [_link(str(n), part.post.url) for n, part in enumerate(further(story), start=2)]
    parts.append(", ".join(named))
    if len(posts) > 1:
        parts.append(p.discussed.format(channels=p.channels(len(posts))))
    if not by_model(story):
        parts.append(f"*{p.without_model}*")
    return " · ".join(parts)


def _paper(story: Story, paper: Paper) -> str:
    name = _link(paper_name(paper), paper_url(story, paper))
    return f"{name} {_escaped(inert(paper.title))}" if paper.id and paper.title else name


def _link(text: str, url: str | None) -> str:
    if url is None or not is_web(url):
        return _escaped(text)
    return f"[{_escaped(text)}]({''.join(_URL_SPECIAL.get(char, char) for char in url)})"


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", text)
    return _LIST_MARK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", text)

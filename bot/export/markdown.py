"""A digest as Markdown for files and wikis; words from outside cannot become markup. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import count

from bot.digest.compose import count_papers, lead
from bot.i18n import messages
from bot.model import Digest, Entry, Language, Listing, Paper, Section, Story
from bot.screens.digest_opening import Saying, shown_opening
from bot.screens.digest_words import (
    changes,
    closing_lines,
    counts_line,
    digest_named_apart,
    head_of_top,
    list_title,
    papers_head,
    papers_told,
    quiet_line,
    section_title,
    title,
    top_stories,
)
from bot.screens.rich_text import bare, inert, is_web
from bot.screens.story_view import (
    TITLE_UNITS,
    by_model,
    channel_count,
    channel_name,
    channel_names,
    links_of,
    named_apart,
    paper_name,
    paper_number,
    paper_url,
    papers_of,
    sources,
    summary_of,
    title_of,
)
from bot.screens.story_view import parts as further
from bot.taxonomy.topics import Topic

# Also what some renderers make links of by themselves: a scheme, www., a name after an @.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!]|:(?=//)|(?<=www)\.|@(?=\w))")
_LIST_MARK = re.compile(r"^(\d+)([.)])(?=\s)|^([-+=])")
_URL_SPECIAL = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "[": "%5B", "]": "%5D"}


def to_markdown(digest: Digest) -> str:
    """The whole digest: a heading, a section for each topic, a closing line."""
    digest = digest_named_apart(digest)
    if not digest.sections:
        return f"{_escaped(quiet_line(digest))}\n"
    parts = [f"# {_escaped(title(digest))}", f"*{_escaped(counts_line(digest))}*"]
    parts += [*_top(digest), *_opening(digest), *map(_escaped, changes(digest))]
    parts += [*_sections(digest), *_papers(digest)]
    parts += [_list(listed, digest.language) for listed in digest.lists]
    parts.append(f"*{_escaped(' '.join(closing_lines(digest)))}*")
    return "\n\n".join(parts) + "\n"


def stories_to_markdown(title: str, stories: Iterable[Story], language: Language) -> str:
    """Stories under a heading with their counts, by topic where they have several.

    Topics and the stories of each stand in the given order.
    """
    by_topic: dict[Topic, list[Story]] = {}
    for story in named_apart(list(stories)):
        by_topic.setdefault(story.topic, []).append(story)
    shown = [story for found in by_topic.values() for story in found]
    parts = [f"# {_escaped(inert(title))}", f"*{_escaped(stories_counted(shown, language))}*"]
    numbers = count(1)
    for topic, found in by_topic.items():
        section = Section(topic=topic, stories=tuple(found))
        parts += [_head(section, language)] if len(by_topic) > 1 else []
        parts += [_story(next(numbers), story, language) for story in found]
    return "\n\n".join(parts) + "\n"


def stories_counted(stories: Sequence[Story], language: Language) -> str:
    """«12 историй, 7 статей»."""
    p, papers = messages(language), count_papers(stories)
    return ", ".join([p.stories(len(stories)), *([p.papers(papers)] if papers else [])])


def _top(digest: Digest) -> Iterable[str]:
    """The stories that are named first, with the number of their channels."""
    lines = []
    for _, story in top_stories(digest):
        name = _link(title_of(story, digest.language), lead(story).post.url)
        told = channel_count(story, digest.language)
        lines.append(f"- {name}" + (f" — {told}" if told else ""))
    if lines:
        yield f"## {_escaped(head_of_top(digest))}"
        yield "\n".join(lines)


def _papers(digest: Digest) -> Iterable[str]:
    """The papers of a week, each with who speaks of it."""
    if papers := papers_told(digest):
        yield f"## {_escaped(papers_head(digest))}"
        lines = (
            f"- {_paper(story, paper)} — {_escaped(channel_name(lead(story).post.channel))}"
            for story, paper in papers
        )
        yield "\n".join(lines)


def _list(listed: Listing, language: Language) -> str:
    """Posts of a kind that tell no story, in one line."""
    posts = [(title_of(story, language), lead(story).post) for story in listed.stories]
    named = [_link(f"{channel_name(post.channel)} — {name}", post.url) for name, post in posts]
    more = [f"+{listed.more}"] if listed.more else []
    line = f"**{_escaped(list_title(listed, language))}:** " + " · ".join([*named, *more])
    works = (_works(story, language) for story in listed.stories)
    return "\n\n".join([line, *filter(None, works)])


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
    return f"## {_escaped(section_title(section, language))} · {len(section.stories)}"


def _story(number: int, story: Story, language: Language) -> str:
    name = _link(title_of(story, language), lead(story).post.url)
    summary = summary_of(story, language)
    parts = [f"### {number}. {name}", f"> {_escaped(summary)}" if summary else ""]
    told = [part for part in [*parts, _works(story, language)] if part]
    told.append(_footing(story, language))
    return "\n\n".join(told + list(_kin(story, language)))


def _works(story: Story, language: Language) -> str:
    """A line for each work of a story about several, with what it is about."""
    told = [(paper, inert(paper.gist(language))) for paper in papers_of(story)]
    lines = (f"- 📄 {_paper(story, paper)} — {_escaped(gist)}" for paper, gist in told if gist)
    return "\n".join(lines)


def _kin(story: Story, language: Language) -> Iterable[str]:
    """Who likely tells the same, what the story follows, which round-ups have it."""
    p = messages(language)
    if story.also:
        yield p.also.format(names=_named(story.also))
    if story.earlier:
        name = inert(story.earlier.card(language).title) or p.untitled
        yield p.earlier.format(title=_link(name, story.earlier.post.url))
    if story.roundups:
        yield p.in_roundups.format(names=_named(story.roundups))


def _named(entries: Iterable[Entry]) -> str:
    posts = [entry.post for entry in entries]
    return ", ".join(_link(channel_name(post.channel), post.url) for post in posts)


def _footing(story: Story, language: Language) -> str:
    p = messages(language)
    papers = [paper for paper in papers_of(story) if not paper.gist(language)]
    parts = [f"📄 {_paper(story, paper)}" for paper in papers]
    parts += [f"💻 {_link(p.code, link.url)}" for link in links_of(story, "code")[:1]]
    posts = [entry.post for entry in sources(story)]
    names = channel_names(post.channel for post in posts)
    named = [_link(names[post.channel.ref], post.url) for post in posts]
    named += [_link(str(n), part.post.url) for n, part in enumerate(further(story), start=2)]
    parts.append(", ".join(named))
    if told := channel_count(story, language):
        parts.append(p.discussed.format(channels=told))
    if not by_model(story):
        parts.append(f"*{p.without_model}*")
    return " · ".join(parts)


def _paper(story: Story, paper: Paper) -> str:
    name = _link(paper_name(story, paper, TITLE_UNITS), paper_url(story, paper))
    return f"{name} {_escaped(paper_number(paper))}" if paper.id and paper.title else name


def _link(text: str, url: str | None) -> str:
    if url is None or not is_web(url):
        return _escaped(text)
    return f"[{_escaped(text)}]({''.join(_URL_SPECIAL.get(char, char) for char in url)})"


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", bare(text))
    return _LIST_MARK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", text)

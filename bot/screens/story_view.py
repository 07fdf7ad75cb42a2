"""One story as formatted text: a line of a digest, its sources, its papers, its card. Pure.

Only addresses of the story's own posts and of links that stand in them are ever shown.
"""

from functools import lru_cache

from bot.digest.compose import lead
from bot.i18n import Messages, messages
from bot.model import (
    Button,
    Channel,
    Entry,
    Language,
    Length,
    Link,
    LinkKind,
    Paper,
    Story,
)
from bot.model.series import one_text
from bot.screens.callbacks.pages import Back, StoryCard, button
from bot.screens.rich_text import Rich, bold, inert, italic, join, link, quote, rich
from bot.text import normalise

TITLE_UNITS = 160
SUMMARY_UNITS = 480
_BULLETS, _BULLET_UNITS = 4, 260
_NAME_UNITS = 40
_PAPERS_SHOWN, _CHANNELS_SHOWN = 2, 2
_EXTRAS: tuple[tuple[LinkKind, str], ...] = (("code", "💻"), ("model", "🤗"), ("dataset", "🗂"))


def title_of(story: Story, language: Language) -> str:
    """The story's title, safe to show; never empty."""
    title = inert(lead(story).card(language).title, TITLE_UNITS)
    return title or messages(language).untitled


def headline(story: Story, language: Language) -> Rich:
    """The title, linked to the post that speaks for the story."""
    return link(title_of(story, language), lead(story).post.url)


def summary_of(story: Story, language: Language) -> str:
    """The summary, shortened between words; empty where it says no more than the title."""
    card = lead(story).card(language)
    return "" if normalise(card.tldr) == normalise(card.title) else inert(card.tldr, SUMMARY_UNITS)


def story_block(
    number: int | None,
    story: Story,
    language: Language,
    *,
    labelled: bool = True,
    length: Length = "normal",
) -> Rich:
    """A story in a message: numbered title, folded summary, line of papers, code and channels.

    ``labelled`` says of each story without a model that it is one; needless where all are.
    """
    title, rest = _told(story, language, labelled, length)
    head = bold(join((f"{number}. " if number else "", title)))
    return join((head, rest), by="\n")


@lru_cache(512)  # readers are shown the same stories, under numbers of their own
def _told(story: Story, language: Language, labelled: bool, length: Length) -> tuple[Rich, Rich]:
    """Title, and summary with footing."""
    told = rich("")
    if length != "short":
        brief = length == "normal"
        told = rich(summary_of(story, language)) if brief else points(story, language)
    footing = _footing(story, language, labelled=labelled)
    return headline(story, language), join((quote(told), footing), by="\n")


def top_line(number: int, story: Story, language: Language) -> Rich:
    """A story in a list: title, in how many channels, its paper."""
    p = messages(language)
    channels = rich(p.channels(len(story.channels)))
    papers = [join(("📄 ", paper)) for paper in paper_links(story, 1)]
    head = join((f"{number}. ", headline(story, language)))
    return join((head, join((channels, *papers), by=" · ")), by=" — ")


def paper_links(story: Story, most: int) -> list[Rich]:
    """The first papers by their short names, linked, and how many more there are."""
    papers = papers_of(story)
    shown = [link(paper_name(paper), paper_url(story, paper)) for paper in papers[:most]]
    return [*shown, rich(f"+{len(papers) - most}")] if len(papers) > most else shown


def papers_of(story: Story) -> list[Paper]:
    """Papers that can be named, those the story is about before those it cites."""
    named = (paper for paper in story.papers if paper.id or paper.title)
    return sorted(named, key=lambda paper: paper.role != "main")


def paper_name(paper: Paper) -> str:
    """A short name: the arXiv or ACL number, the DOI, else the site or the title."""
    site, _, number = (paper.id or "").partition(":")
    if site == "openreview":
        return "OpenReview"
    return inert(number or paper.title or "", _NAME_UNITS)


def paper_url(story: Story, paper: Paper) -> str | None:
    """The paper's address, if a link in one of the posts leads to it."""
    links = [link for entry in story.entries for link in entry.post.links]
    known = any(link.url == paper.url or (paper.id and link.paper == paper.id) for link in links)
    return paper.url if known else None


def channel_name(channel: Channel) -> str:
    """The handle without its @, else the title."""
    return inert(channel.handle or channel.title or channel.ref, _NAME_UNITS)


def sources(story: Story) -> list[Entry]:
    """The first post of each channel, oldest first, the one that speaks for the story first."""
    speaker = lead(story)
    by_channel = {speaker.post.channel.ref: speaker}
    for entry in story.entries:
        by_channel.setdefault(entry.post.channel.ref, entry)
    return list(by_channel.values())


def parts(story: Story) -> list[Entry]:
    """Posts that go on from another one of the story, in order: its card tells the first only."""
    posts = [entry.post for entry in story.entries]
    return [
        entry for entry in story.entries if any(one_text(entry.post, before) for before in posts)
    ]


def links_of(story: Story, kind: LinkKind) -> list[Link]:
    """Links of that kind in all posts of the story, each once."""
    found = (link for entry in story.entries for link in entry.post.links if link.kind == kind)
    return list({link.url: link for link in found}.values())


def by_model(story: Story) -> bool:
    """True when a language model wrote the summary."""
    return lead(story).engine == "llm"


def _footing(story: Story, language: Language, *, labelled: bool) -> Rich:
    p = messages(language)
    papers = paper_links(story, _PAPERS_SHOWN)
    parts = [join(("📄 ", join(papers, by=", ")))] if papers else []
    parts += [_extra(story, kind, sign, p) for kind, sign in _EXTRAS]
    parts.append(_channels(story))
    if len(story.channels) > 1:
        parts.append(italic(p.discussed.format(channels=p.channels(len(story.channels)))))
    if labelled:
        parts.append(label(story, p))
    return join(parts, by=" · ")


def label(story: Story, p: Messages) -> Rich:
    """That no model wrote the summary, where none did."""
    return rich("") if by_model(story) else italic(p.without_model)


def _extra(story: Story, kind: LinkKind, sign: str, p: Messages) -> Rich:
    words = {"code": p.code, "model": p.model_link, "dataset": p.dataset}
    found = links_of(story, kind)
    return join((f"{sign} ", link(words[kind], found[0].url))) if found else rich("")


def _channels(story: Story) -> Rich:
    found = sources(story)
    shown = [link(channel_name(e.post.channel), e.post.url) for e in found[:_CHANNELS_SHOWN]]
    more = len(found) - _CHANNELS_SHOWN
    further = [link(str(n), part.post.url) for n, part in enumerate(parts(story), start=2)]
    return join((join((*shown, *further), by=", "), f"+{more}" if more > 0 else ""), by=" ")


def points(story: Story, language: Language) -> Rich:
    """The summary and the points under it, each on its line."""
    card = lead(story).card(language)
    bullets = [
        f"• {inert(bullet, _BULLET_UNITS)}" for bullet in card.bullets[:_BULLETS] if bullet.strip()
    ]
    return join((summary_of(story, language), *bullets), by="\n")


def story_button(number: int, story: Story, back: Back) -> Button:
    """The button that opens a story and knows the way back."""
    return button(str(number), StoryCard(story.id, back))

"""One story as formatted text: a line of a digest, its sources, its papers, its card. Pure.

Only addresses of the story's own posts and of links that stand in them are ever shown.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from bot.digest.compose import lead, told_by
from bot.i18n import Messages, messages
from bot.model import (
    Button,
    Card,
    Channel,
    Entry,
    Language,
    Length,
    Link,
    LinkKind,
    Paper,
    PaperMetadata,
    Post,
    Story,
)
from bot.model.series import one_text
from bot.screens.callbacks.pages import Back, StoryCard, button
from bot.screens.rich_text import Rich, bold, filled, inert, italic, join, link, quote, rich
from bot.text import normalise, utf16_len, words

TITLE_UNITS = 160
SUMMARY_UNITS = 480
_BULLETS, _BULLETS_OF_ROUNDUP, _BULLET_UNITS = 4, 8, 260
_DETAILED_UNITS = 1_000  # of summary and points, so that a story fits on a page
_MORE = 4  # units of «+12» on a line of its own
_WHOLE_UNITS, _GIST_UNITS, _WORKS_IN_BLOCK = 300, 260, 8
_BETWEEN = " ,;:—–-"
_NAME_WORDS = 4  # of a title before its colon, which is the name of the thing
_NAME_UNITS, _PAPER_UNITS, _LINE_UNITS, _LISTED_UNITS = 40, 60, 100, 60
_PAPERS_SHOWN, _CHANNELS_SHOWN, _KIN_SHOWN, _AUTHORS = 2, 2, 4, 2
_EXTRAS: tuple[tuple[LinkKind, str], ...] = (("code", "💻"), ("model", "🤗"), ("dataset", "🗂"))


def title_of(story: Story, language: Language, units: int = TITLE_UNITS) -> str:
    """The story's title, safe to show; never empty."""
    title = inert(lead(story).card(language).title, units)
    return title or messages(language).untitled


def headline(story: Story, language: Language, units: int = TITLE_UNITS) -> Rich:
    """The title, linked to the post that speaks for the story."""
    return link(title_of(story, language, units), lead(story).post.url)


def summary_of(story: Story, language: Language) -> str:
    """The summary, shortened between words; empty where it says no more than the title."""
    card = lead(story).card(language)
    same = normalise(card.tldr) == normalise(card.title)
    return "" if same else inert(_going_on(card), SUMMARY_UNITS)


def _going_on(card: Card) -> str:
    """The summary, from where a title that is its cut beginning leaves off: “…and closes it.”."""
    head = card.title.removesuffix("…").rstrip()
    rest = card.tldr.removeprefix(head) if head != card.title else card.tldr
    whole = rest == card.tldr or utf16_len(card.title) > TITLE_UNITS or rest[:1].isalnum()
    return card.tldr if whole else f"…{rest.lstrip(_BETWEEN)}"


def story_block(
    number: int | None,
    story: Story,
    language: Language,
    *,
    labelled: bool = True,
    length: Length = "normal",
) -> Rich:
    """A story in a message: numbered title, folded summary, line of papers, code and channels.

    Then who likely tells the same, what it follows and which round-ups have it.

    ``labelled`` says of each story without a model that it is one; needless where all are.
    """
    title, rest = _told(story, language, labelled, length)
    head = bold(join((f"{number}. " if number else "", title)))
    return join((head, rest), by="\n")


@lru_cache(512)  # readers are shown the same stories, under numbers of their own
def _told(story: Story, language: Language, labelled: bool, length: Length) -> tuple[Rich, Rich]:
    """Title, and summary with footing."""
    told, works = rich(""), list[Rich]()
    if length != "short":
        brief = length == "normal"
        works = works_told(story, language)
        told = rich(summary_of(story, language)) if brief else points(story, language)
        told = fitting(told, works, _DETAILED_UNITS, _WORKS_IN_BLOCK)
    footing = _footing(story, language, labelled=labelled, papers=not works)
    rest = (quote(told), footing, *kin(story, language))
    return headline(story, language), join(rest, by="\n")


def top_line(mark: str, story: Story, language: Language) -> Rich:
    """A story in a list: title, in how many channels if in several, its paper."""
    papers = [join(("📄 ", paper)) for paper in paper_links(story, language, 1)]
    head = join((f"{mark} ", headline(story, language, _LINE_UNITS)))
    return join((head, join((channel_count(story, language), *papers), by=" · ")), by=" — ")


def channel_count(story: Story, language: Language) -> str:
    """«3 канала»; nothing for a single one."""
    channels = told_by(story)
    return messages(language).channels(channels) if channels > 1 else ""


def named_line(story: Story, language: Language) -> Rich:
    """«Канал — заголовок», linked to the post."""
    entry = lead(story)
    name, title = channel_name(entry.post.channel), title_of(story, language, _LISTED_UNITS)
    return link(f"{name} — {title}", entry.post.url)


def kin(story: Story, language: Language) -> list[Rich]:
    """A line each: who likely tells the same, what the story follows, which round-ups have it."""
    p, lines = messages(language), []
    if story.also:
        lines.append(filled(p.also, names=_who(story.also)))
    if story.earlier:
        card = story.earlier.card(language)
        title = inert(card.title, _LINE_UNITS) or p.untitled
        lines.append(filled(p.earlier, title=link(title, story.earlier.post.url)))
    if story.roundups:
        lines.append(filled(p.in_roundups, names=_who(story.roundups)))
    return lines


def _who(entries: Sequence[Entry]) -> Rich:
    """Channels with links to their posts, each once."""
    first = {entry.post.channel.ref: entry.post for entry in reversed(entries)}
    posts = sorted(first.values(), key=lambda post: (post.published_at, post.key))
    called = channel_names(post.channel for post in posts)
    names = [link(called[post.channel.ref], post.url) for post in posts[:_KIN_SHOWN]]
    more = len(posts) - _KIN_SHOWN
    return join((join(names, by=", "), f"+{more}" if more > 0 else ""), by=" ")


def paper_links(story: Story, language: Language, most: int) -> list[Rich]:
    """The first papers, linked, and how many more there are; titles that say something new."""
    papers, shown = papers_of(story), []
    told = {normalise(entry.card(language).title) for entry in story.entries}
    for paper in papers[:most]:
        said = normalise(paper.title or "") in told
        named = paper_label(paper) if paper_url(story, paper) else paper_name(story, paper)
        name = paper_number(paper) if said and paper.id else named
        shown.append(link(name, paper_url(story, paper)))
    return [*shown, rich(f"+{len(papers) - most}")] if len(papers) > most else shown


def papers_of(story: Story) -> list[Paper]:
    """Papers that can be named, those the story is about before those it cites."""
    named = (paper for paper in story.papers if paper.id or paper.title or paper.gists)
    return sorted(named, key=lambda paper: paper.role != "main")


def signed_by(work: PaperMetadata | None, language: Language) -> str:
    """«Ann Lee et al., 2026»: who wrote a paper and when, as far as that is known."""
    if work is None:
        return ""
    names = ", ".join(inert(name, _NAME_UNITS) for name in work.authors[:_AUTHORS])
    if names and len(work.authors) > _AUTHORS:
        names = messages(language).and_others.format(names=names)
    return ", ".join(part for part in (names, str(work.year or "")) if part)


def paper_name(story: Story, paper: Paper, units: int = _PAPER_UNITS) -> str:
    """What readers call a paper: its title, else its number.

    The whole title where no link leads to the paper: it has to be searched for.
    """
    room = units if paper_url(story, paper) else _WHOLE_UNITS
    return inert(paper.title or "", room) or paper_number(paper)


def paper_label(paper: Paper) -> str:
    """«HalfBit · 2611.90412»: the name that the title begins with, and the number."""
    title, number = paper.title or "", paper_number(paper) if paper.id else ""
    name = re.split(r":\s", title, maxsplit=1)[0]
    short = inert(name if len(words(name)) <= _NAME_WORDS else title, _NAME_UNITS)
    return " · ".join(part for part in (short, number) if part) or paper_number(paper)


def paper_number(paper: Paper) -> str:
    """A short name: the arXiv or ACL number, the DOI, else the title or the site."""
    site, _, number = (paper.id or "").partition(":")
    if site == "openreview":
        return "OpenReview"
    named = number or paper.title or urlsplit(paper.url or "").hostname or ""
    return inert(named, _NAME_UNITS)


def paper_line(story: Story, paper: Paper, language: Language, *, signed: bool = False) -> Rich:
    """«📄 Title · number — what it is about», linked; the title is whole.

    ``signed`` adds who wrote it, and its abstract's beginning where no post says what it is about.
    """
    name, number = paper_name(story, paper, _WHOLE_UNITS), paper_number(paper)
    known = paper.id and number != name
    work = story.works.get(paper.id or "") if signed else None
    by, about = signed_by(work, language), paper.gist(language)
    if work and not about:
        about = work.abstract
    head = join((link(name, paper_url(story, paper)), number if known else "", by), by=" · ")
    return join(("📄 ", join((head, inert(about, _GIST_UNITS)), by=" — ")))


def works_told(story: Story, language: Language) -> list[Rich]:
    """A line for each work of a story that tells of several, as a round-up does; else nothing."""
    papers = papers_of(story)
    told = sum(bool(paper.gist(language)) for paper in papers)
    return [paper_line(story, paper, language) for paper in papers] if told > 1 else []


def fitting(text: Rich, lines: Sequence[Rich], units: int, most: int) -> Rich:
    """The text with as many of the lines under it as have room, and how many more there are."""
    shown = 0
    for line in lines[:most]:
        wider = join((text, line), by="\n")
        if wider.units > units - _MORE:
            break
        text, shown = wider, shown + 1
    left = len(lines) - shown
    return join((text, f"+{left}"), by="\n") if left and text.text else text


def paper_url(story: Story, paper: Paper) -> str | None:
    """The paper's address, if a link in one of the posts leads to it."""
    links = [link for entry in story.entries for link in entry.post.links]
    known = any(link.url == paper.url or (paper.id and link.paper == paper.id) for link in links)
    return paper.url if known else None


def channel_name(channel: Channel) -> str:
    """The title, else the handle without its @; a handle that stands behind a title is whole."""
    title, mark = channel.title, _mark(channel)
    if title.endswith(mark):
        return inert(title.removesuffix(mark), _NAME_UNITS) + mark
    return inert(title, _NAME_UNITS) or inert(channel.handle or channel.ref, _NAME_UNITS)


def channel_names(channels: Iterable[Channel]) -> dict[str, str]:
    """What to call channels, by their refs; the handle is added where two are called alike."""
    known = {channel.ref: channel for channel in channels}
    names = {ref: channel_name(channel) for ref, channel in known.items()}
    common = Counter(normalise(name) for name in names.values())
    return {
        ref: f"{name}{_mark(known[ref])}" if common[normalise(name)] > 1 else name
        for ref, name in names.items()
    }


def named_apart(stories: Sequence[Story], beside: Iterable[Story] = ()) -> Sequence[Story]:
    """The stories with the handle in the title of every channel that is called as another one is.

    Looked at are all channels of these stories and of those ``beside``, so that what is shown of
    them one by one, page by page, calls a channel the same.
    """
    told = (post for story in (*stories, *beside) for post in _posts(story))
    known = {post.channel.ref: post.channel for post in told}
    names = channel_names(known.values()).items()
    alike = {ref: name for ref, name in names if name != channel_name(known[ref])}
    return [_renamed(story, alike) for story in stories] if alike else stories


def _posts(story: Story) -> Iterable[Post]:
    earlier = (story.earlier,) if story.earlier else ()
    for entry in (*story.entries, *story.also, *story.roundups, *earlier):
        yield entry.post


def _renamed(story: Story, names: Mapping[str, str]) -> Story:
    if all(post.channel.ref not in names for post in _posts(story)):
        return story

    def named(entry: Entry) -> Entry:
        channel = entry.post.channel
        title = names.get(channel.ref, channel.title)
        post = entry.post.model_copy(
            update={"channel": channel.model_copy(update={"title": title})}
        )
        return entry.model_copy(update={"post": post})

    update = {
        "entries": tuple(map(named, story.entries)),
        "also": tuple(map(named, story.also)),
        "roundups": tuple(map(named, story.roundups)),
        "earlier": named(story.earlier) if story.earlier else None,
    }
    return story.model_copy(update=update)


def _mark(channel: Channel) -> str:
    """What tells a channel from others of its title."""
    return f" ({inert(channel.handle or channel.ref, _NAME_UNITS)})"


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


def _footing(story: Story, language: Language, *, labelled: bool, papers: bool) -> Rich:
    p = messages(language)
    shown = paper_links(story, language, _PAPERS_SHOWN) if papers else []
    parts = [join(("📄 ", join(shown, by=", ")))] if shown else []
    parts += [_extra(story, kind, sign, p) for kind, sign in _EXTRAS]
    parts.append(_channels(story))
    if channels := channel_count(story, language):
        parts.append(italic(p.discussed.format(channels=channels)))
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
    names = channel_names(entry.post.channel for entry in found)
    shown = [link(names[e.post.channel.ref], e.post.url) for e in found[:_CHANNELS_SHOWN]]
    more = len(found) - _CHANNELS_SHOWN
    further = [link(str(n), part.post.url) for n, part in enumerate(parts(story), start=2)]
    return join((join((*shown, *further), by=", "), f"+{more}" if more > 0 else ""), by=" ")


def points(story: Story, language: Language, units: int = _DETAILED_UNITS) -> Rich:
    """The summary and the points under it, each on its line; a round-up has more of them."""
    card = lead(story).card(language)
    told = {normalise(card.title), normalise(card.tldr)}
    new = [bullet for bullet in card.bullets if normalise(bullet) not in told and bullet.strip()]
    found = rich(summary_of(story, language))
    roundup = lead(story).analysis.kind == "roundup"
    for bullet in new[: _BULLETS_OF_ROUNDUP if roundup else _BULLETS]:
        wider = join((found, f"• {inert(bullet, _BULLET_UNITS)}"), by="\n")
        if wider.units > units:
            break
        found = wider
    return found


def story_button(number: int, story: Story, back: Back) -> Button:
    """The button that opens a story and knows the way back."""
    return button(str(number), StoryCard(story.id, back))

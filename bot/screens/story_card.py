"""The card of one story: points, papers, each channel's take, ways to keep it. Pure."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.digest.compose import lead
from bot.i18n import Messages, messages, panel_messages
from bot.model import Button, Language, Screen, Story
from bot.screens.callbacks.deep_links import story_payload
from bot.screens.callbacks.pages import (
    AnswerPage,
    Back,
    DigestPage,
    DigestRest,
    KindPage,
    SavedPage,
    SearchPage,
    button,
)
from bot.screens.callbacks.settings import Panel
from bot.screens.rich_text import (
    MAX_UNITS,
    Rich,
    bold,
    filled,
    inert,
    instant,
    italic,
    join,
    link,
    rich,
)
from bot.screens.story_view import (
    channel_names,
    fitting,
    headline,
    kin,
    label,
    paper_line,
    paper_number,
    paper_url,
    papers_of,
    parts,
    points,
    sources,
    summary_of,
)
from bot.text import utf16_len

_TAKE_UNITS = 140
_PAPER_BUTTONS, _TAKES_SHOWN, _PAPERS_SHOWN = 2, 8, 12
_POINTS_UNITS = 1_400  # of summary and points: a round-up has eight
_GAP = "\n\n"
_MOST_COPIED = 200  # characters of an identifier; a button copies 256 at most
_CITED_AS = {"arxiv": "arXiv:", "doi": "doi:", "acl": "ACL "}


def card(
    story: Story,
    language: Language,
    zone: ZoneInfo,
    back: Back | None = None,
    acts: tuple[Button, ...] = (),
) -> Screen:
    """The story on a screen of its own: points, papers, each channel's take, first seen.

    ``acts`` are the buttons for what a reader can do about it.
    """
    p, began = messages(language), story.first.post.published_at
    seen = instant(p.words.moment(began.astimezone(zone)), began)
    told = (bold(headline(story, language)), points(story, language, _POINTS_UNITS))
    rest = (
        _titled(p.sources, _takes(story, language)),
        join(kin(story, language), by="\n"),
        italic(join((filled(p.first_seen, moment=seen), label(story, p)), by=" · ")),
    )
    room = MAX_UNITS - join((*told, *rest), by=_GAP).units - utf16_len(_GAP)
    parts = (*told, _papers(story, language, p, room), *rest)
    return join(parts, by=_GAP).screen(_buttons(story, language, back, acts))


def _papers(story: Story, language: Language, p: Messages, room: int) -> Rich:
    """The papers of the story in as much room, each with what it is about."""
    lines = [paper_line(story, paper, language, signed=True) for paper in papers_of(story)]
    if not lines or join((bold(p.papers_head), lines[0]), by="\n").units > room:
        return rich("")
    return fitting(bold(p.papers_head), lines, room, _PAPERS_SHOWN)


def _takes(story: Story, language: Language) -> Iterable[Rich]:
    """A line for each channel, what the card begins with not said twice; then further parts."""
    told = summary_of(story, language)
    names = channel_names(entry.post.channel for entry in story.entries)
    for entry in sources(story)[:_TAKES_SHOWN]:
        said = entry.card(language)
        take = inert(said.tldr or said.title, _TAKE_UNITS) if len(story.channels) > 1 else ""
        known = take == inert(told, _TAKE_UNITS)
        name = link(names[entry.post.channel.ref], entry.post.url)
        yield join(("▸ ", name, "" if known else _after(take)))
    for number, entry in enumerate(parts(story), start=2):
        name = link(f"{names[entry.post.channel.ref]}, {number}", entry.post.url)
        yield join(("▸ ", name, _after(inert(entry.card(language).tldr, _TAKE_UNITS))))


def _after(text: str) -> str:
    return f" — {text}" if text else ""


def _titled(title: str, lines: Iterable[Rich]) -> Rich:
    found = list(lines)
    return join((bold(title), *found), by="\n") if found else rich("")


def _buttons(
    story: Story, language: Language, back: Back | None, acts: tuple[Button, ...]
) -> tuple[tuple[Button, ...], ...]:
    p = messages(language)
    opened = [Button(text=p.open_post_button, url=lead(story).post.url)]
    for paper in papers_of(story)[:_PAPER_BUTTONS]:
        if url := paper_url(story, paper):
            opened.append(Button(text=f"📄 {paper_number(paper)}", url=url))
    share = Button(text=p.share_button, share=story_payload(story.id))
    ways = (button(way_back(back, p), back),) if back else ()
    home = button(panel_messages(language).home_button, Panel("home"))
    return tuple(opened), acts, (*_copied(story), share), (*ways, home)


def _copied(story: Story) -> tuple[Button, ...]:
    """A button that copies how the first paper is cited."""
    for paper in papers_of(story):
        site, _, number = (paper.id or "").partition(":")
        if site in _CITED_AS and len(number) <= _MOST_COPIED:
            text = f"{_CITED_AS[site]}{number}"
            return (Button(text=f"📋 {paper_number(paper)}", copies=text),)
    return ()


def way_back(back: Back, p: Messages) -> str:
    """What the button says that leads back to that page."""
    match back:
        case SavedPage():
            return p.to_saved_button
        case DigestPage() | DigestRest():
            return p.to_digest_button
        case SearchPage():
            return p.to_search_button
        case AnswerPage():
            return p.to_answer_button
        case KindPage():
            return p.to_list_button
        case _:
            return p.to_topics_button

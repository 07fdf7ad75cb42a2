"""What was found, on a screen: matches in bold, filters as buttons; or what is near. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.digest.cluster import story_id
from bot.i18n import Messages, messages, of_this_field, panel_messages
from bot.model import Button, Entry, Language, Screen
from bot.screens.callbacks.pages import (
    FollowSearch,
    SearchPage,
    StoryCard,
    TopicList,
    TopicPage,
    button,
)
from bot.screens.callbacks.settings import Panel
from bot.screens.pages import Rows, turning
from bot.screens.rich_text import Rich, bold, inert, italic, join, link, rich
from bot.screens.search.snippet import emphasised, snippet
from bot.screens.story_view import TITLE_UNITS, channel_names
from bot.store.read_model.search import Hits, Reach
from bot.store.read_model.search_query import parse_query
from bot.store.read_model.terms import Query, lookup_terms
from bot.taxonomy import resolve
from bot.taxonomy.topics import Topic, taxonomy

HITS_PER_PAGE = 6
_QUERY_UNITS, _NAME_UNITS = 80, 40
_NEAR = 3
_SPANS = (7, 30)  # days that have a button


@dataclass(frozen=True)
class SearchRequest:
    """The reader's text and the page they are on, which carries what the buttons chose.

    ``followed`` says that the reader hears of what it finds.
    """

    text: str
    page: SearchPage
    mine: tuple[Topic, ...] = ()
    followed: bool = False

    @property
    def query(self) -> Query:
        """The text as it was meant, narrowed by the buttons."""
        query = parse_query(self.text)
        return replace(
            query,
            paper=self.page.paper,
            code=self.page.code,
            days=self.page.days,
            topics=self.mine if self.page.mine and not query.topics else query.topics,
        )


def first_page(text: str, token: str) -> SearchPage:
    """The first page of a search, its buttons set as the text says."""
    query = parse_query(text)
    return SearchPage(token, paper=query.paper, code=query.code, days=query.days)


def search_usage(language: Language) -> Screen:
    """How to ask, for a question without words or filters."""
    p = messages(language)
    return rich(of_this_field(p.search_usage, language)).screen((_ways(language),))


def found_page(
    asked: SearchRequest, hits: Hits, stories: Mapping[str, str], language: Language, now: datetime
) -> Screen:
    """One page of at most six hits; ``stories`` are the stories of their keys, for the buttons."""
    p = messages(language)
    counted = (p.search_found_least if hits.more else p.search_found).format(
        posts=p.posts(hits.total)
    )
    head = join((bold(f"🔎 {_said(asked)}"), italic(counted)), by=" · ")
    first = (asked.page.page - 1) * HITS_PER_PAGE + 1
    numbered = list(enumerate(hits.entries, start=first))
    names = channel_names(entry.post.channel for entry in hits.entries)
    shown = [
        found_hit(number, entry, names[entry.post.channel.ref], asked.query, language, now)
        for number, entry in numbered
    ]
    opening = tuple(
        button(str(number), StoryCard(stories.get(entry.key) or story_id(entry), asked.page))
        for number, entry in numbered
    )
    last = -(-hits.total // HITS_PER_PAGE)
    turns = turning(asked.page.page, last, lambda page: replace(asked.page, page=page))
    rows = (opening, *turns, *_chips(asked, language), _ways(language))
    return join((head, *shown), by="\n\n").screen(rows)


def nothing_found(asked: SearchRequest, reach: Reach, language: Language) -> Screen:
    """That nothing was found, among how much, and the topics that may be meant."""
    p = messages(language)
    if reach.since is None:
        return rich(p.search_empty).screen((_ways(language),))
    since = p.words.span(reach.since.date(), reach.since.date())
    near = _near(asked)
    pressed = _pressed(asked, p)
    own = panel_messages(language)
    lines = (
        p.search_nothing.format(query=_said(asked)),
        own.search_filters.format(filters=", ".join(pressed)) if pressed else "",
        p.search_reach.format(posts=p.over_posts(reach.posts), day=since),
        p.search_near if near else "",
        *(f"• {taxonomy().topic(topic).title(language)}" for topic in near),
    )
    topics = tuple(
        (button(taxonomy().topic(topic).title(language), TopicPage(topic)),) for topic in near
    )
    free = replace(asked.page, page=1, paper=False, code=False, mine=False, days=None)
    lift = (button(own.lift_button, free),) if pressed else ()
    rows = (lift, *topics, *_chips(asked, language), _ways(language))
    return join(lines, by="\n").screen(rows)


def _ways(language: Language) -> tuple[Button, ...]:
    return (
        button(messages(language).topics_button, TopicList()),
        button(panel_messages(language).home_button, Panel("home")),
    )


def _said(asked: SearchRequest) -> str:
    return inert(asked.text, _QUERY_UNITS)


def _near(asked: SearchRequest) -> tuple[Topic, ...]:
    meant = resolve(" ".join(asked.query.wanted))
    return (meant.topic,) if meant.topic else meant.alike[:_NEAR]


def found_hit(
    number: int, entry: Entry, channel: str, query: Query, language: Language, now: datetime
) -> Rich:
    """A post that was found: title, the piece that says most of the query, channel and age."""
    p = messages(language)
    title = inert(entry.card(language).title, TITLE_UNITS) or p.untitled
    head = join((f"{number}. ", link(emphasised(title, query), entry.post.url)))
    where = join((channel, p.ago(now - entry.post.published_at)), " · ")
    label = rich("") if entry.engine == "llm" else italic(p.without_model)
    return join((head, snippet(entry, query, language), join((where, label), " · ")), by="\n")


def _chips(asked: SearchRequest, language: Language) -> Rows:
    """Filters; one that is on has a tick, and a tap turns it off. Below them to follow it all."""
    p, page = messages(language), replace(asked.page, page=1)
    has = (
        _chip(p.search_paper_button, page.paper, replace(page, paper=not page.paper)),
        _chip(p.search_code_button, page.code, replace(page, code=not page.code)),
    )
    spans = tuple(
        _chip(
            p.search_days_button.format(days=days),
            page.days == days,
            replace(page, days=None if page.days == days else days),
        )
        for days in sorted({*_SPANS, *((page.days,) if page.days else ())})
    )
    mine = _chip(p.search_mine_button, page.mine, replace(page, mine=not page.mine))
    return has, (*spans, *((mine,) if asked.mine else ())), _following(asked, language)


def _following(asked: SearchRequest, language: Language) -> tuple[Button, ...]:
    """The button that follows a search, or not; none for one that finds nearly all."""
    if not lookup_terms(asked.query):
        return ()
    offer = panel_messages(language).follow_search_button
    text = messages(language).unfollow_button if asked.followed else offer
    return (button(text, FollowSearch(replace(asked.page, page=1), not asked.followed)),)


def _pressed(asked: SearchRequest, p: Messages) -> list[str]:
    """What the filters that are on are called."""
    page = asked.page
    pairs = (
        (page.paper, p.search_paper_button),
        (page.code, p.search_code_button),
        (page.days, p.search_days_button.format(days=page.days)),
        (page.mine and asked.mine, p.search_mine_button),
    )
    return [name.lstrip("📄💻🎯 ").casefold() for on, name in pairs if on]


def _chip(text: str, on: bool, leads_to: SearchPage) -> Button:
    return button(f"✓ {text}" if on else text, leads_to)

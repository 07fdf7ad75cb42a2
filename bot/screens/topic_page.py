"""The page of a topic, the list of topics, and the answer to an unknown one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Literal, NamedTuple

from bot.digest.compose import lead
from bot.digest.trends import bars
from bot.i18n import messages, of_this_field, panel_messages
from bot.languages import next_language
from bot.model import Button, Language, Screen, Story, Survey
from bot.screens.callbacks.pages import Follow, KindPage, SearchPage, TopicList, TopicPage, button
from bot.screens.callbacks.settings import File, Panel, Pick
from bot.screens.pages import Rows, Screens, in_rows, pages_of, screens, turning
from bot.screens.rich_text import Rich, bold, inert, italic, join, rich
from bot.screens.story_view import (
    by_model,
    channel_count,
    channel_name,
    headline,
    named_apart,
    paper_links,
    story_button,
)
from bot.taxonomy.topics import Kind, Topic, TopicInfo, taxonomy

STORIES_PER_PAGE = 8
_TOPICS_PER_PAGE = 12
_NEAR = 3
_QUERY_UNITS = 60


class TopicNews(NamedTuple):
    """All stories of a span in outline, posts by week, and the stories of one page of several.

    ``before`` stories are on the pages before it.
    """

    survey: Survey
    weeks: Sequence[int] = ()
    stories: Sequence[Story] = ()
    before: int = 0
    page: int = 1
    pages: int = 1


def topic_page(
    topic: Topic,
    news: TopicNews,
    language: Language,
    now: datetime,
    *,
    days: Literal[7, 30] = 7,
    followed: bool = False,
) -> Screen:
    """A page of a topic's stories in the given order, without ads and the like.

    The counts are of the last ``days``; ``followed`` says whether the reader has alerts about it.
    """
    here = TopicPage(topic, news.page, days)
    titles = taxonomy().topic(topic)
    name = _name(titles.title(language), titles.title(next_language(language)))
    p = messages(language)
    follow = button(
        p.unfollow_button if followed else p.follow_button, Follow(topic, not followed)
    )
    parts = (_header(name, news, language), *_lines(news, language, now), _near(topic, language))
    rows = (*_rows(here, news), *_ways(here, language, follow))
    return join(parts, by="\n\n").screen(rows)


def kind_page(
    kind: Kind, news: TopicNews, language: Language, now: datetime, *, days: Literal[7, 30] = 7
) -> Screen:
    """A page of stories with a post of a kind, in the given order; a kind cannot be followed."""
    here = KindPage(kind, news.page, days)
    titles = taxonomy().kinds[kind]
    name = _name(titles.title(language), titles.title(next_language(language)))
    parts = (_header(name, news, language), *_lines(news, language, now))
    rows = (*_rows(here, news), *_ways(here, language))
    return join(parts, by="\n\n").screen(rows)


def topic_list(counts: Mapping[Topic, int], language: Language) -> Screens:
    """All topics under their groups with their posts of the week, twelve on a page."""
    topics = [info for info in taxonomy().topics if info.slug != "other"]

    def draw(part: Sequence[TopicInfo], _: TopicList, turns: Rows) -> Screen:
        rows = (*_topic_buttons(part, counts, language), *turns, _list_ways(language))
        return _list_text(part, counts, language).screen(rows)

    return screens(pages_of(topics, _TOPICS_PER_PAGE), TopicList, draw)


def unknown_topic(
    query: str, nearest: Sequence[Topic], language: Language, seek: SearchPage | None = None
) -> Screen:
    """That no topic was meant, at most three that sound alike, and a search for the words."""
    p, own = messages(language), panel_messages(language)
    unknown = p.unknown_topic.format(query=inert(query, _QUERY_UNITS))
    asked = join((unknown, p.topic_perhaps if nearest else ""), by=" ")
    found = ((button(own.offer_button, seek),),) if seek else ()
    names = [_title(topic, language) for topic in nearest[:_NEAR]]
    buttons = tuple(
        (button(name, TopicPage(topic)),) for name, topic in zip(names, nearest, strict=False)
    )
    lines = join((asked, *(f"• {name}" for name in names)), by="\n")
    home = button(own.home_button, Panel("home"))
    return lines.screen((*buttons, *found, (button(p.topics_button, TopicList()), home)))


def _list_ways(language: Language) -> tuple[Button, ...]:
    own = panel_messages(language)
    return (
        button(own.pick_button, Panel("pick")),
        button(own.home_button, Panel("home")),
    )


def _lines(news: TopicNews, language: Language, now: datetime) -> Sequence[Rich]:
    """The stories of the page, or that there are none."""
    numbered = enumerate(named_apart(news.stories), start=news.before + 1)
    lines = [_line(number, story, language, now) for number, story in numbered]
    return lines or [rich(messages(language).topic_empty)]


def _rows(here: TopicPage | KindPage, news: TopicNews) -> Rows:
    """Buttons of the stories of the page, and of the pages before and after."""
    numbered = enumerate(news.stories, start=news.before + 1)
    turns = turning(news.page, news.pages, lambda number: replace(here, page=number))
    return tuple(story_button(number, story, here) for number, story in numbered), *turns


def _name(title: str, other: str) -> Rich:
    """In the reader's language, and in the next one as who writes in English may search for it."""
    return join((bold(title), italic(other)), by=" · ")


def _title(topic: str, language: Language) -> str:
    return taxonomy().topic(topic).title(language)


def _header(name: Rich, news: TopicNews, language: Language) -> Rich:
    p = messages(language)
    survey = news.survey
    counts = (
        p.posts(survey.posts),
        p.channels(survey.channels) if survey.channels else "",
        p.papers(survey.papers) if survey.papers else "",
    )
    return join((name, join((*counts, bars(news.weeks)), by=" · ")), by="\n")


def _line(number: int, story: Story, language: Language, now: datetime) -> Rich:
    p = messages(language)
    only = channel_name(lead(story).post.channel)
    where = p.topic_story.format(
        channels=channel_count(story, language) or only,
        ago=p.ago(now - story.entries[-1].post.published_at),  # what pages are ordered by
    )
    papers = [join(("📄 ", paper)) for paper in paper_links(story, language, 1)]
    label = rich("") if by_model(story) else italic(p.without_model)
    head = bold(join((f"{number}. ", headline(story, language))))
    return join((head, join((where, *papers, label), by=" · ")), by="\n")


def _near(topic: Topic, language: Language) -> Rich:
    """Other topics of the same group."""
    group = taxonomy().topic(topic).group
    near = [info for info in taxonomy().topics if info.group == group and info.slug != topic]
    names = ", ".join(info.title(language) for info in near[:_NEAR])
    return italic(messages(language).near_topics.format(topics=names)) if names else rich("")


def _ways(
    here: TopicPage | KindPage, language: Language, *follow: Button
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """What can be followed, the other period, files; back."""
    p, own = messages(language), panel_messages(language)
    first = replace(here, page=1)
    other = replace(first, days=30 if here.days == 7 else 7)
    about = (
        *follow,
        button(own.days_30 if here.days == 7 else own.days_7, other),
        button(own.files_button, File("", first)),
    )
    back = (button(p.to_topics_button, TopicList()), button(own.home_button, Panel("home")))
    return about, back


def _list_text(part: Sequence[TopicInfo], counts: Mapping[Topic, int], language: Language) -> Rich:
    p = messages(language)
    lines = join(_grouped(part, counts, language), by="\n")
    hint = italic(of_this_field(p.topics_hint, language))
    return join((bold(p.topics_title), lines, hint), by="\n\n")


def _grouped(
    part: Sequence[TopicInfo], counts: Mapping[Topic, int], language: Language
) -> Iterable[Rich]:
    group = ""
    for info in part:
        if info.group != group:
            group = info.group
            yield bold(taxonomy().groups[group].title(language))
        yield rich(f"{info.title(language)} · {counts.get(Topic(info.slug), 0)}")


def _topic_buttons(
    part: Sequence[TopicInfo], counts: Mapping[Topic, int], language: Language
) -> tuple[tuple[Button, ...], ...]:
    """Two columns."""
    made = [
        button(f"{info.title(language)} {counts.get(topic, 0)}", TopicPage(topic))
        for info, topic in ((info, Topic(info.slug)) for info in part)
    ]
    return in_rows(made, 2)


def topic_pick(
    counts: Mapping[Topic, int], chosen: Sequence[Topic], language: Language
) -> Screens:
    """My topics with this week's posts, two columns; nothing ``chosen`` means all.

    Every tap is kept at once.
    """
    own = panel_messages(language)
    topics = [info for info in taxonomy().topics if info.slug != "other"]
    names = ", ".join(taxonomy().topic(topic).title(language) for topic in chosen)
    said = own.pick_some.format(topics=names) if chosen else own.pick_all
    text = join((bold(own.pick_title), said), by="\n\n")
    everything = (button(own.pick_all_button, Pick(None, page=1)),) if chosen else ()
    ways = (
        *everything,
        button(own.browse_button, TopicList()),
        button(own.home_button, Panel("home")),
    )

    def draw(part: Sequence[TopicInfo], here: Panel, turns: Rows) -> Screen:
        return text.screen((*_toggles(part, counts, chosen, here, language), *turns, ways))

    return screens(pages_of(topics, _TOPICS_PER_PAGE), partial(Panel, "pick"), draw)


def _toggles(
    part: Sequence[TopicInfo],
    counts: Mapping[Topic, int],
    chosen: Sequence[Topic],
    here: Panel,
    language: Language,
) -> Rows:
    made = []
    for info in part:
        topic = Topic(info.slug)
        sign = "☑" if topic in chosen else "☐"
        text = f"{sign} {info.title(language)} {counts.get(topic, 0)}"
        made.append(button(text, Pick(topic, topic not in chosen, here.page)))
    return in_rows(made, 2)

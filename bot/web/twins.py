"""A page for programs: feeds, JSON, BibTeX, Markdown. Pure.

Each form stands at the page's address with an ending behind it, and is made of the same value.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from bot.export.atom import ATOM_TYPE, to_atom
from bot.export.bibtex import to_bibtex
from bot.export.feed import Feed, FeedPlace, FeedSource, feed_of
from bot.export.json import stories_to_json, to_json
from bot.export.json_feed import JSON_FEED_TYPE, to_json_feed
from bot.export.markdown import stories_to_markdown, to_markdown
from bot.export.page_json import (
    channel_to_json,
    contents_to_json,
    found_to_json,
    paper_to_json,
    story_to_json,
)
from bot.i18n import web_messages
from bot.model import Story
from bot.web.pages import (
    ArchivePage,
    ChannelPage,
    ContentsPage,
    MissingPage,
    PaperPage,
    PeriodPage,
    PostsPage,
    SearchedPage,
    StoriesPage,
    StoryPage,
    stories_on,
)
from bot.web.places import PagePlace, Site
from bot.web.wording import page_title


class Twin(NamedTuple):
    """A form of a page: what its address ends with, its type, what it is called.

    ``make`` gives nothing where a page has no such form.
    """

    ending: str
    content_type: str
    label: str
    make: Callable[[Site, ArchivePage], bytes | None]


def twins_of(page: ArchivePage) -> Sequence[Twin]:
    """The forms that a page has and that say something, in the order in which they are offered."""
    has = {"atom": _is_feed(page), "feed.json": _is_feed(page)}
    has |= {"md": _has_stories(page), "bib": any(story.papers for story in stories_on(page))}
    has["json"] = not isinstance(page, MissingPage)
    return tuple(twin for twin in TWINS if has[twin.ending])


def _is_feed(page: ArchivePage) -> bool:
    """True for first pages of what goes on."""
    goes_on = isinstance(page, PeriodPage | StoriesPage | PostsPage)
    return goes_on and page.place.page == 1 and page.place != PagePlace("search")


def _has_stories(page: ArchivePage) -> bool:
    return not isinstance(page, ContentsPage | MissingPage)


def _atom(site: Site, page: ArchivePage) -> bytes | None:
    return to_atom(_feed(site, page, "atom")) if _is_feed(page) else None


def _json_feed(site: Site, page: ArchivePage) -> bytes | None:
    return to_json_feed(_feed(site, page, "feed.json")) if _is_feed(page) else None


def _feed(site: Site, page: ArchivePage, ending: str) -> Feed:
    place, language = page.place, page.language
    at = FeedPlace(
        archive=site.archive,
        name=place.path(),
        title=f"{page_title(page)} · {web_messages(language).site}",
        home_url=site.outside(place, language),
        url=site.outside(place, language, ending),
    )
    return feed_of(at, _sources(site, page), language)


def _sources(site: Site, page: ArchivePage) -> Iterable[FeedSource]:
    """Stories, or posts one by one: a later post of the same story is another item there."""
    for story in stories_on(page):
        url = site.outside(PagePlace("story", story.id), page.language)
        post = isinstance(page, PostsPage)
        yield FeedSource(f"post/{story.first.key}" if post else f"s/{story.id}", story, url)


def _json(_: Site, page: ArchivePage) -> bytes | None:
    text = page_to_json(page)
    return text.encode("utf-8", "replace") if text else None


def page_to_json(page: ArchivePage) -> str | None:
    """The documented JSON of a page; None for one that there is not."""
    language, number = page.language, page.place.page
    match page:
        case PeriodPage():
            return to_json(page.digest)
        case StoriesPage():
            return stories_to_json(page_title(page), page.stories, language, number, page.pages)
        case StoryPage():
            return story_to_json(page.story, language)
        case ContentsPage():
            months = (place.name for place in page.months)
            return contents_to_json(page.topics, page.kinds, page.channels, months, language)
        case PostsPage():
            return _posts_json(page)
    return None


def _posts_json(page: PostsPage) -> str | None:
    language, number = page.language, page.place.page
    posts = [(each.entry, each.alone.id) for each in page.posts]
    match page:
        case PaperPage():
            return paper_to_json(page.paper, page.work, posts, page.total, language)
        case ChannelPage():
            return channel_to_json(page.channel, posts, page.total, language, number, page.pages)
        case SearchedPage():
            query, more, pages = page.place.name, page.more, page.pages
            return found_to_json(
                query, posts, page.total, language, more=more, page=number, pages=pages
            )
    return None


def _bibtex(_: Site, page: ArchivePage) -> bytes | None:
    """The papers of a page, of a paper's own page that one; none make an empty file."""
    if not _has_stories(page):
        return None
    stories = stories_on(page)
    if isinstance(page, PaperPage):
        stories = [_about(story, page.paper.id) for story in stories]
    return to_bibtex(stories, page.language).encode("utf-8", "replace")


def _about(story: Story, paper: str | None) -> Story:
    """The story as if it told of that paper alone."""
    [entry] = story.entries
    papers = tuple(each for each in entry.analysis.papers if each.id == paper)
    analysis = entry.analysis.model_copy(update={"papers": papers})
    about = entry.model_copy(update={"analysis": analysis})
    return story.model_copy(update={"entries": (about,)})


def _markdown(_: Site, page: ArchivePage) -> bytes | None:
    if not _has_stories(page):
        return None
    if isinstance(page, PeriodPage):
        text = to_markdown(page.digest)
    else:
        text = stories_to_markdown(page_title(page), stories_on(page), page.language)
    return text.encode("utf-8", "replace")


TWINS = (
    Twin("atom", ATOM_TYPE, "Atom", _atom),
    Twin("feed.json", JSON_FEED_TYPE, "JSON Feed", _json_feed),
    Twin("json", "application/json", "JSON", _json),
    Twin("bib", "application/x-bibtex", "BibTeX", _bibtex),
    Twin("md", "text/markdown", "Markdown", _markdown),
)
"""All of them; ``feed.json`` before ``json``, which it ends with, too."""

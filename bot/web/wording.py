"""What a page is called and said to be, in its language: for heads, lists and feeds. Pure."""

from bot.i18n import messages, of_this_field, web_messages
from bot.model import Language, Period
from bot.screens.digest_words import counts_line, kind_title, quiet_line, topic_title
from bot.screens.rich_text import bare, inert
from bot.screens.story_view import channel_name, channel_names, paper_number, summary_of, title_of
from bot.text import shorten
from bot.web.pages import (
    ArchivePage,
    ChannelPage,
    MissingPage,
    PaperPage,
    PeriodPage,
    StoriesPage,
    StoryPage,
)
from bot.web.places import PagePlace, span_of

_DESCRIPTION = 200  # UTF-16 units: as much as is shown of one


def page_title(page: ArchivePage) -> str:
    """The title of a page, without the site's name; plain text that is to be escaped."""
    t = web_messages(page.language)
    title, number = _title(page), page.place.page
    return f"{title}, {t.page_of.format(page=number)}" if number > 1 else title


def page_description(page: ArchivePage) -> str:
    """A sentence or two on what is on a page; plain text that is to be escaped."""
    return shorten(bare(_description(page)), _DESCRIPTION)


def place_title(place: PagePlace, language: Language) -> str:
    """What a place is called by its address alone: a span, a topic, a kind, the search."""
    t = web_messages(language)
    match place.kind:
        case "now":
            return t.now_title
        case "topic":
            return topic_title(place.name, language)
        case "kind":
            return kind_title(place.name, language)
        case "contents":
            return t.contents_title
        case "own":
            return t.own_title
        case "search":
            query = bare(inert(place.name))
            return t.found_title.format(query=query) if query else t.search_title
    span = span_of(place)
    return _span_title(span, language) if span else place.name


def _span_title(span: Period, language: Language) -> str:
    t, words = web_messages(language), messages(language).words
    first = span.since.date()
    last = (span.until - (span.until - span.since) / 1_000).date()
    if span.name == "month":
        return f"{t.months[first.month - 1]} {first.year}"
    named = words.span(first, last)
    return t.week.format(span=named, year=last.year) if first < last else f"{named} {first.year}"


def _title(page: ArchivePage) -> str:
    t = web_messages(page.language)
    match page:
        case MissingPage():
            return t.gone_title if page.gone else t.missing_title
        case StoryPage():
            return bare(title_of(page.story, page.language))
        case PaperPage():
            return bare(inert(page.paper.title or "") or paper_number(page.paper))
        case ChannelPage():
            return bare(channel_name(page.channel))
    return place_title(page.place, page.language)


def page_note(page: ArchivePage) -> str:
    """What is counted on a page, in a line; plain text that is to be escaped."""
    t, p = web_messages(page.language), messages(page.language)
    match page:
        case PeriodPage():
            digest = page.digest
            return counts_line(digest) if digest.sections else quiet_line(digest)
        case StoriesPage() if page.weeks:
            return t.in_weeks.format(posts=p.posts(sum(page.weeks)), weeks=len(page.weeks))
        case StoryPage():
            names = channel_names(entry.post.channel for entry in page.story.entries)
            return bare(", ".join(names.values()))
        case PaperPage():
            refs = {each.entry.post.channel.ref for each in page.posts}
            return f"{t.said_of_paper}: {p.posts(page.total)}, {p.channels(len(refs))}"
        case ChannelPage():
            return f"@{page.channel.handle}"
        case MissingPage():
            return t.gone_title if page.gone else t.missing
    return of_this_field(t.about, page.language)


def _description(page: ArchivePage) -> str:
    match page:
        case PeriodPage():
            titles = [title_of(story, page.language) for story in page.digest.stories[:3]]
            return " · ".join((page_note(page), *titles))
        case StoryPage():
            return summary_of(page.story, page.language) or title_of(page.story, page.language)
    return page_note(page)

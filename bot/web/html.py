"""A page as HTML: templates with every word escaped, a style sheet, a script in Telegram alone.

Pure.

Words from outside go through ``said``: escaped, without what no reader sees, and isolated by
``<bdi>``, so that none turns the direction of what stands beside it.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.digest.compose import lead
from bot.i18n import language_texts, messages, of_this_field, panel_messages, web_messages
from bot.languages import LANGUAGES
from bot.model import Entry, Language
from bot.screens import digest_words, story_view
from bot.screens.digest_words import digest_named_apart
from bot.screens.rich_text import bare, inert, is_web
from bot.screens.story_view import named_apart
from bot.text import shorten
from bot.web.pages import (
    ArchivePage,
    ChannelPage,
    ContentsPage,
    MissingPage,
    OwnPage,
    PaperPage,
    PeriodPage,
    SearchedPage,
    StoriesPage,
    StoryPage,
)
from bot.web.places import PagePlace, Site
from bot.web.twins import twins_of
from bot.web.wording import page_description, page_note, page_title, place_title

_TEMPLATES: Mapping[type[ArchivePage], str] = {
    PeriodPage: "period.html",
    StoriesPage: "stories.html",
    StoryPage: "story.html",
    PaperPage: "paper.html",
    ChannelPage: "channel.html",
    SearchedPage: "search.html",
    ContentsPage: "contents.html",
    OwnPage: "own.html",
    MissingPage: "missing.html",
}
_SIGN = re.compile(r"^[^\w“«]+")
_FOLDER = files("bot.web") / "templates"


class HtmlPages:
    """Draws the pages of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._templates = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters |= {"quiet": _without_sign, "web": _web_address, "plain": plain}
        self._templates.filters["cut"] = shorten  # a month has many stories, a page 60 kB
        self._templates.globals |= {
            "view": story_view,
            "words": digest_words,
            "lead": lead,
            "site": site,
            "style": style_address(site),
            "script": f"{site.root}/app.js?{_digest(app_script())}",
        }
        for name in _TEMPLATES.values():  # compiled before the first visitor comes
            self._templates.get_template(name)

    def render(self, page: ArchivePage) -> str:
        """The page whole."""
        language, site = page.language, self._site
        t, p = web_messages(language), messages(language)
        return self._templates.get_template(_TEMPLATES[type(page)]).render(
            page=_named_apart(page),
            lang=language,
            t=t,
            p=p,
            own=panel_messages(language),
            title=page_title(page),
            description=page_description(page),
            note=page_note(page),
            about=of_this_field(t.about, language),
            search_hint=of_this_field(t.search_hint, language),
            at=lambda kind, name="", page=1: site.href(PagePlace(kind, name, page), language),
            to=lambda place: site.href(place, language),
            called=lambda place: place_title(place, language),
            said=partial(_said, language=language),
            moment=partial(_moment, language=language),
            others=[
                (code, language_texts(code).name, site.href(page.place, code))
                for code in LANGUAGES
                if code != language
            ],
            twins=[
                (twin, site.href(page.place, language, twin.ending)) for twin in twins_of(page)
            ],
            canonical=""
            if isinstance(page, MissingPage | OwnPage)
            else site.address(page.place, language),
            picture=""
            if page.place.kind in ("search", "own")
            else site.address(page.place, language, "png"),
            alternates=[(code, site.address(page.place, code)) for code in LANGUAGES],
        )


def style_sheet() -> str:
    """The style sheet of all pages."""
    return (_FOLDER / "style.css").read_text("utf-8")


def icon() -> str:
    """The icon of the site, an SVG."""
    return (_FOLDER / "icon.svg").read_text("utf-8")


def style_address(site: Site) -> str:
    """The address of the style sheet, another one after each change of it."""
    return f"{site.root}/style.css?{_digest(style_sheet())}"


def app_script() -> str:
    """The one script there is, that of the Mini App."""
    return (_FOLDER / "app.js").read_text("utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def plain(text: str) -> str:
    """Words from outside on one line, as an attribute may have them: escaped by the template."""
    return bare(inert(text))


def _said(text: str, entry: Entry | None = None, *, language: Language) -> Markup:
    """Words from outside as they may stand in a page; in another language where a card is."""
    other = "" if entry is None or language in entry.analysis.cards else _spoken(entry)
    marked = Markup(' lang="{}"').format(other) if other else ""
    return Markup("<bdi{}>{}</bdi>").format(marked, bare(text))


def _spoken(entry: Entry) -> str:
    return next(iter(entry.analysis.cards))


def _moment(at: datetime, *, language: Language) -> Markup:
    """A moment in UTC for people and for programs."""
    at, words = at.astimezone(UTC), messages(language).words
    shown = f"{words.span(at.date(), at.date())} {at.year}, {at:%H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%dT%H:%MZ}", shown)


def _without_sign(text: str) -> str:
    """A text of ours without the emoji that it begins with in a chat."""
    return _SIGN.sub("", text)


def _web_address(url: str | None) -> str:
    """An address that may be linked; empty for any other."""
    return url if url and is_web(url) else ""


def _named_apart(page: ArchivePage) -> ArchivePage:
    """The page with channels that are called alike told apart."""
    match page:
        case PeriodPage():
            return page.model_copy(update={"digest": digest_named_apart(page.digest)})
        case StoriesPage():
            return page.model_copy(update={"stories": tuple(named_apart(page.stories))})
        case StoryPage():
            [story] = named_apart([page.story])
            return page.model_copy(update={"story": story})
    return page

"""A page as the picture that messengers show beside its link. Pure."""

from bot.export.charts.page_picture import page_picture
from bot.export.charts.svg import to_png
from bot.i18n import web_messages
from bot.screens.digest_words import topic_title
from bot.web.pages import ArchivePage, MissingPage, PeriodPage, SearchedPage, StoriesPage
from bot.web.wording import page_note, page_title


def draw_picture(page: ArchivePage) -> bytes | None:
    """The picture as PNG; None for a page that nobody links to. Takes 50 ms."""
    if isinstance(page, MissingPage | SearchedPage):
        return None
    weeks: tuple[int, ...] = ()
    rows: list[tuple[str, int]] = []
    match page:
        case StoriesPage():
            weeks = page.weeks
        case PeriodPage():
            sections = sorted(page.digest.sections, key=lambda each: -len(each.stories))
            rows = [
                (topic_title(each.topic, page.language), len(each.stories)) for each in sections
            ]
    site = web_messages(page.language).site
    return to_png(page_picture(site, page_title(page), page_note(page), weeks, rows))

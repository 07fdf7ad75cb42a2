"""Help, what was saved, files and privacy as screens. Pure."""

from collections.abc import Iterable, Sequence

from bot.i18n import messages, of_this_field, owner_messages, panel_messages
from bot.model import Button, Language, Screen, Story
from bot.screens.callbacks.pages import DigestPage, SavedPage, TopicList, button
from bot.screens.callbacks.settings import Erase, Export, File, Filed, Panel
from bot.screens.pages import Block, Page, Rows, Screens, paginate, screens
from bot.screens.rich_text import Rich, bold, join, rich
from bot.screens.story_view import story_button, top_line

SAVED_PER_PAGE = 8


def help_screen(language: Language, *, owner: bool = False) -> Screen:
    """What the bot can do, in a few lines, and buttons to all of it; an owner's commands, too."""
    p, own = messages(language), panel_messages(language)
    rows = (
        (button(p.today_button, DigestPage("day", None)), _week(language)),
        (button(own.search_button, Panel("search")), button(own.ask_button, Panel("ask"))),
        (button(p.topics_button, TopicList()), button(own.saved_button, SavedPage())),
        (
            button(own.settings_button, Panel("settings")),
            button(own.privacy_button, Panel("privacy")),
        ),
        (_home(language),),
    )
    text = join(
        (of_this_field(p.help, language), _owners_part(language) if owner else ""), by="\n\n"
    )
    return text.screen(rows)


def _owners_part(language: Language) -> Rich:
    d = owner_messages(language)
    lines = [f"{usage} — {said}" for usage, said in d.owner_usages().items()]
    return join((bold(d.help_title), *lines), by="\n")


def saved_pages(stories: Sequence[Story], language: Language) -> Screens:
    """What was saved, the latest first, eight on a page; at least one page."""
    own = panel_messages(language)
    if not stories:
        lines = join((bold(own.saved_title), own.saved_empty), by="\n\n")
        return Screens([lambda: lines.screen(((_week(language),), (_home(language),)))])
    head = bold(own.saved_title)
    blocks = [
        Block(top_line(f"{number}.", story, language), key=story.id)
        for number, story in enumerate(stories, start=1)
    ]
    numbers = {story.id: number for number, story in enumerate(stories, start=1)}
    by_id = {story.id: story for story in stories}
    ways = (button(own.files_button, File("", SavedPage())), _home(language))

    def draw(page: Page, here: SavedPage, turns: Rows) -> Screen:
        row = tuple(story_button(numbers[b.key], by_id[b.key], here) for b in page.blocks)
        return join((head, page.text()), by="\n\n").screen((row, *turns, ways))

    return screens(paginate(blocks, head, SAVED_PER_PAGE), SavedPage, draw)


def files_screen(of: Filed, language: Language, formats: Iterable[tuple[str, str]]) -> Screen:
    """Which file to send, by letters and labels of the formats.

    Pictures are of all posts, so a reader's own list has none.
    """
    own = panel_messages(language)
    texts = tuple(button(label, File(letter, of)) for letter, label in formats)
    pictures = (
        button(own.chart_button, File("g", of)),
        button(own.channels_chart_button, File("c", of)),
    )
    rows = (texts, () if isinstance(of, SavedPage) else pictures)
    return rich(own.files_title).screen((*rows, (button(own.to_files_page_button, of),)))


def privacy_screen(language: Language) -> Screen:
    """What is kept, what the model sees, who answers for it."""
    own = panel_messages(language)
    rows = (
        (button(own.my_data_button, Panel("data")), button(own.forget_button, Panel("forget"))),
        (button(own.settings_button, Panel("settings")), _home(language)),
    )
    return rich(own.privacy).screen(rows)


def data_screen(language: Language) -> Screen:
    """The offer of all that is kept in one file."""
    own = panel_messages(language)
    rows = ((button(own.my_data_button, Export()),), (_to_privacy(language),))
    return rich(own.my_data_title).screen(rows)


def forget_screen(language: Language) -> Screen:
    """The first question before all is removed."""
    own = panel_messages(language)
    rows = (
        (button(own.forget_go_on_button, Panel("sure")),),
        (button(own.keep_button, Panel("privacy")),),
    )
    return rich(own.forget_title).screen(rows)


def forget_sure_screen(language: Language) -> Screen:
    """The second question."""
    own = panel_messages(language)
    rows = (
        (button(own.forget_now_button, Erase()),),
        (button(own.keep_button, Panel("privacy")),),
    )
    return rich(own.forget_sure).screen(rows)


def forgotten_screen(language: Language) -> Screen:
    """The receipt."""
    return rich(panel_messages(language).forgotten).screen(((_home(language),),))


def _week(language: Language) -> Button:
    return button(panel_messages(language).week_button, DigestPage("week", None))


def _home(language: Language) -> Button:
    return button(panel_messages(language).home_button, Panel("home"))


def _to_privacy(language: Language) -> Button:
    return button(panel_messages(language).to_privacy_button, Panel("privacy"))

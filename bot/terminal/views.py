"""What the terminal prints from the store: a digest in three formats, the page of a topic."""

import sys
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from bot.errors import CommandError
from bot.export.documents import EXPORT_FORMATS, ExportFormat
from bot.export.text import to_text
from bot.model import Digest, Language, PeriodName, Screen
from bot.publish.digest_opening import Write, with_opening
from bot.publish.queries import digest, kind_news, topic_news
from bot.screens.digest_pages import whole
from bot.screens.digest_words import kind_title, topic_title
from bot.screens.topic_page import kind_page, topic_page, unknown_topic
from bot.store import Store
from bot.taxonomy import resolve
from bot.taxonomy.topics import PROMO, Kind, Topic
from bot.terminal.show import err, out, print_text, show

TEXT_FORMAT = "text"
TOPIC_SPAN = timedelta(days=30)


class UnknownFormatError(CommandError):
    """Nothing can be printed in that format."""

    def __init__(self, how: str, known: Iterable[str]) -> None:
        super().__init__(f"--format {how}: it is one of {', '.join(known)}")


class UnknownTopicError(CommandError):
    """No topic is meant by these words; ``screen`` names the nearest."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.text)
        self.screen = screen


def topic_of(words: str, language: Language) -> Topic:
    """The topic that a reader's words mean."""
    found = resolve(words)
    if found.topic is None:
        raise UnknownTopicError(unknown_topic(words, found.nearest, language))
    return found.topic


def topic_or_kind_of(words: str, language: Language) -> Topic | Kind:
    """The same, or the kind of posts that they mean; adverts have no page."""
    kind = resolve(words).kind
    return kind if kind and kind != PROMO else topic_of(words, language)


async def print_digest(
    store: Store,
    name: PeriodName,
    language: Language,
    now: datetime,
    *,
    topic: Topic | None = None,
    channels: Collection[str] = (),
    how: str = TEXT_FORMAT,
    write: Write | None = None,
) -> Digest:
    """Compose a digest from the store as of ``now`` and print it; ``write`` writes its opening.

    ``channels`` are the refs of those that it is about, empty for all.
    """
    await store.read_model.refresh()
    topics = (topic,) if topic else ()
    found = await digest(store, name, language, now, topics=topics, channels=channels)
    found = await with_opening(store, found, write)
    if not found.stories and not found.lists:
        err.print(await _why_empty(store, found, topic, channels), markup=False)
    if to_file := digest_format(how):
        print_text(to_file(found))
    else:
        show_linked(whole(found))
    return found


async def _why_empty(
    store: Store, found: Digest, topic: Topic | None, channels: Collection[str]
) -> str:
    """Why there is nothing to show, and what there is."""
    span = f"{found.period.since:%Y-%m-%d %H:%M} to {found.period.until:%Y-%m-%d %H:%M} UTC"
    if found.posts:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(found.skipped.items()))
        left = f"only counted: {kinds}" if kinds else "none of them to be shown"
        about = f" about {topic}" if topic else ""
        posts = f"{found.posts} post{'' if found.posts == 1 else 's'}"
        return f"nothing{about} to show of {posts} from {span}; {left}"
    newest = await store.entries.newest(found.period.until, channels)
    if newest is None:
        what = "of these channels is" if channels else "is"
        return f"no post {what} stored: name channels to read, import an export, or run the bot"
    what = "of these channels" if channels else "stored"
    return f"no post from {span}; the newest one {what} is from {newest:%Y-%m-%d %H:%M} UTC"


def digest_format(how: str) -> Callable[[Digest], str] | None:
    """The form of a digest by its name, None for lines of text; raises for an unknown one."""
    known = {each.extension: each.digest for each in EXPORT_FORMATS if each.digest}
    if how != TEXT_FORMAT and how not in known:
        raise UnknownFormatError(how, (TEXT_FORMAT, *known))
    return known.get(how)


def stories_format(how: str) -> ExportFormat | None:
    """The form of a list of stories by its name, None for lines of text; raises for an unknown."""
    known = {each.extension: each for each in EXPORT_FORMATS}
    if how != TEXT_FORMAT and how not in known:
        raise UnknownFormatError(how, (TEXT_FORMAT, *known))
    return known.get(how)


async def print_topic(
    store: Store, of: Topic | Kind, language: Language, now: datetime, how: str = TEXT_FORMAT
) -> None:
    """Print the stories of a topic or kind in the last 30 days, newest telling first."""
    await store.read_model.refresh()
    if isinstance(of, Kind):
        news = await kind_news(store, of, TOPIC_SPAN, now, per_page=sys.maxsize)
        title, page = kind_title(of, language), kind_page(of, news, language, now)
    else:
        news = await topic_news(store, of, TOPIC_SPAN, now, per_page=sys.maxsize)
        title, page = topic_title(of, language), topic_page(of, news, language, now)
    if to_file := stories_format(how):
        print_text(to_file.stories(title, news.stories, language))
    else:
        show_linked(page)


def show_linked(screen: Screen) -> None:
    """With links to click on a terminal, with addresses spelt out in a pipe."""
    if out.is_terminal:
        show(screen)
    else:
        print_text(to_text(screen))

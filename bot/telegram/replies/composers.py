"""Composes screens for what readers ask for from the store as of now."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.digest.compose import lead
from bot.digest.time_zones import zone_title
from bot.i18n import messages, panel_messages
from bot.model import Button, Screen, Subscription
from bot.publish.card_language import retold
from bot.publish.edition import (
    Edition,
    edition,
    greeting_edition,
    reader_of,
    rest_of_edition,
)
from bot.publish.queries import kind_news, topic_news
from bot.publish.reader_changes import find_story, saved_stories
from bot.screens.callbacks.pages import (
    AnswerPage,
    Back,
    Callback,
    DigestPage,
    DigestRest,
    KindPage,
    SavedPage,
    StoryCard,
    Subscribe,
    TopicList,
    TopicPage,
    Unsubscribe,
    button,
)
from bot.screens.callbacks.settings import Panel, PanelCallback
from bot.screens.pages import page_at
from bot.screens.reader_screens import help_screen, saved_pages
from bot.screens.rich_text import filled, instant, join
from bot.screens.settings_screens import zone_check
from bot.screens.story_buttons import Marks, acts_of, owner_acts
from bot.screens.story_card import card
from bot.screens.topic_page import kind_page, topic_list, topic_page
from bot.store import Store
from bot.telegram.replies.reply import Context

WEEK = timedelta(days=7)


async def view(context: Context, callback: Callback | PanelCallback) -> Screen | None:
    """The screen that a button leads to; ``None`` when what it showed is gone."""
    reader, now = context.reader, context.now
    match callback:
        case DigestPage():
            return await digest_view(context, callback)
        case DigestRest(until=until):
            end = min(until or now, now)
            of = await reader_of(context.store, reader, callback.group)
            return await rest_of_edition(context.store, of, callback, end) if of else None
        case TopicPage():
            return await topic_view(context.store, reader, callback, now)
        case KindPage():
            return await kind_view(context.store, reader, callback, now)
        case TopicList(page):
            counts = await context.store.surveys.counts(now - WEEK, now)
            return page_at(topic_list(counts, reader.language), page)
        case StoryCard(story, back):
            return await story_view(context, story, back)
        case AnswerPage(token):
            answer = await context.store.answers.get(reader.chat_id, token)
            return answer.screen if answer else None
        case SavedPage(page):
            saved = await saved_stories(context.store, reader.chat_id)
            kept = retold((each.story for each in saved), reader)
            return page_at(saved_pages(kept, reader.language), page)
        case _:
            return None


async def digest_view(context: Context, at: DigestPage) -> Screen:
    """A page of the digest; beyond the last page, the last."""
    return page_at((await edition_at(context, at)).pages, at.page)


async def edition_at(context: Context, at: DigestPage) -> Edition:
    """The digest of a page: the reader's, or that of a chat; all topics where it has no more."""
    until = min(at.until or context.now, context.now)
    reader = await reader_of(context.store, context.reader, at.group)
    if reader is None:
        return await edition(context.store, context.reader, at.period, until, mine=False)
    return await edition(context.store, reader, at.period, until, mine=at.mine, group=at.group)


async def topic_view(store: Store, reader: Subscription, at: TopicPage, now: datetime) -> Screen:
    """A page of the last days' stories on a topic, with its posts by week."""
    news = await topic_news(store, at.topic, timedelta(days=at.days), now, at.page)
    news = news._replace(stories=retold(news.stories, reader))
    followed = at.topic in reader.alerts
    return topic_page(at.topic, news, reader.language, now, days=at.days, followed=followed)


async def kind_view(store: Store, reader: Subscription, at: KindPage, now: datetime) -> Screen:
    """A page of the last days' stories with a post of a kind."""
    news = await kind_news(store, at.kind, timedelta(days=at.days), now, at.page)
    news = news._replace(stories=retold(news.stories, reader))
    return kind_page(at.kind, news, reader.language, now, days=at.days)


async def story_view(context: Context, story_id: str, back: Back | None) -> Screen | None:
    """The card of a story, also of one that only the reader has kept; with what can be done."""
    reader = context.reader
    story = await find_story(context.store, reader, story_id)
    if story is None:
        return None
    marks = Marks(
        saved=await context.store.saved.has(reader.chat_id, story.id),
        followed=lead(story).analysis.topics[0] in reader.alerts,
    )
    acts = acts_of(story, marks, reader.language, back)
    [story] = retold([story], reader)
    screen = card(story, reader.language, ZoneInfo(reader.zone), back, acts)
    if reader.chat_id not in await context.store.owners.all():
        return screen
    row = owner_acts(story, reader.language)
    return screen.model_copy(update={"buttons": (*screen.buttons, row)})


async def greeting(context: Context) -> Screen:
    """The first message, with today's real stories."""
    made = await greeting_edition(context.store, context.reader, context.now)
    return page_at(made.pages, 1)


def subscribed_view(reader: Subscription, due: datetime, now: datetime, head: str = "") -> Screen:
    """When digests come, and when the next one does; the ways to change that."""
    p = messages(reader.language)
    template = p.subscribed if reader.cadence == "daily" else p.subscribed_weekly
    moment = instant(p.words.moment(due.astimezone(ZoneInfo(reader.zone))), due)
    lines = (
        head,
        template.format(
            time=clock_of(reader),
            zone=zone_title(reader.zone, reader.language),
            weekday=p.words.weekdays[reader.weekday],
        ),
        filled(p.next_digest, moment=moment),
        zone_check(reader, now) if reader.chat_id > 0 else "",
    )
    own = panel_messages(reader.language)
    time, zone = Panel("time"), Panel("zone")
    rows = (
        (button(own.other_time_button, time), button(own.other_zone_button, zone)),
        (button(own.pick_button, Panel("pick")), button(p.today_button, DigestPage("day", None))),
        (button(p.unsubscribe_button, Unsubscribe()), button(own.home_button, Panel("home"))),
    )
    return join(lines, by="\n").screen(rows)


def unsubscribed_view(reader: Subscription, text: str) -> Screen:
    """What was said, with the way back."""
    offer = messages(reader.language).subscribe_button.format(time=clock_of(reader))
    return Screen(text=text, buttons=((button(offer, Subscribe()),), _ways_on(reader)))


async def help_view(context: Context) -> Screen:
    """What the bot can do; for an owner in private with the owner's commands."""
    owner = context.reader.chat_id in await context.store.owners.all()
    return help_screen(context.reader.language, owner=owner)


def plain_view(reader: Subscription, text: str) -> Screen:
    """A line with the ways on, so that no screen is a dead end."""
    return Screen(text=text, buttons=(_ways_on(reader),))


def clock_of(reader: Subscription) -> str:
    """The reader's hour as ``09:00``."""
    return f"{reader.at:%H:%M}"


def _ways_on(reader: Subscription) -> tuple[Button, ...]:
    p = messages(reader.language)
    return (
        button(p.today_button, DigestPage("day", None)),
        button(p.topics_button, TopicList()),
        button(panel_messages(reader.language).home_button, Panel("home")),
    )

"""Answers in private to what is no command: words, links, and messages without words."""

import re
from functools import cache

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.types import Message

from bot.digest.time_zones import clocks, offsets_showing, read_offset, zone_title, zones_named
from bot.i18n import language_texts, messages, panel_messages
from bot.languages import LANGUAGES
from bot.model import Button, Delivery, PeriodName, Screen, Subscription
from bot.screens.callbacks.pages import (
    DigestPage,
    KindPage,
    SavedPage,
    StoryCard,
    TopicList,
    TopicPage,
    button,
)
from bot.screens.callbacks.settings import Panel, PanelName, Set, ZoneClock
from bot.screens.digest_words import kind_title
from bot.screens.rich_text import inert
from bot.screens.search.page import first_page
from bot.screens.settings_screens import places_screen, unknown_place_screen, zones_screen
from bot.store.read_model.search_query import READ
from bot.taxonomy import resolve
from bot.taxonomy.topics import PROMO, taxonomy
from bot.telegram.handlers.ask import put_question
from bot.telegram.handlers.screen_router import panel_view, pick_view
from bot.telegram.handlers.settings import note_question
from bot.telegram.handlers.subscribe import bad_time, stop_digests, subscribe_at
from bot.telegram.replies.composers import digest_view, help_view, plain_view, view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context
from bot.telegram.words.asked import answer_setting
from bot.telegram.words.clock_times import is_about_time, parse_time
from bot.telegram.words.pasted_links import PastedLink, linked_story
from bot.telegram.words.questions import is_question
from bot.telegram.words.wishes import wished_screen
from bot.text import normalise

_READ = 200  # characters that are looked at
_SHOWN = 60  # units of a text that was not understood
_PERIODS: dict[str, PeriodName] = {"digest": "day", "week": "week", "month": "month"}
_PANELS: dict[str, PanelName] = {
    "settings": "settings", "time": "time", "zone": "zone", "language": "language",
    "pause": "pause", "alerts": "alerts", "following": "words", "help": "help", "search": "search",
    "ask": "ask",
    "privacy": "privacy", "home": "home",
}  # fmt: skip
_ZONE = Panel("zone")
_WORDLESS = frozenset(
    {
        *(ContentType.STICKER, ContentType.VOICE, ContentType.VIDEO_NOTE, ContentType.PHOTO),
        *(ContentType.VIDEO, ContentType.ANIMATION, ContentType.AUDIO, ContentType.DOCUMENT),
        *(ContentType.LOCATION, ContentType.VENUE, ContentType.CONTACT, ContentType.POLL),
        *(ContentType.DICE, ContentType.STORY, ContentType.GAME, ContentType.PAID_MEDIA),
    }
)
"""What a person sends that has no words, or only a caption."""


async def with_link(message: Message, context: Context) -> bool | dict[str, PastedLink]:
    """Filter: words or a caption with the address of a post or a paper that can be answered."""
    text = message.text or message.caption or ""
    if message.chat.type != "private" or not text or text.startswith("/"):
        return False
    found = await linked_story(context.store, text, context.now)
    return {"linked": found} if found else False


async def open_linked(_: Message, linked: PastedLink, context: Context) -> None:
    """Send the card of the story, or say that there is none."""
    screen = await view(context, StoryCard(linked.story)) if linked.story else None
    own = panel_messages(context.reader.language)
    said = own.paper_unknown if linked.unknown == "paper" else own.post_unknown
    story = linked.story if screen else None
    await context.reply.send(screen or plain_view(context.reader, said), story)


async def answer_words(message: Message, context: Context, running: Deployment) -> None:
    """The screen or the answer that the words ask for; else offers of what they may mean."""
    text = (message.text or "").strip()
    if text.startswith("/"):
        if "@" not in text.split()[0]:  # with an @ it is for another bot
            await context.reply.send(await help_view(context))
        return
    if wished := wished_screen(text):
        await _fulfil(wished, context)
    elif (at := _subscribing_at(text)) is not None:
        await subscribe_at(at, context)
    else:
        await _answer_or_offer(message, text, context, running)


async def answer_wordless(message: Message, context: Context) -> None:
    """One friendly line, also to an album, whose items come one by one."""
    said = panel_messages(context.reader.language).only_words
    screen = plain_view(context.reader, said)
    if not message.media_group_id:
        await context.reply.send(screen)
        return
    name = f"album:{context.reply.bot.id}:{message.chat.id}:{message.media_group_id}"
    once = Delivery(id=name, chat_id=message.chat.id, screen=screen)
    await context.store.outbox.enqueue([once])


async def _fulfil(wished: str, context: Context) -> None:
    send = context.reply.send
    if wished == "subscribe":
        await subscribe_at("", context)
    elif wished == "unsubscribe":
        await send(await stop_digests(context))
    elif wished == "topics":
        await send(await pick_view(context, 1))
    elif wished == "saved":
        if saved := await view(context, SavedPage()):
            await send(saved)
    elif period := _PERIODS.get(wished):
        await send(await digest_view(context, DigestPage(period, context.now)))
    else:
        await send(await panel_view(context, Panel(_PANELS[wished])))


def _subscribing_at(text: str) -> str | None:
    """The time in «подпишите меня на 7 утра»."""
    said = normalise(text[:_READ]).split()
    for end in range(1, len(said)):
        rest = " ".join(said[end:]).removeprefix("на ")
        if wished_screen(" ".join(said[:end])) == "subscribe" and parse_time(rest):
            return rest
    return None


async def _answer_or_offer(
    message: Message, text: str, context: Context, running: Deployment
) -> None:
    """What the words mean: an answer, a time, a place, a question, else something to look for."""
    asked = await context.store.pending_actions.asked(context.reader.chat_id)
    if asked == Panel("ask").data:
        await put_question(message, text, context, running)
        return
    seek, place = await _seek(text, context), _without(_plain("in_place"), text)
    screen = (
        await answer_setting(text, place, context, seek)
        or _offer_time(text, context, seek)
        or await _offer_place(text, place, context, seek)
    )
    if screen is None and is_question(text):
        await put_question(message, text, context, running)
    else:
        await context.reply.send(screen or _offer_search(text, context.reader, seek))


def _without(before: str, text: str) -> str:
    """The words as they are compared, but for those that may stand ``before``, a pattern."""
    return re.sub(rf"^(?:{before})\s+", "", normalise(text[:_READ]))


def _offer_time(text: str, context: Context, seek: Button) -> Screen | None:
    """A time to send digests at, or what the clock shows where the reader is."""
    if not is_about_time(text):
        return None
    reader, at = context.reader, parse_time(text)
    if at is None:
        return bad_time(reader, text)
    own, shown = panel_messages(reader.language), f"{at:%H:%M}"
    here = own.clock_here_button.format(time=shown)
    found = offsets_showing(at, context.now)
    zones = {each: clocks(context.now)[each][0] for each in found}
    rows = [
        (button(own.clock_send_button.format(time=shown), Set("time", f"{at:%H%M}")),),
        *(
            (button(f"{here} · {zone_title(zone, reader.language)}", ZoneClock(offset)),)
            if len(zones) > 1
            else (button(here, ZoneClock(offset)),)
            for offset, zone in zones.items()
        ),
        (seek,),
    ]
    return Screen(text=own.clock_title.format(time=shown), buttons=tuple(rows))


async def _offer_place(text: str, place: str, context: Context, seek: Button) -> Screen | None:
    """The zones of a city, a land or an offset; words such as «пояс» ask for nothing else."""
    reader, now = context.reader, context.now
    rest = _without(_plain("zone_of"), text)
    asked = rest != normalise(text[:_READ])
    rest = rest if asked else place
    offset, zones = read_offset(rest), zones_named(rest)
    if asked and (at := parse_time(rest)) and is_about_time(rest):
        offset = next(iter(offsets_showing(at, now)), None)
    if offset is not None and (screen := places_screen(reader, now, ZoneClock(offset))):
        return screen
    if zones:
        return zones_screen(reader, now, zones, (seek,))
    if offset is None and not asked:
        return None
    await note_question(context, _ZONE, _ZONE.data)
    return unknown_place_screen(reader, now, rest)


def _offer_search(text: str, reader: Subscription, seek: Button) -> Screen:
    """A search for the words, and the topics or the kind that they name or sound like."""
    p, own = messages(reader.language), panel_messages(reader.language)
    meant = resolve(text[:_READ])
    near = (meant.topic,) if meant.topic else meant.alike
    rows = tuple(
        (button(taxonomy().topic(slug).title(reader.language), TopicPage(slug)),) for slug in near
    )
    if meant.kind and meant.kind != PROMO:
        title = kind_title(meant.kind, reader.language)
        rows = ((button(title, KindPage(meant.kind)),),)
    said = own.offer_title.format(text=inert(text, _SHOWN) or "…")
    ways = (button(p.topics_button, TopicList()), button(own.help_button, Panel("help")))
    return Screen(text=said, buttons=((seek,), *rows, ways))


async def _seek(text: str, context: Context) -> Button:
    token = await context.store.query_tokens.keep(text[:READ])
    offer = panel_messages(context.reader.language).offer_button
    return button(offer, first_page(text[:READ], token))


@cache
def _plain(name: str) -> str:
    return "|".join(str(getattr(language_texts(each).plain, name)) for each in LANGUAGES)


def links_router() -> Router:
    """The route of pasted addresses: before names of channels, which they have in them."""
    found = Router(name="links")
    found.message.register(open_linked, with_link)
    return found


def last_router() -> Router:
    """The routes for what no other takes; private chats only."""
    found = Router(name="words")
    found.message.register(answer_words, F.chat.type == "private", F.text)
    found.message.register(
        answer_wordless, F.chat.type == "private", F.content_type.in_(_WORDLESS)
    )
    return found

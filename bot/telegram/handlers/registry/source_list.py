"""Long lists of channels: gathered from several messages, looked at in the background, asked once.

An app cuts a paste of 400 names into messages of 4,096 units. They are one list here, whose state
is in the store: a process that dies is followed by the next one.
"""

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import structlog
from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.collect.preview.errors import Blocked, PageUnreachable, SourceError
from bot.collect.preview.polling_interval import state_of
from bot.collect.text.pasted_handles import MAX_HANDLES, Pasted, join_pieces, read_pasted
from bot.i18n import messages, owner_messages
from bot.languages import language_of
from bot.model import Delivery, Screen
from bot.screens.callbacks.owner import Press
from bot.screens.source_screens import (
    list_found_screen,
    list_gathering_screen,
    list_progress_screen,
    sources_line,
)
from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.store.sources.source_lists import UNDER_WAY, Looked, NameOutcome, SourceList
from bot.telegram.handlers.registry.source_preview import reading_cost
from bot.telegram.middleware.filters import Asks, FromOwner, Pressed
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context
from bot.text import utf16_len
from bot.wait import backoff, tick, until

log = structlog.get_logger()
DIRECT = 20
"""Names that are looked at before the answer; more are a list."""

LONG = 3_000
"""Units of a message that may be the first part of a longer one."""

LIST_IDLE_S = 0.5  # between two looks whether a list has come
MOST_TRIES, MOST_FAILURES = 3, 12  # of one name; of all names in a row
FIRST_REST, LONGEST_REST = 1.0, 60.0  # seconds after a page that did not come
_DRAWN = 40  # times that the progress is drawn anew, at most
ListStep = Literal["idle", "looked", "done"]
"""What came of one step; a pause is due after a look at the site."""

_GARBAGE = 160  # characters of what was not understood
_OUTCOMES: dict[str, NameOutcome] = {
    "no_preview": "no_preview",
    "hidden": "no_preview",
    "not_found": "not_found",
    "not_a_channel": "not_a_channel",
}


def is_long(pasted: Pasted, text: str) -> bool:
    """True for more names than are looked at at once, and for what may go on in a next message."""
    return len(pasted.handles) > DIRECT or (bool(pasted.handles) and utf16_len(text) > LONG)


async def more_of_list(message: Message, context: Context, owners: frozenset[int]) -> bool:
    """Filter: the next part of a list that an owner has just begun to send."""
    text, chat = message.text or "", message.chat
    if chat.type != "private" or chat.id not in owners or not text or text.startswith("/"):
        return False
    return await context.store.source_lists.is_open(chat.id)


async def take_piece(message: Message, context: Context, running: Deployment) -> None:
    """Take the next part in, without a word: the first one's answer counts on."""
    await _put(context, running, message.text or "", bare=False)


async def begin_list(
    context: Context, running: Deployment, text: str, *, bare: bool = False
) -> None:
    """Take in a long list; the answer shows how far it is."""
    known = await _put(context, running, text, bare=bare)
    language = context.reader.language
    if known.token == _token(context):
        count = len(read_pasted(text, bare=bare).handles)
        screen = list_gathering_screen(count, known.token, language)
    else:
        screen = sources_line(owner_messages(language).list_joined, language)
    await context.reply.send(screen)


async def _put(context: Context, running: Deployment, text: str, *, bare: bool) -> SourceList:
    begun = SourceList(
        chat_id=context.reader.chat_id,
        token=_token(context),
        state="gathering",
        message=f"u{context.reply.update}",
        language=context.reader.language,
        bare=bare,
    )
    return await context.store.source_lists.put(begun, text, running.gather)


def _token(context: Context) -> str:
    return hashlib.sha256(context.reply.update.encode()).hexdigest()[:12]


async def check_lists(store: Store, running: Deployment, stop: asyncio.Event) -> None:
    """Look at one name of each list after the other until ``stop``, at the previews' pace."""
    while not stop.is_set():
        busy = False
        try:
            for chat in await store.source_lists.under_way():
                step = await _in_turn(store, running, chat)
                busy |= step != "idle"
                if step == "looked" and await until(stop, random.uniform(*running.pause)):
                    return
        except StoreUnavailable as error:
            log.warning("store unavailable", stage="source lists", error=type(error).__name__)
        if not busy:
            await tick(stop, LIST_IDLE_S)


async def _in_turn(store: Store, running: Deployment, chat: int) -> ListStep:
    """One step of a list, unless another process does it."""
    turn = store.source_lists.turn(chat)
    if not await turn.hold():
        return "idle"
    try:
        return await _step(store, running, chat)
    finally:
        await turn.drop()


async def _step(store: Store, running: Deployment, chat: int) -> ListStep:
    """Gather a list, look at its next name, or ask."""
    lists = store.source_lists
    known, pieces = await lists.get(chat), await lists.pieces(chat)
    if known is None or chat not in await store.owners.all():
        await lists.end(chat, "cancelled")
    elif known.state not in UNDER_WAY and not (pieces and known.state == "asked"):
        await lists.end(chat, "added" if known.state == "added" else "cancelled")
    elif await lists.is_open(chat) or known.rests_until > (await store.now()).timestamp():
        return "idle"
    elif pieces:
        await _take(store, known, pieces)
    elif (name := await lists.next(chat)) is None:
        await _ask(store, known)
    else:
        return await _look(store, running, known, name)
    return "done"


async def _take(store: Store, known: SourceList, pieces: Sequence[str]) -> None:
    """Read the names of all messages that came, as one text."""
    found = read_pasted(join_pieces(pieces), bare=known.bare)
    room = MAX_HANDLES - sum(await store.source_lists.sizes(known.chat_id))
    fields: dict[str, str | int] = {
        "more": int(known.more or found.more or len(found.handles) > room),
        "private": known.private + len(found.private),
        "garbage": " ".join((known.garbage, *found.garbage)).strip()[:_GARBAGE],
        "drawn": -1,
    }
    names = found.handles[: max(0, room)]
    await store.source_lists.take(known.chat_id, len(pieces), names, fields)
    log.info("source list", names=len(names), messages=len(pieces))
    await _draw(store, known.chat_id)


async def _look(store: Store, running: Deployment, known: SourceList, name: str) -> ListStep:
    lists, chat = store.source_lists, known.chat_id
    ref = await store.channels.resolve(f"@{name}")
    if ref and await store.sources.has(ref):
        await lists.note_looked(chat, name, Looked("known", name))
        await _draw(store, chat)
        return "done"
    try:
        looked = await _outcome(store, running, name)
    except Blocked as error:
        await _rest(store, known, error.retry_after, failures=0)
    except PageUnreachable:
        await _missed(store, known, name)
    else:
        await lists.note_looked(chat, name, looked)
        if known.failures:
            await lists.note(chat, {"failures": 0, "rests_until": 0})
        await _draw(store, chat)
    return "looked"


async def _outcome(store: Store, running: Deployment, name: str) -> Looked:
    try:
        look = await running.look(name)
    except (Blocked, PageUnreachable):
        raise
    except SourceError as error:
        return Looked(_OUTCOMES.get(state_of(error), "unreachable"), name)
    except Exception as error:  # one page that cannot be read must not hold up the others
        log.error("preview failed", channel=name, error=type(error).__name__, exc_info=True)
        return Looked("unreachable", name)
    if await store.subscriptions.is_target(look.number):
        return Looked("loop", look.handle)
    posts = look.weekly if look.pace is None else round(look.pace)
    cost = round(posts * reading_cost(running, look))
    return Looked("ok", look.handle, look.number, posts, cost)


async def _missed(store: Store, known: SourceList, name: str) -> None:
    """A page that did not come is asked for again, later; when none comes, no more."""
    lists, chat = store.source_lists, known.chat_id
    tries, failures = await lists.put_back(chat, name), known.failures + 1
    gone = await lists.left(chat) if failures >= MOST_FAILURES else []
    for each in gone or ([name] if tries >= MOST_TRIES else []):
        await lists.note_looked(chat, each, Looked("unreachable", each))
    rest = backoff(failures, FIRST_REST, LONGEST_REST) if len(gone) == 0 else 0.0
    await _rest(store, known, rest, failures=failures)


async def _rest(store: Store, known: SourceList, seconds: float, *, failures: int) -> None:
    """Look at nothing for so long."""
    until_ = int((await store.now()).timestamp() + seconds)
    fields = {"rests_until": until_, "failures": failures, "drawn": -1}
    await store.source_lists.note(known.chat_id, fields)
    await _draw(store, known.chat_id, rests=round(seconds))


async def _draw(store: Store, chat: int, *, rests: int = 0) -> None:
    """Show how far it is, a few dozen times in all, while it is under way."""
    lists = store.source_lists
    known = await lists.get(chat)
    done, left = await lists.sizes(chat)
    step = max(1, (done + left) // _DRAWN)
    if known is None or known.state not in UNDER_WAY or done // step == known.drawn:
        return
    language = language_of(known.language)
    counts = Counter[NameOutcome](each.outcome for each in await lists.looked(chat))
    long = rests if rests > LONGEST_REST else 0
    screen = list_progress_screen(counts, left, known.token, language, rests=long)
    if await _redraw(store, known, f"{done}:{left}:{rests}", screen):
        await lists.note(chat, {"drawn": done // step})


async def _redraw(store: Store, known: SourceList, mark: str, screen: Screen) -> bool:
    """Change the message that shows the list; False before it is sent."""
    message = (await store.outbox.state(known.message)).get("message_id")
    if not message:
        return False
    name = f"list:{known.token}:{mark}"
    drawing = Delivery(id=name, chat_id=known.chat_id, screen=screen, redraws=int(message))
    await store.outbox.redraw(drawing, int(message))
    return True


async def _ask(store: Store, known: SourceList) -> None:
    """Tell what was found in a message of its own, which rings, and end."""
    language, chat = language_of(known.language), known.chat_id
    found = await store.source_lists.looked(chat)
    screen = list_found_screen(found, known, language)
    table = Delivery(id=f"list:{known.token}:found:{len(found)}", chat_id=chat, screen=screen)
    await store.outbox.enqueue([table])
    d, number = owner_messages(language), messages(language).words.number
    over = sources_line(d.list_checked.format(count=number(len(found))), language)
    await _redraw(store, known, f"over:{len(found)}", over)
    await store.source_lists.end(chat, "asked")


async def answer_list(_: CallbackQuery, pressed: Press, context: Context) -> None:
    """Add all that can be read, or drop the list."""
    store, language = context.store, context.reader.language
    await context.reply.toast()
    known = await store.source_lists.get(context.reader.chat_id)
    d = owner_messages(language)
    text = d.list_over
    if known and known.token == pressed.subject:
        if pressed.act == "droplist" and known.state in {*UNDER_WAY, "asked", "cancelled"}:
            await drop_list(store, known)
            text = d.list_cancelled
        elif pressed.act == "addlist" and known.state in {"asked", "added"}:
            count = await _add_all(store, known.chat_id)
            text = d.list_added.format(channels=messages(language).channels(count))
    await context.reply.show(sources_line(text, language))


async def _add_all(store: Store, chat: int) -> int:
    """Watch all that can be read, but for what was added meanwhile; how many there are."""
    found = await store.source_lists.looked(chat)
    good = [each for each in found if each.outcome == "ok"]
    for each in good:
        known = await store.channels.resolve(f"@{each.handle}")
        if known is None or not await store.sources.has(known):
            await store.sources.add(each.handle, each.number)
    await store.suggestions.decided(each.handle for each in found)
    await store.source_lists.end(chat, "added")
    return len(good)


async def drop_list(store: Store, known: SourceList) -> None:
    """Add nothing; of a list that was looked at as a whole that is an owner's decision."""
    if known.state == "asked":
        found = await store.source_lists.looked(known.chat_id)
        await store.suggestions.decided(each.handle for each in found)
    await store.source_lists.end(known.chat_id, "cancelled")


async def cancel(_: Message, context: Context) -> None:
    """/cancel: the list under way, or the one that waits for an answer."""
    store, language = context.store, context.reader.language
    known = await store.source_lists.get(context.reader.chat_id)
    d = owner_messages(language)
    if known is None or known.state not in {*UNDER_WAY, "asked"}:
        await context.reply.send(sources_line(d.nothing_to_cancel, language))
        return
    await drop_list(store, known)
    over = sources_line(d.list_cancelled, language)
    await _redraw(store, known, "cancelled", over)
    await context.reply.send(over)


def pieces_router() -> Router:
    """The route of a list's further messages: before whatever else they may look like."""
    found = Router(name="source-list-pieces")
    found.message.register(take_piece, F.text, more_of_list)
    return found


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="source-list")
    found.message.register(cancel, Asks("cancel"), FromOwner(), F.chat.type == "private")
    acts = frozenset({"addlist", "droplist"})
    found.callback_query.register(answer_list, Pressed(acts), FromOwner())
    return found

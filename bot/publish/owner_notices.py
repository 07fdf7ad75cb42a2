"""What owners are told: notes of a source, of the model, of an emptied store; what it costs."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta

from bot.i18n import messages, owner_messages
from bot.model import Delivery, Language, Screen, utc_now
from bot.model.shutdown import Shutdown
from bot.model.spend import REPORT_DAYS, CostReport, summed
from bot.screens.rich_text import inert
from bot.store import Store

MOST_NAMED = 60
"""Channels that one note names."""

MOST_STATES = 10
"""Notes of a UTC day about channels that cannot be read, or can again."""


async def tell_of_model(store: Store, language: Language, what: str, reason: str) -> None:
    """Send each owner one note a day about a trouble with the model."""
    text = messages(language).model_troubles[what].format(reason=reason)
    await _tell(store, f"model:{what}:{utc_now():%Y%m%d}", text)


async def tell_of_shutdown(store: Store, language: Language, shutdown: Shutdown) -> None:
    """Send each owner one note when the end of a model has come as near as that."""
    d, day = owner_messages(language), messages(language).words.day(shutdown.on)
    text = d.model_ends.format(model=shutdown.model, day=day, days=shutdown.days)
    if shutdown.successor:
        text += "\n" + d.model_ends_successor.format(successor=shutdown.successor)
    await _tell(store, f"shutdown:{shutdown.model}:{shutdown.on}:{shutdown.notice}", text)


async def tell_owners(
    store: Store, handle: str, state: str, reason: str, language: Language = "en"
) -> None:
    """Send each owner one note about a channel's new state; of many in a day, that there are."""
    said, now = messages(language), utc_now()
    text = said.source_states[state].format(channel=f"@{handle}", reason=reason)
    mark = reason.rpartition(" ")[2] if state == "renamed" else f"{now:%Y%m%d%H%M}"
    name = f"source:{handle.casefold()}:{state}:{mark}"
    for owner in await store.owners.all():
        alone = state == "renamed" or await store.forwards.allowed(
            "source", owner, now.date(), name, MOST_STATES
        )
        if alone:
            await _send(store, name, text, [owner])
        else:
            await _send(store, f"source:more:{now:%Y%m%d}", said.source_states_more, [owner])


async def tell_of_accepted(store: Store) -> None:
    """List to each owner, once, the channels that only an upgrade has made sources."""
    refs, owners = await store.sources.accepted_before(), await store.owners.all()
    if not refs or not owners:
        return
    names = sorted([(await store.sources.get(ref)).name for ref in refs])
    more = [f"+{len(names) - MOST_NAMED}"] if len(names) > MOST_NAMED else []
    listed = inert(", ".join([*names[:MOST_NAMED], *more]))
    notes = list[Delivery]()
    for owner in sorted(owners):
        said = owner_messages(await owner_language(store, owner)).accepted_before
        screen = Screen(text=said.format(channels=listed))
        notes.append(Delivery(id=f"accepted:{owner}", chat_id=owner, screen=screen))
    await store.outbox.enqueue(notes)
    await store.sources.told_of(refs)


async def owner_language(store: Store, owner: int) -> Language:
    """The language of an owner's screens, also of one who is no reader."""
    known = await store.subscriptions.get(owner)
    return known.language if known else await store.owners.spoken(owner)


async def tell_of_emptied(
    store: Store, language: Language, name: str, owners: Iterable[int]
) -> None:
    """Send each of these owners one note that the store was empty when it got this name."""
    d = owner_messages(language)
    text = d.store_emptied if store.owners.named else f"{d.store_emptied}\n{d.store_ownerless}"
    await _send(store, f"emptied:{name}", text, owners)


async def _tell(store: Store, mark: str, text: str) -> None:
    await _send(store, mark, text, await store.owners.all())


async def _send(store: Store, mark: str, text: str, owners: Iterable[int]) -> None:
    await store.outbox.enqueue(
        [
            Delivery(id=f"{mark}:{owner}", chat_id=owner, screen=Screen(text=text))
            for owner in sorted(owners)
        ]
    )


async def cost_report(
    store: Store, today: date, cap: float, *, readers_share: float = 0.0
) -> CostReport:
    """The last 30 UTC days; ``cap`` in dollars, of which readers' forwards have a share."""
    dates = [today - timedelta(days=back) for back in reversed(range(REPORT_DAYS))]
    days = await store.usage.spends(dates)
    refs = [ref for ref in summed(days)["source"] if ref]
    names = await asyncio.gather(*(_channel_name(store, ref) for ref in refs))
    budget = await store.usage.budgeted(today)
    channels = dict(zip(refs, names, strict=True))
    readers, most = await store.usage.spent_by_readers(today), round(cap * 1_000_000)
    return CostReport(days, budget, most, channels, readers, round(most * readers_share))


async def _channel_name(store: Store, ref: str) -> str:
    state = await store.channels.state(ref)
    handle = state.get("handle")
    return f"@{handle}" if handle else state.get("title") or ref

"""Notes to the owners: changes of a source, troubles of the model daily, its end ahead of it."""

from bot.config import Settings
from bot.model import Delivery, Screen, utc_now
from bot.model.shutdown import Shutdown
from bot.phrases import desk, phrases
from bot.store import Store


async def tell_of_model(settings: Settings, store: Store, what: str, reason: str) -> None:
    """Send each owner one note a day about a trouble with the model."""
    text = phrases(settings.languages[0]).model_troubles[what].format(reason=reason)
    mark = f"model:{what}:{utc_now():%Y%m%d}"
    await _tell_each(settings, store, mark, text)


async def tell_of_shutdown(settings: Settings, store: Store, shutdown: Shutdown) -> None:
    """Send each owner one note when the end of a model has come as near as that."""
    language = settings.languages[0]
    d, day = desk(language), phrases(language).words.day(shutdown.on)
    text = d.model_ends.format(model=shutdown.model, day=day, days=shutdown.days)
    if shutdown.successor:
        text += "\n" + d.model_ends_successor.format(successor=shutdown.successor)
    mark = f"shutdown:{shutdown.model}:{shutdown.on}:{shutdown.notice}"
    await _tell_each(settings, store, mark, text)


async def tell_owners(
    settings: Settings, store: Store, handle: str, state: str, reason: str
) -> None:
    """Send each owner one note about a channel's new state."""
    p = phrases(settings.languages[0])
    text = p.source_states[state].format(channel=f"@{handle}", reason=reason)
    mark = f"source:{handle.casefold()}:{state}:{utc_now():%Y%m%d%H%M}"
    await _tell_each(settings, store, mark, text)


async def _tell_each(settings: Settings, store: Store, mark: str, text: str) -> None:
    """One delivery for each owner, which a mark used before does not repeat."""
    await store.outbox.enqueue(
        [
            Delivery(id=f"{mark}:{owner}", chat_id=owner, screen=Screen(text=text))
            for owner in settings.admin_ids
        ]
    )

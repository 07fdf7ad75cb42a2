"""Notes to the owners: what changed with a source, once per change; with the model, daily."""

from bot.config import Settings
from bot.model import Delivery, Screen, utc_now
from bot.phrases import phrases
from bot.store import Store


async def tell_of_model(settings: Settings, store: Store, what: str, reason: str) -> None:
    """Send each owner one note a day about a trouble with the model."""
    text = phrases(settings.languages[0]).model_troubles[what].format(reason=reason)
    mark = f"model:{what}:{utc_now():%Y%m%d}"
    await store.outbox.enqueue(
        [
            Delivery(id=f"{mark}:{owner}", chat_id=owner, screen=Screen(text=text))
            for owner in settings.admin_ids
        ]
    )


async def tell_owners(
    settings: Settings, store: Store, handle: str, state: str, reason: str
) -> None:
    """Send each owner one note about a channel's new state."""
    p = phrases(settings.languages[0])
    text = p.source_states[state].format(channel=f"@{handle}", reason=reason)
    mark = f"source:{handle.casefold()}:{state}:{utc_now():%Y%m%d%H%M}"
    await store.outbox.enqueue(
        [
            Delivery(id=f"{mark}:{owner}", chat_id=owner, screen=Screen(text=text))
            for owner in settings.admin_ids
        ]
    )

"""Which store this is: a random name in it tells one that was emptied or exchanged."""

import secrets
from datetime import timedelta
from typing import NamedTuple

from bot.store import keys
from bot.store.keys import owner as owner_keys
from bot.store.scripts import Scripts

STORE_LAYOUT = 1
_NAME_BYTES = 8


class Identity(NamedTuple):
    """The name of a store, how long ago it was given, and the owners that the store knows."""

    name: str
    age: timedelta
    owners: frozenset[int]


async def identify(scripts: Scripts) -> Identity:
    """The identity of the store, which is given a name where it has none."""
    names = [keys.STORE_ID, keys.SCHEMA_VERSION, owner_keys.UPGRADED, owner_keys.OWNERS]
    found = await scripts.texts("identify", names, [secrets.token_hex(_NAME_BYTES), STORE_LAYOUT])
    name, seconds, *owners = found
    return Identity(name, timedelta(seconds=int(seconds)), frozenset(map(int, owners)))

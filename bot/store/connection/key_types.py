"""Of which type each key must be, by its name; what its description in ``keys`` says, to ask."""

from bot.store.keys import PREFIX

_NAMES = {
    "stream": "stream",
    "zset": "entries entries:changed entries:topic entries:channel prompts backlog due albums "
    "channels seen line budget:holds lines:changed pages pages:moved papers:due questions:open",
    "set": "subscribers subscribers:topic subscribers:words followers followed story "
    "channels:listed channels:seeded channels:accepted "
    "owners kept casts lists access:admitted access:denied allowance reached missed opened "
    "story:aliases story:group story:apart questions:of",
    "hash": "post import channel subscription saved dislikes delivery throttle album budget usage "
    "introduced shutdown costs owners:code waiting cast thumbs lines updates:parked page "
    "owners:languages suggestions list papers:tries answers",
    "list": "updates:line told",
    "string": "bot backlog:rest schema:version store:id limit writable poller part entry story:of "
    "story:by story:why telling terms channel:alias alert alerts slot lock last reading opening "
    "search file model channels:upgraded forgotten username draft invite shown updates:arrivals "
    "update redraw restoring asked feed story:alias story:under story:follows story:roundups "
    "story:verdict pages:past paper papers:turn question",
}
_PARTS = {
    "cast": {"left": "set"},
    "list": {
        "pieces": "list",
        "left": "list",
        "looked": "hash",
        "open": "string",
        "turn": "string",
    },
}
"""Keys of a thing whose last word says what they hold."""

_TYPES = {name: kind for kind, names in _NAMES.items() for name in names.split()}


def type_of(key: str) -> str:
    """The type as the server's TYPE names it; empty for what is no key of ours."""
    parts = key.removeprefix(PREFIX).split(":")
    if not key.startswith(PREFIX):
        return ""
    if parts[0] == "stream" and parts[-1] == "later":
        return "zset"
    if parts[0] in _PARTS and parts[-1] in _PARTS[parts[0]]:
        return _PARTS[parts[0]][parts[-1]]
    longest = (":".join(parts[:length]) for length in range(min(2, len(parts)), 0, -1))
    return next((_TYPES[name] for name in longest if name in _TYPES), "")

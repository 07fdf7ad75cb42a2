"""What of a backup is of the past: a restored bot sends no message that was on its way then.

It may have arrived since, and who waits for it would not know why it comes now.
"""

import json
from collections.abc import Mapping

from bot.store import keys
from bot.store.backup.lines import Command, KeyLine, name_bytes, scored, stream_items

UNSENT = "not sent before the backup was made"
"""The reason of such a message."""

_UNSETTLED = frozenset({"pending", "sending"})


def settled(line: KeyLine) -> KeyLine:
    """A message that was on its way as one that was given up, so that nobody sends it again."""
    if line.kind.name != "delivery" or not isinstance(line.value, Mapping):
        return line
    if line.value.get("state") not in _UNSETTLED:
        return line
    left = {name: value for name, value in line.value.items() if name != "body"}
    return line._replace(value={**left, "state": "undeliverable", "reason": UNSENT})


def posts_again(line: KeyLine) -> list[Command]:
    """Commands that hand posts of channels to the workers, whatever line they stood in.

    Posts of an album or an edit may come in any order: the newer content wins.
    """
    value = line.value
    if line.type == "stream":
        found = [dict(fields) for _, fields in stream_items(value)]
    else:
        texts = [name for name, _ in scored(value)] if line.type == "zset" else value
        found = [_fields(str(text)) for text in texts]
    return [
        ("XADD", keys.UPDATES, "*", "id", each.get(b"id", b""), "body", each[b"body"], "line", "")
        for each in found
    ]


def _fields(text: str) -> dict[bytes, bytes]:
    words = [name_bytes(str(word)) for word in json.loads(text)]
    return dict(zip(words[::2], words[1::2], strict=True))

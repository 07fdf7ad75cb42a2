"""Numeric channel ids: all routes name a channel by the same bare positive number. Pure."""

# Bot API marks channels and supergroups by -100 before the bare id, as -(10**12 + id).
_MARK = 10**12


def bare_id(chat_id: int) -> str:
    """The bare id of a channel from a Bot API, preview or export id."""
    number = abs(chat_id)
    return str(number - _MARK if chat_id < 0 and number > _MARK else number)


def marked_id(bare: str) -> int:
    """The Bot API id of a channel with that bare id."""
    return -(_MARK + int(bare))

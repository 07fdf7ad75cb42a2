"""Whether a post goes on where another one of its channel ended. Pure.

Telegram cuts a post at 4,096 characters, so authors send the rest as a second one, number the
parts, or reply to their own post.
"""

import re
from datetime import timedelta

from bot.model.post import Post

GAP = timedelta(minutes=3)
"""Longest time between two parts that neither a reply nor their numbers join."""

APART = timedelta(hours=3)
"""Longest time between two numbered parts; later, a digest may have shown the first one."""

FULL = 3_300
"""Characters from which on a post looks cut: the limit less a last paragraph."""

_HEAD, _TAIL = 200, 100  # where an author numbers the parts
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_NUMBER = r"(\d{1,2}|[ivIV]{1,3})"
_PART = re.compile(
    rf"\b(?:часть|part|ч\.)\s*№?\s*{_NUMBER}\b|[(\[]\s*{_NUMBER}\s*(?:/|из|of)\s*\d{{1,2}}\s*[)\]]"
    rf"|(?:^|\n)\s*{_NUMBER}/\d{{1,2}}\s*(?:\n|$)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\W*(?:продолжени[ея]|окончание|continued|cont['’]?d)\b", re.IGNORECASE)
_MIDDLE = re.compile(r"[…,;)–—-]*\s*[a-zа-яё]")  # a sentence that has begun before
_TO_BE = re.compile(
    r"\b(?:продолжение (?:следует|ниже|в следующем)|to be continued)\b|[⬇👇↓]\W*$",
    re.IGNORECASE,
)


def continues(post: Post, before: Post) -> bool:
    """True when ``before`` is the part of its channel that this post goes on from."""
    if post.channel.ref != before.channel.ref or post.message_id <= before.message_id:
        return False
    if post.reply_to in (before.message_id, *before.album):
        return True
    apart = post.published_at - before.published_at
    if not timedelta(0) <= apart <= APART or _is_other_matter(post, before):
        return False
    if apart > GAP:
        return _counted(post, before)
    return len(before.text) > FULL or _numbered(post, before) or _announced(before)


def may_go_on(post: Post) -> bool:
    """True for a post that looks like a further part; cheap, before any part is looked for."""
    part = _part(post)
    return (part is not None and part > 1) or _opens_further(post)


def one_text(post: Post, before: Post) -> bool:
    """True for parts that a reader wants as one: numbered, called a continuation, or cut.

    A mere reply is told of for context, and may be an afterthought about anything.
    """
    if not continues(post, before) or _is_other_matter(post, before):
        return False
    apart = post.published_at - before.published_at
    if apart > APART or not may_go_on(post):
        return False
    cut = apart <= GAP and len(before.text) > FULL and _MIDDLE.match(post.text) is not None
    return cut or _numbered(post, before)


def _is_other_matter(post: Post, before: Post) -> bool:
    """Posts from elsewhere or of the service are no parts, and neither is a new first part."""
    forwarded = [(each.forward.name if each.forward else None) for each in (post, before)]
    return post.service or before.service or forwarded[0] != forwarded[1] or _part(post) == 1


def _opens_further(post: Post) -> bool:
    return bool(_GOES_ON.search(post.text) or _MIDDLE.match(post.text))


def _numbered(post: Post, before: Post) -> bool:
    here, there = _part(post), _part(before)
    if here is not None and here > 1:
        return there is None or there == here - 1
    return _GOES_ON.search(post.text) is not None


def _counted(post: Post, before: Post) -> bool:
    """True where both bear a number and this one is the next."""
    here, there = _part(post), _part(before)
    return here is not None and there == here - 1


def _announced(before: Post) -> bool:
    return _TO_BE.search(before.text[-_TAIL:]) is not None


def _part(post: Post) -> int | None:
    """The number of a part, from the head or the end of its text."""
    for place in (post.text[:_HEAD], post.text[-_TAIL:]):
        if found := _PART.search(place):
            number = next(group for group in found.groups() if group).casefold()
            return int(number) if number.isdigit() else _ROMAN.get(number)
    return None

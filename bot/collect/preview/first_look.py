"""Summarises a channel before it is added: title, posts a week, share of posts without text."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from bot.collect.preview.errors import PageUnreachable
from bot.collect.preview.fetch import Fetcher
from bot.collect.preview.page import PreviewPage
from bot.model import Post, Value

_WEEK = timedelta(days=7)
_PACE = 5  # posts from which a pace is told; fewer are counted as they are
_YOUNG = timedelta(days=2)  # a channel's first posts say nothing of its later ones
_LONG = 4 * _WEEK  # a pace is that of the last weeks


class FirstLook(Value):
    """What the newest page of a public channel says.

    ``number`` is the bare id where the page carries it; ``weekly`` the posts of the last seven
    days; ``pace`` those to expect in a week, None where it is too early to say; ``no_text`` the
    share of posts without words; ``sample`` the posts of the page.
    """

    handle: str
    title: str
    number: str = ""
    newest: AwareDatetime | None = None
    weekly: int = 0
    pace: float | None = None
    no_text: float = 0.0
    sample: tuple[Post, ...] = ()


LookAt = Callable[[str], Awaitable[FirstLook]]
"""Looks at a handle; raises a SourceError that says why it cannot be read."""


async def first_look(fetcher: Fetcher, now: Callable[[], datetime], handle: str) -> FirstLook:
    """Fetch the newest page of a channel and judge it; raises a SourceError."""
    fetched = await fetcher.get_page(handle)
    if fetched is None:
        raise PageUnreachable(handle, "no page")
    return summarize_page(handle, fetched.page, now())


async def no_previews(handle: str) -> FirstLook:
    """For a bot that reads no previews."""
    raise PageUnreachable(handle, "previews are not read here")


def summarize_page(handle: str, page: PreviewPage, now: datetime) -> FirstLook:
    """What a page says of its channel."""
    posts = [post for post in page.posts if not post.service]
    moments = sorted(post.published_at for post in posts)
    refs = (post.channel.ref for post in page.posts)
    return FirstLook(
        handle=(page.channel and page.channel.handle) or handle,
        title=page.channel.title if page.channel else "",
        number=next((ref for ref in refs if ref.isdecimal()), ""),
        newest=max((post.published_at for post in posts), default=None),
        weekly=_weekly(moments, now, whole=page.before is None),
        pace=_pace(moments, now, whole=page.before is None),
        no_text=sum(not post.text.strip() for post in posts) / max(len(posts), 1),
        sample=tuple(posts),
    )


def _weekly(moments: list[datetime], now: datetime, *, whole: bool) -> int:
    """Posts of the last week; where the page is younger than that, as its pace makes, if known.

    ``whole``: the page has all posts of the channel.
    """
    recent = [moment for moment in moments if now - moment <= _WEEK]
    if whole or len(recent) < _PACE or moments[0] < now - _WEEK:
        return len(recent)
    span = max(now - moments[0], timedelta(hours=1))
    return max(len(recent), round(len(recent) * (_WEEK / span)))


def _pace(moments: list[datetime], now: datetime, *, whole: bool) -> float | None:
    """Posts a week, by the last weeks as far as the page goes back."""
    if not moments:
        return None
    age = now - moments[0]
    if whole and (age < _YOUNG or (age < _WEEK and len(moments) < _PACE)):
        return None
    span = min(max(age, timedelta(hours=1)), _LONG)
    return sum(now - moment <= span for moment in moments) * (_WEEK / span)

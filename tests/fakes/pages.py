"""Preview pages of invented channels, made of invented posts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Written:
    """One invented post: its number, its text as HTML (escape what is not markup), its time.

    ``photos`` are the ids of an album's items, the post's own first; ``edited`` shows the mark.
    ``views`` is a count as pages round it, ``reactions`` are elements of ``reaction``.
    """

    number: int
    html: str
    at: datetime
    photos: tuple[int, ...] = ()
    edited: bool = False
    views: str = ""
    reactions: str = ""


def reaction(count: str, emoji: str = "👍", *, kind: str = "emoji") -> str:
    """A reaction: ``emoji`` as a picture, ``custom`` without any character, ``paid`` by stars."""
    inner = {
        "emoji": f'<i class="emoji" style="background-image:url(x)"><b>{emoji}</b></i>',
        "custom": '<tg-emoji emoji-id="5368324170671202286"></tg-emoji>',
        "paid": '<i class="icon icon-telegram-stars"></i>',
    }[kind]
    paid = " tgme_reaction_paid" if kind == "paid" else ""
    return f'<span class="tgme_reaction{paid}">{inner}{count}</span>'


def written(number: int, html: str = "", *, hours_ago: float = 1, at: datetime = NOON) -> Written:
    """A post some hours before ``at``."""
    text = html or f"Invented post number {number} about nothing in particular, at some length."
    return Written(number, text, at - timedelta(hours=hours_ago))


def page(
    handle: str,
    posts: Sequence[Written],
    *,
    channel_id: int | None = 1_234_567,
    title: str = "Invented channel",
    older: bool = False,
) -> str:
    """A page as t.me/s shows it; without ``channel_id`` the blocks do not carry it."""
    blocks = "".join(_block(handle, post, channel_id) for post in posts)
    cursor = min((post.number for post in posts), default=1)
    more = f'<a class="tme_messages_more" data-before="{cursor}" href="?before={cursor}"></a>'
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><header>'
        f'<div class="tgme_channel_info_header_title"><span>{escape(title)}</span></div>'
        f'<div class="tgme_channel_info_header_username"><a>@{handle}</a></div></header>'
        f'<section class="tgme_channel_history js-message_history">{more if older else ""}'
        f"{blocks}</section></body></html>"
    )


def history(
    handle: str, posts: Sequence[Written], *, channel_id: int | None = 1_234_567, length: int = 20
) -> dict[tuple[str, int | None], str]:
    """All pages of a channel with these posts (oldest first), by handle and ``before``."""
    found: dict[tuple[str, int | None], str] = {}
    before: int | None = None
    for end in range(len(posts), 0, -length):
        shown = posts[max(0, end - length) : end]
        older = end > length
        found[handle.lower(), before] = page(handle, shown, channel_id=channel_id, older=older)
        before = shown[0].number
    return found


def _block(handle: str, post: Written, channel_id: int | None) -> str:
    view = f' data-view="{_view(channel_id, post.number)}"' if channel_id else ""
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message js-widget_message" data-post="{handle}/{post.number}"'
        f"{view}>{_photos(handle, post)}"
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{post.html}'
        f'</div>{_reactions(post)}<div class="tgme_widget_message_footer">{_views(post)}'
        '<span class="tgme_widget_message_meta">'
        f'{"edited " if post.edited else ""}<a class="tgme_widget_message_date" href="https://t.me/{handle}/{post.number}">'
        f'<time datetime="{post.at.isoformat()}">12:00</time></a></span></div></div></div>'
    )


def _photos(handle: str, post: Written) -> str:
    items = "".join(
        '<a class="tgme_widget_message_photo_wrap grouped_media_wrap js-message_photo" '
        f'href="https://t.me/{handle}/{number}?single" style="background-image:url(x)"></a>'
        for number in post.photos
    )
    return f'<div class="tgme_widget_message_grouped_wrap">{items}</div>' if items else ""


def _views(post: Written) -> str:
    return f'<span class="tgme_widget_message_views">{post.views}</span>' if post.views else ""


def _reactions(post: Written) -> str:
    if not post.reactions:
        return ""
    return (
        f'<div class="tgme_widget_message_reactions js-message_reactions">{post.reactions}</div>'
    )


def _view(channel_id: int, number: int) -> str:
    body = json.dumps({"c": -channel_id, "p": number, "t": 1, "h": "0"}).encode()
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()

"""The part of a series that a post goes on from, among the posts of its channel."""

from collections.abc import AsyncIterator

from bot.model import Post
from bot.model.series import APART, GAP, continues, may_go_on
from bot.store.entries import Entries
from bot.store.posts import Posts

MOST = 40
"""Posts of some hours that are looked at for the part before a numbered one."""


async def part_before(posts: Posts, entries: Entries, post: Post) -> Post | None:
    """The part before: what the post replies to, else one shortly before it in its channel."""
    async for before in _near(posts, entries, post):
        if before is not None and continues(post, before):
            return before
    return None


async def _near(posts: Posts, entries: Entries, post: Post) -> AsyncIterator[Post | None]:
    """Posts that may be it: for most only the one right before, as far as is known."""
    ref, at, further = post.channel.ref, post.published_at, may_go_on(post)
    if post.reply_to:
        yield await posts.get(f"{ref}/{post.reply_to}")
    waits = await posts.get(f"{ref}/{post.message_id - 1}")
    yield waits
    if waits and not further:
        return
    known = await entries.of_channel(ref, at - (APART if further else GAP), at)
    earlier = [key for key in known if int(key.rpartition("/")[2]) < post.message_id]
    for key in earlier[: -MOST - 1 : -1] if further else earlier[-1:]:
        yield await posts.get(key)

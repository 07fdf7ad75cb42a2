"""The part of a series that a post goes on from, among the posts of its channel."""

from bot.model import Post
from bot.model.series import APART, GAP, continues, may_go_on
from bot.store.content.posts import Posts

_MOST = 40
"""Posts of some hours that are looked at for the part before a numbered one."""


async def part_before(posts: Posts, post: Post) -> Post | None:
    """The part before: what the post replies to, else one shortly before it in its channel."""
    if post.reply_to:
        before = await posts.get(f"{post.channel.ref}/{post.reply_to}")
        if before is not None and continues(post, before):
            return before
    further = may_go_on(post)  # for most only the one right before may be it
    near = posts.near(post, APART, _MOST) if further else posts.near(post, GAP)
    for before in await near:
        if before is not None and continues(post, before):
            return before
    return None

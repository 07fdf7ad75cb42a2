"""A reader's own feed: its screen, an address made at a tap, its end."""

from bot.export.feed import FEED_ENDINGS, own_feed_path
from bot.i18n import panel_messages
from bot.model import Screen
from bot.screens.callbacks.settings import OwnFeed
from bot.screens.settings_screens import feed_screen
from bot.telegram.replies.reply import Context, TapResult


def has_feeds(context: Context) -> bool:
    """True where this reader may have one: in a private chat of a bot that serves an archive."""
    return bool(context.web_url) and context.reader.chat_id > 0


async def feed_view(context: Context) -> Screen | None:
    """Whether there is one, and what may be done; ``None`` where there are no feeds."""
    if not has_feeds(context):
        return None
    return feed_screen(context.reader, await context.store.feeds.exists(context.reader.chat_id))


async def change_feed(context: Context, wanted: OwnFeed) -> TapResult | None:
    """Make an address of it, in place of any before, or end it; ``None`` as above."""
    reader, feeds = context.reader, context.store.feeds
    if not has_feeds(context):
        return None
    if wanted.act == "end":
        await feeds.end(reader.chat_id)
        said = panel_messages(reader.language).feed_ended
        return TapResult(feed_screen(reader, has_one=False), said)
    if await context.store.subscriptions.get(reader.chat_id) is None:
        await context.store.subscriptions.save(reader, None)
    secret = await feeds.make(reader.chat_id, context.reply.update)
    addresses = [f"{context.web_url}/{own_feed_path(secret, kind)}" for kind in FEED_ENDINGS]
    return TapResult(feed_screen(reader, has_one=True, addresses=addresses))

"""Readings by an older prompt or without a model, made anew: what it takes, and the order."""

from contextlib import AsyncExitStack
from datetime import datetime, timedelta

from bot import config
from bot.app.run import analyst_for
from bot.config import Settings
from bot.errors import CommandError
from bot.extract.backfill import outdated_entries
from bot.extract.budget import pricing
from bot.extract.budget.pricing import Estimate
from bot.extract.worker import REREAD_SHARE
from bot.model import utc_now
from bot.store import open_store
from bot.terminal.show import out

NO_MODEL = "reanalyse: needs a model: set OPENAI_API_KEY or OPENAI_BASE_URL, and a daily budget"


async def reanalyse(since: datetime | None, *, dry_run: bool) -> None:
    """Put what an older prompt or no model has read since then in the backlog of a running bot."""
    settings, now = config.load(), utc_now()
    start = since or now - timedelta(days=settings.retention_days)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings))
        models = (await analyst_for(settings, store, stack)).models
        if models is None:
            raise CommandError(NO_MODEL)
        posts, total = dict[str, datetime](), pricing.NOTHING
        async for entry in outdated_entries(store, models.prompt_id, start, now):
            posts[entry.key] = entry.post.published_at
            total += pricing.usual(models.price, entry.post)
        out.print(described(total, settings))
        if posts and not dry_run:
            added = await store.backlog.add(posts)
            out.print(f"{added:,} put in the backlog: read when nothing else waits, newest first")


def described(total: Estimate, settings: Settings) -> str:
    """Posts, tokens and dollars, and the days that the budget makes of them."""
    if not total.posts:
        return "nothing to read again"
    share = settings.daily_budget_usd * REREAD_SHARE
    days = max(1, -(-total.cost // max(1, round(share * 1_000_000))))
    return (
        f"{total.posts:,} posts to read again: about {total.read:,} tokens read, "
        f"{total.written:,} written, ${total.cost / 1_000_000:.2f} with {settings.openai_model}; "
        f"at most ${share:.2f} a day, so {days:,} day{'s' if days > 1 else ''} or more"
    )

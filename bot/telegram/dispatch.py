"""Builds the dispatcher: middlewares and all handlers, in the order in which they are tried."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware, Dispatcher, F
from aiogram.types import CallbackQuery, TelegramObject

from bot.i18n import panel_messages
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.store.errors import ReadModelError
from bot.telegram.handlers import (
    alert_taps,
    ask,
    broadcast,
    digest,
    feedback,
    following,
    forward,
    inline,
    owner,
    privacy,
    saved,
    search,
    settings,
    start,
    story_identity,
    subscribe,
    taps,
    topic,
)
from bot.telegram.handlers.chats import group_commands, group_settings, membership
from bot.telegram.handlers.registry import source_file, source_list, sources, suggestions
from bot.telegram.middleware import access, owners
from bot.telegram.middleware.readers import ContextMiddleware
from bot.telegram.middleware.typing import TypingMiddleware
from bot.telegram.receive.channel_posts import COLLECTED, Collector
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context
from bot.telegram.words import answers

log = structlog.get_logger()


class _WithoutPosts(BaseMiddleware):
    """Says so where the file of all posts cannot be used: asked again, it might be."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        try:
            return await handler(event, data)
        except ReadModelError as error:
            log.warning("read model unavailable", reason=str(error))
            context: Context = data["context"]
            text = panel_messages(context.reader.language).posts_unavailable
            if isinstance(event, CallbackQuery):
                return await context.reply.toast(text)
            return await context.reply.send(plain_view(context.reader, text))


def dispatcher(
    store: Store,
    collector: Collector,
    clock: Clock | None = None,
    running: Deployment = Deployment(),  # noqa: B008 - frozen
) -> Dispatcher:
    """The dispatcher with all routers; handlers name what they need: context, bot, owners, …"""
    found = Dispatcher(disable_fsm=True, store=store, collector=collector)
    found["running"] = running
    for observer in (found.message, found.callback_query, found.inline_query):
        observer.outer_middleware(owners.OwnersMiddleware())
    found.my_chat_member.outer_middleware(owners.OwnersMiddleware())
    clock = clock or store.now
    for observer in (found.message, found.callback_query):
        observer.outer_middleware(ContextMiddleware(clock))
        observer.outer_middleware(owners.ClaimMiddleware())
        observer.outer_middleware(access.AccessMiddleware())
        observer.outer_middleware(_WithoutPosts())
    for outer in (ContextMiddleware(clock), access.AccessMiddleware()):
        found.inline_query.outer_middleware(outer)
    found.message.outer_middleware(TypingMiddleware())
    found.include_routers(forward.router(), membership.router(), inline.router())
    found.include_routers(source_list.pieces_router(), ask.replies_router())
    found.include_router(answers.links_router())
    for routes in (group_commands, group_settings, alert_taps):
        found.include_router(routes.router())
    for desk in (access, owner, broadcast, suggestions, source_list, source_file, sources):
        found.include_router(desk.router())
    found.include_router(story_identity.router())
    found.include_routers(owner.refusals(), feedback.router(), taps.router())
    own = (start, subscribe, digest, topic, search, ask, following, saved, settings, privacy)
    for behaviour in own:
        commands = behaviour.router()
        commands.message.filter(F.text)  # a command in a caption is somebody else's text
        found.include_router(commands)
    found.include_router(answers.last_router())
    return found


def wanted_updates(found: Dispatcher) -> list[str]:
    """Kinds of updates to ask the server for."""
    return sorted({*found.resolve_used_update_types(), *COLLECTED})

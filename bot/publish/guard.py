"""One reader's failure must not keep back what comes to the others."""

from collections.abc import Awaitable

import structlog

from bot.store.errors import ReadModelError, StoreUnavailable

log = structlog.get_logger()


async def guarded(chat: int, work: Awaitable[bool], failure: str) -> bool:
    """What comes of the work for one chat; False where it fails, which is logged by that name.

    What keeps everybody waiting is raised: ``StoreUnavailable``, ``ReadModelError``.
    """
    try:
        return await work
    except (StoreUnavailable, ReadModelError):
        raise
    except Exception as error:  # the loop's edge: the next reader's turn comes all the same
        log.error(failure, chat=chat, error=type(error).__name__, exc_info=True)
        return False

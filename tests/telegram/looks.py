"""Channels looked at without a network: found, closed, private, away."""

from datetime import timedelta

from bot.collect.preview.errors import NoPreview, NotAChannel, NotFound, PageUnreachable
from bot.collect.preview.first_look import FirstLook
from bot.telegram.replies.deployment import Deployment
from tests.fakes.entries import NOON, make_post

FOUND = {"demo_lab": "1234567", "demo_two": "1234568", "demo_new": "1234569"}


AT_ONCE = timedelta(milliseconds=1)
LATER = timedelta(hours=1)
"""Until a test says that no further message of a list comes."""


class Looks:
    """Answers by handle; remembers who was looked at."""

    def __init__(self) -> None:
        self.asked = list[str]()

    async def __call__(self, handle: str) -> FirstLook:
        self.asked.append(handle)
        if handle == "demo_closed":
            raise NoPreview(handle)
        if handle == "demo_group":
            raise NotAChannel(handle, "group")
        if handle == "demo_away":
            raise PageUnreachable(handle, "no page")
        if handle not in FOUND:
            raise NotFound(handle)
        return FirstLook(
            handle=handle,
            title="Invented lab",
            number=FOUND[handle],
            newest=NOON - timedelta(hours=3),
            weekly=12,
            pace=12.0,
            no_text=0.31,
            sample=(make_post(handle),),
        )


def running(looks: Looks) -> Deployment:
    """A bot that looks at channels this way."""
    return Deployment(look=looks, gather=AT_ONCE, pause=(0.0, 0.0))

"""A digest where many read it: no button of anybody's own, one that opens it in the bot. Pure."""

from bot.model import Button, Screen
from bot.phrases import phrases
from bot.publish.edition import Edition
from bot.publish.links import deep_link, digest_name


def in_public(made: Edition, username: str | None) -> tuple[Screen, ...]:
    """All pages; without a ``username`` the last one leads nowhere, either."""
    *others, last = (page.model_copy(update={"buttons": ()}) for page in made.pages)
    opened = _opened(made, username)
    rows = ((opened,),) if opened else ()
    return (*others, last.model_copy(update={"buttons": rows}))


def _opened(made: Edition, username: str | None) -> Button | None:
    """The button that opens the same digest in the bot; a quiet day has nothing more to show."""
    if username is None or not made.digest.sections:
        return None
    text = phrases(made.digest.language).open_bot_button
    return Button(text=text, url=deep_link(username, digest_name(made.digest.period)))

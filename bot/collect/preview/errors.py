"""Failures of public previews; each text names the channel and the remedy.

SourceError
├── NoPreview      the channel exists, its preview is closed
├── HiddenChannel  the channel exists, Telegram hides it from the web
├── NotAChannel    a group, a person or a bot
├── NotFound       nobody has this name
├── TakenOver      the name leads to another channel than before
├── LayoutChanged  a page that is not read: nothing is stored, no cursor moves
├── Blocked        asked to wait: ``retry_after`` in seconds
└── Unreachable    network, time, size, a redirect elsewhere: try later
"""


class SourceError(Exception):
    """A channel that could not be read; ``handle`` is its name without @."""

    def __init__(self, handle: str, text: str) -> None:
        super().__init__(f"@{handle}: {text}")
        self.handle = handle


class NoPreview(SourceError):
    """The channel exists, but shows no preview."""

    def __init__(self, handle: str) -> None:
        super().__init__(
            handle,
            "the channel has no public preview: make the bot its admin or import an export",
        )


class HiddenChannel(SourceError):
    """The channel exists, but Telegram shows it to nobody on the web, whatever its owner sets."""

    def __init__(self, handle: str) -> None:
        super().__init__(
            handle,
            "Telegram hides this channel from the web: make the bot its admin or import an export",
        )


class NotAChannel(SourceError):
    """The name belongs to a group, a person or a bot."""

    def __init__(self, handle: str, what: str) -> None:
        super().__init__(handle, f"this is a {what}, not a channel: give a channel's name")


class NotFound(SourceError):
    """Nobody has this name, or Telegram hides it."""

    def __init__(self, handle: str) -> None:
        super().__init__(handle, "there is no such channel: check the spelling of its name")


class TakenOver(SourceError):
    """The name leads to another channel; ``change`` is ``<known id> → <found id>``."""

    def __init__(self, handle: str, change: str) -> None:
        super().__init__(handle, f"this name leads to another channel now ({change})")
        self.change = change


class LayoutChanged(SourceError):
    """A page came that has neither posts nor the mark that there are none."""

    def __init__(self, handle: str) -> None:
        super().__init__(
            handle,
            "the preview page has an unknown layout: try later, then look for a newer version",
        )


class Blocked(SourceError):
    """The site asks to wait ``retry_after`` seconds, between a minute and a day."""

    def __init__(self, handle: str, status: int, retry_after: float) -> None:
        super().__init__(
            handle, f"the site answered {status}: waiting {retry_after:.0f} s, or set a proxy"
        )
        self.retry_after = retry_after


class PageUnreachable(SourceError):
    """The page could not be had this time."""

    def __init__(self, handle: str, reason: str) -> None:
        super().__init__(
            handle, f"{reason}: check the network, PREVIEW_BASE_URL and the proxy, or try later"
        )

"""Whether the protocol's SDK is there: it is an extra."""

from importlib import import_module

from bot.errors import CommandError


class ExtraMissing(CommandError):
    """The extra is not installed."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}: needs an extra: pip install 'fortochka[mcp]'")


def check_extra(why: str = "mcp") -> None:
    """Raise ``ExtraMissing`` without it, said of ``why``."""
    try:
        import_module("mcp")
    except ModuleNotFoundError:
        raise ExtraMissing(why) from None

"""A rendered message and its way to a chat. Pure."""

from bot.model.value import Value


class Entity(Value):
    """A piece of formatting by offset and length in UTF-16 units, as the Bot API takes it.

    ``unix_time`` and ``date_time_format`` are those of a ``date_time`` only.
    """

    type: str
    offset: int
    length: int
    url: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None


class Button(Value):
    """An inline button: one of callback data (at most 64 bytes), a URL, words, a text.

    ``share`` are words for inline mode in a chat that the reader chooses; ``copies`` is what goes
    to the clipboard, at most 256 characters.
    """

    text: str
    data: str | None = None
    url: str | None = None
    share: str | None = None
    copies: str | None = None


class Screen(Value):
    """One rendered message: text with entities (never markup) and rows of buttons.

    ``preview`` is the address whose preview is shown small below the text.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    preview: str | None = None


class Delivery(Value):
    """One message part on its way to one chat; ``id`` makes it once-only.

    ``thread`` is the topic of a forum, ``reply_to`` the message that it answers, ``story`` the one
    story that it shows. ``redraws`` is the message of the chat that is turned into this one; where
    it is gone, this one is sent anew, unless it is a ``farewell``, of which nothing is kept.
    """

    v: int = 4
    id: str
    chat_id: int
    screen: Screen
    silent: bool = False
    edits: str | None = None
    thread: int | None = None
    reply_to: int | None = None
    story: str | None = None
    redraws: int | None = None
    farewell: bool = False

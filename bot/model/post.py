"""A publication and what belongs to it: channel, links, papers, origin. Pure."""

import hashlib
import operator
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, Field
from pydantic.json_schema import SkipJsonSchema

from bot.languages import Language
from bot.model.value import Value
from bot.text import words

Route = Literal["bot", "preview", "import", "forward"]
"""How a post comes in."""


class RouteTraits(NamedTuple):
    """What a route means for a post that several bring.

    ``live``: posts come by themselves, soon after they are published. ``as_of_now``: it shows the
    post as it is now, whatever its dates say. ``polled``: it shows the same again and again, which
    is no news. ``yields`` to a live one: a copy. ``yields_when_equal``: to any other of that time.
    """

    live: bool = False
    as_of_now: bool = False
    polled: bool = False
    yields: bool = False
    yields_when_equal: bool = False


ROUTES: dict[Route, RouteTraits] = {
    "bot": RouteTraits(live=True),
    "preview": RouteTraits(live=True, as_of_now=True, polled=True),
    "import": RouteTraits(yields_when_equal=True),  # an export was made once
    "forward": RouteTraits(as_of_now=True, yields=True),
}
LIVE_ROUTES = frozenset(route for route, traits in ROUTES.items() if traits.live)
PaperSource = Literal["arxiv", "crossref"]
"""Who is asked about papers."""
WorkKind = Literal["preprint", "article", "proceedings", "chapter", "book", "other"]
LinkKind = Literal["paper", "code", "model", "dataset", "video", "post", "other"]

ASIDE = "~"
"""What the refs of channels begin with that are no sources: a reader forwarded their post."""

_MATTERS = frozenset({"paper", "code", "model", "dataset"})


class Paper(Value):
    """A scientific work; ``id`` is canonical (``arxiv:2505.24832``, ``openreview:…``).

    ``main`` is what the post is about, ``cited`` what it mentions in passing. ``gists`` say in a
    line by language what the work is about, where the card of its post does not.
    """

    id: str | None = None
    title: str | None = None
    url: str | None = None
    role: Literal["main", "cited"] = "main"
    gists: dict[Language, str] = Field(default_factory=dict, exclude_if=operator.not_)

    @property
    def name(self) -> str:
        """What tells it from other papers: the id, else the title; empty for an address alone."""
        return self.id or (self.title or "").casefold()

    def gist(self, language: Language) -> str:
        """What it is about in that language, else in any; empty where the post's card tells it."""
        return self.gists.get(language) or next(iter(self.gists.values()), "")


class PaperMetadata(Value):
    """What arXiv or Crossref says of a work: plain lines of bounded length, cleaned.

    ``authors`` are the first ones, ``more_authors`` counts those left out; ``abstract`` is its
    first sentence, ``doi`` that of the published version, ``category`` arXiv's primary one.
    """

    v: int = 1
    id: str
    title: str
    authors: tuple[str, ...] = ()
    more_authors: int = 0
    year: int | None = None
    category: str = ""
    abstract: str = ""
    doi: str = ""
    kind: WorkKind = "other"
    venue: str = ""
    source: PaperSource
    read_at: AwareDatetime


class Link(Value):
    """A canonical URL with the words it stood under; links are numbered from 1 by position.

    ``advert`` says that the address was paid for, by the mark that the law asks of adverts.
    """

    url: str
    anchor: str = ""
    kind: LinkKind = "other"
    paper: str | None = None
    advert: bool = Field(default=False, exclude_if=operator.not_)


class Origin(Value):
    """Where a forwarded post came from; a hidden source has only a name."""

    name: str
    channel: str | None = None
    message_id: int | None = None


class Preview(Value):
    """The web page card that Telegram attached to a post; never part of the body."""

    url: str
    site: str = ""
    title: str = ""
    description: str = ""


class Channel(Value):
    """A watched channel; ``ref`` names it in keys: its bare numeric id, else ``@handle``."""

    ref: str
    handle: str | None = None
    title: str = ""
    route: Route = "preview"

    @property
    def name(self) -> str:
        """What readers see: ``@handle`` where there is one, else the title."""
        return f"@{self.handle}" if self.handle else self.title or self.ref


class Post(Value):
    """One publication; an album is ONE post.

    ``published_at`` is in UTC; ``media`` holds kinds (``photo``, ``video``, …), never file
    addresses, which expire; ``text`` is plain, with ``\\n`` for line breaks. ``address`` is where
    a post stands that is not of Telegram. ``reactions`` are of one look and not stored with it.
    """

    v: int = 3
    channel: Channel
    message_id: int
    published_at: AwareDatetime
    text: str
    links: tuple[Link, ...] = ()
    media: tuple[str, ...] = ()
    album: tuple[int, ...] = ()
    edited: bool = False
    edited_at: AwareDatetime | None = None
    forward: Origin | None = None
    reply_to: int | None = None
    author: str | None = None
    preview: Preview | None = None
    views: int | None = None
    reactions: SkipJsonSchema[int] = Field(default=0, exclude=True)
    service: bool = False
    address: str = Field(default="", exclude_if=operator.not_)

    @property
    def key(self) -> str:
        """Identity in the store: ``<channel ref>/<message id>``."""
        return f"{self.channel.ref}/{self.message_id}"

    @property
    def url(self) -> str:
        """The public address of the post (``t.me/c/…`` opens only for members).

        Empty for words that were in no channel.
        """
        if self.address:
            return self.address
        number = self.channel.ref.removeprefix(ASIDE)
        if self.channel.handle is None and self.aside and not number.isdecimal():
            return ""
        return f"https://t.me/{self.channel.handle or f'c/{number}'}/{self.message_id}"

    @property
    def aside(self) -> bool:
        """True for a post of no source, read for one reader: it is listed nowhere."""
        return self.channel.ref.startswith(ASIDE)

    @property
    def public(self) -> bool:
        """True for a post that anybody may open: its channel is a source with a handle."""
        return self.channel.handle is not None and not self.aside

    @property
    def revision(self) -> str:
        """Content hash, equal by every route: words and the links that matter, not views or marks.

        Routes differ in white space, emoji and what they add to an address, so those are left out.
        """
        links = sorted({link.url for link in self.links if link.kind in _MATTERS})
        parts = [*words(self.text), *links, *(() if self.text else self.media)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

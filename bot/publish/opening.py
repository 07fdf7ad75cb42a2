"""What a model says of a week as text: every claim with the numbers of its stories. Pure."""

from bot.model import Claim, Digest, Theme
from bot.phrases import phrases
from bot.publish.digest import lead
from bot.publish.rich_text import Rich, bold, inert, join, link, rich

_Places = dict[str, tuple[int, str]]


def opening(digest: Digest) -> Rich:
    """The opening, empty where there is none or where none of its claims has a story here."""
    if digest.opening is None:
        return rich("")
    places = _places(digest)
    themes = [text for theme in digest.opening.themes if (text := _theme(theme, places)).text]
    if not themes:
        return rich("")
    head = bold(phrases(digest.language).opening_head)
    return join((head, inert(digest.opening.intro), *themes), by="\n")


def _places(digest: Digest) -> _Places:
    """The number of each entry's story in the digest, and where to read it."""
    return {
        entry.key: (number, lead(story).post.url)
        for number, story in enumerate(digest.stories, start=1)
        for entry in story.entries
    }


def _theme(theme: Theme, places: _Places) -> Rich:
    claims = [text for claim in theme.claims if (text := _claim(claim, places)).text]
    if not claims:
        return rich("")
    return join(("• ", bold(inert(theme.headline)), ". ", join(claims, by=" ")))


def _claim(claim: Claim, places: _Places) -> Rich:
    """A sentence with its sources; empty where one of them is not shown."""
    if not all(key in places for key in claim.entries):
        return rich("")
    found = dict(sorted({places[key] for key in claim.entries}))
    marks = [link(f"[{number}]", url) for number, url in found.items()]
    return join((inert(claim.text), " ", *marks))

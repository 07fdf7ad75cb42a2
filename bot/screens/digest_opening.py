"""What a model says of a week, every claim with the numbers of its stories. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.digest.compose import lead
from bot.i18n import messages
from bot.model import Claim, Digest, Theme
from bot.screens.rich_text import Rich, bold, inert, join, link


class _Source(NamedTuple):
    """A story of the digest: its number there and where to read it."""

    number: int
    url: str


class Saying(NamedTuple):
    """A sentence, safe to show, with the stories that bear it out, one at least."""

    text: str
    sources: tuple[_Source, ...]


class ShownOpening(NamedTuple):
    """An opening as far as its stories are shown: themes by headline, what to begin with."""

    intro: str
    themes: tuple[tuple[str, tuple[Saying, ...]], ...]
    first: tuple[Saying, ...]


def shown_opening(digest: Digest) -> ShownOpening | None:
    """The opening of a digest; None where there is none, or nothing of it has a story here."""
    made = digest.opening
    if made is None:
        return None
    places = _places(digest)
    themes = tuple(theme for each in made.themes if (theme := _theme(each, places))[1])
    first = tuple(_sayings(made.highlights, places))
    return ShownOpening(inert(made.intro), themes, first) if themes or first else None


def opening_lines(digest: Digest) -> list[Rich]:
    """The opening as lines of text, none where there is nothing to tell."""
    found, p = shown_opening(digest), messages(digest.language)
    if found is None:
        return []
    themes = (join(("• ", bold(head), ". ", _marked(said))) for head, said in found.themes)
    first = [join(("• ", _marked((saying,)))) for saying in found.first]
    begin = [bold(p.opening_first), *first] if first else []
    return [join((bold(p.opening_head), found.intro), by="\n"), *themes, *begin]


def _marked(said: Iterable[Saying]) -> Rich:
    """Sentences, each followed by the numbers of its stories."""
    return join(
        (
            join((saying.text, " ", *(link(f"[{s.number}]", s.url) for s in saying.sources)))
            for saying in said
        ),
        by=" ",
    )


def _places(digest: Digest) -> Mapping[str, _Source]:
    """The story of each entry in the digest."""
    return {
        entry.key: _Source(number, lead(story).post.url)
        for number, story in enumerate(digest.stories, start=1)
        for entry in story.entries
    }


def _theme(theme: Theme, places: Mapping[str, _Source]) -> tuple[str, tuple[Saying, ...]]:
    return inert(theme.headline), tuple(_sayings(theme.claims, places))


def _sayings(claims: Iterable[Claim], places: Mapping[str, _Source]) -> Iterable[Saying]:
    """Claims all of whose stories are shown."""
    for claim in claims:
        if all(key in places for key in claim.entries):
            sources = dict.fromkeys(sorted(places[key] for key in claim.entries))
            yield Saying(inert(claim.text), tuple(sources))

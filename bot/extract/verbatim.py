"""Whether words stand in a post: quotes, titles, names. Pure."""

import re
from functools import cached_property

from rapidfuzz.fuzz import partial_ratio

from bot.extract.numbers import Reading, foreign, numbers
from bot.extract.swaps import Companies, companies
from bot.model import Post
from bot.text import clean, normalise, stem, visible, words

LIKENESS = 95
"""Least ``partial_ratio`` of a quote to its post: forgives quotation marks, not words."""

_FUZZY_FROM = 16  # shorter fragments are matched by words: one wrong letter is another name
_EDGES = " .,;:!?…\"'«»“”„()[]-–—*"
_LATIN = re.compile(r"[A-Za-z][\w.+-]*\w")


class Source:
    """All that the author of a post wrote: text, words of links, the attached preview.

    ``raw`` keeps what no reader sees, ``text`` does not.
    """

    def __init__(self, post: Post) -> None:
        preview = post.preview
        attached = [preview.title, preview.description] if preview else []
        parts = [post.text, *(link.anchor for link in post.links), *attached]
        self.raw = "\n".join(parts)
        self.text = visible(clean(self.raw))
        self._plain = normalise(self.text)

    @cached_property
    def numbers(self) -> frozenset[Reading]:
        """All numbers of the post in all their readings."""
        return numbers(self.text)

    @cached_property
    def companies(self) -> Companies:
        """What stands round each number of the post."""
        return companies(self.text)

    @cached_property
    def _stems(self) -> str:
        return f" {' '.join(map(stem, words(self.text)))} "

    def quotes(self, fragment: str) -> bool:
        """True for a fragment that stands in the post, up to punctuation; numbers must agree."""
        wanted = normalise(visible(clean(fragment))).strip(_EDGES)
        if not wanted or len(wanted) > len(self._plain):
            return False
        if re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", self._plain):
            return True
        if len(wanted) < _FUZZY_FROM or foreign(wanted, self.numbers):
            return False
        return partial_ratio(wanted, self._plain, score_cutoff=LIKENESS) >= LIKENESS

    def names(self, name: str) -> bool:
        """True for a name that the post uses, in any case of its words."""
        stems = " ".join(map(stem, words(name)))
        return bool(stems) and (f" {stems} " in self._stems or self.quotes(name))

    def unknown_names(self, text: str) -> list[str]:
        """Latin words with two capitals or digits that the post does not have."""
        tokens = (token for token in _LATIN.findall(text) if _is_name(token))
        return [token for token in tokens if normalise(token) not in self._plain]


def _is_name(token: str) -> bool:
    return sum(char.isupper() or char.isdigit() for char in token) >= 2

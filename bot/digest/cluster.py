"""Which posts tell one story: one paper, one reposted post, one series, nearly one text. Pure.

A post is looked up by at most ~20 strings, so the cost does not grow with the number of posts.
Paper, origin and text lookups decide alone; a shared band only names a candidate, which
``same_text`` must confirm. Precision first: a wrong merge hides a story, a missed one repeats it.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from bot.model import Entry, Paper, PaperMetadata, Post, Story
from bot.text import words

WINDOW = timedelta(days=14)
"""How long after its last post a story takes new ones in."""

MAIN_PAPERS = 2
"""A post with more main papers than this is about none of them."""

_TITLE_WORDS = 5  # fewer may be the words of anybody
_MIN_WORDS = 8  # "Good morning!" twice is no story
_SIMILAR = 0.5  # Jaccard of word pairs: half of them stay when one word in six is changed
_OWN_SIMILAR = 0.7  # the same inside one channel, where short posts may be mostly footer
_SAME = 0.8  # as much alike, changed figures are a correction and no other filling of a template
_CONTAINED = 0.85  # share of the shorter text's pairs, for a repost with a comment
_MIN_PAIRS = 25  # a shorter text may be contained by chance
_MAX_GROWTH = 4  # a round-up contains a short post without being its repeat
_ROWS, _BANDS = 2, 16
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ADDRESS = re.compile(r"https?://\S+|@\w+|#\w+|t\.me/\S+")

# XOR with a constant permutes 32-bit hashes: cheap stand-in for a family of hash functions.
_MASKS = tuple(
    int.from_bytes(hashlib.sha256(f"mask {i}".encode()).digest()[:4], "big")
    for i in range(_ROWS * _BANDS)
)


class Signature(frozenset[int]):
    """Hashes of a text's word pairs."""


def lookups(
    entry: Entry, before: Post | None = None, works: Sequence[PaperMetadata] = ()
) -> tuple[str, ...]:
    """Strings by which a post finds its story, the strongest first; hints need ``same_text``.

    ``before`` is the part of its series that the post goes on from, ``works`` is what is known of
    the papers that it links or names.
    """
    series = _places(before) if before else ()
    certain = (*series, *_papers(entry, works), *_certain(entry))
    titles = (f"title:{title}" for title in titles_alone(entry))
    return tuple(dict.fromkeys((*certain, *titles, *_bands(signature(entry)))))


def is_hint(lookup: str) -> bool:
    """True for a lookup that only names a candidate."""
    return lookup.startswith(("band:", "title:"))


def paper_lookups(work: PaperMetadata) -> tuple[str, ...]:
    """What leads to a paper: its id and its DOI, which are one work."""
    return tuple(
        dict.fromkeys((f"paper:{work.id}", *([f"paper:doi:{work.doi}"] * bool(work.doi))))
    )


def title_key(title: str) -> str:
    """The hash of a title by which it names one work; empty for one too short to do so."""
    found = words(title)
    if len(found) < _TITLE_WORDS:
        return ""
    return hashlib.sha256(" ".join(found).encode()).hexdigest()[:16]


def main_papers(entry: Entry) -> list[Paper]:
    """The works that a post is about; none of a round-up."""
    if entry.analysis.kind == "roundup":
        return []
    return [paper for paper in entry.analysis.papers if paper.role == "main"]


def titles_alone(entry: Entry) -> tuple[str, ...]:
    """Hashes of the titles of works that a post is about and has no link to."""
    papers = main_papers(entry)
    keys = (title_key(paper.title or "") for paper in papers if not paper.id)
    return tuple(filter(None, keys)) if len(papers) <= MAIN_PAPERS else ()


def signature(entry: Entry) -> Signature:
    """What ``same_text`` compares; empty for a text too short to tell."""
    found = _words(entry)
    if len(found) < _MIN_WORDS:
        return Signature()
    return Signature(zlib.crc32(f"{a} {b}".encode()) for a, b in pairwise(found))


def same_text(a: Entry, b: Entry) -> bool:
    """True when the two texts are one, edited, cut or with a comment added."""
    one, two = signature(a), signature(b)
    alike = _jaccard(one, two)
    if alike >= _SAME:
        return True
    if a.post.channel.ref == b.post.channel.ref:  # they share a footer or a template
        return alike >= _OWN_SIMILAR and _figures_agree(a, b)
    return (alike >= _SIMILAR or _contained(one, two)) and _figures_agree(a, b)


def story_id(first: Entry) -> str:
    """The identity of a story: 12 hex digits from the key of its first post."""
    return hashlib.sha256(first.key.encode()).hexdigest()[:12]


def group(entries: Iterable[Entry]) -> tuple[Story, ...]:
    """Stories of these posts by their first post, oldest first; stories are never merged later."""
    board = _Board()
    for entry in sorted(entries, key=lambda entry: (entry.post.published_at, entry.key)):
        board.add(entry)
    return tuple(
        Story(id=story_id(members[0]), entries=tuple(members)) for members in board.stories
    )


class _Board:
    """Stories so far, with the last post behind each lookup."""

    def __init__(self) -> None:
        self.stories: list[list[Entry]] = []
        self._seen: dict[str, tuple[int, Entry]] = {}

    def add(self, entry: Entry) -> None:
        keys = lookups(entry)
        story = self._find(entry, keys)
        if story is None:
            story = len(self.stories)
            self.stories.append([])
        self.stories[story].append(entry)
        self._seen.update(dict.fromkeys(keys, (story, entry)))

    def _find(self, entry: Entry, keys: tuple[str, ...]) -> int | None:
        for key in keys:
            story, other = self._seen.get(key, (None, entry))
            if story is None or entry.post.published_at - self._last(story) > WINDOW:
                continue
            if not is_hint(key) or same_text(entry, other):
                return story
        return None

    def _last(self, story: int) -> datetime:
        return self.stories[story][-1].post.published_at


def _certain(entry: Entry) -> tuple[str, ...]:
    """Lookups that decide alone."""
    return (*_origins(entry), *_exact(entry))


def _papers(entry: Entry, works: Sequence[PaperMetadata]) -> tuple[str, ...]:
    """The main paper; a comparison with a second one does not make the post about both."""
    by_title = {key: work.id for work in works if (key := title_key(work.title))}
    main = (paper.id or by_title.get(title_key(paper.title or "")) for paper in main_papers(entry))
    found = list(dict.fromkeys(filter(None, main)))
    if not 0 < len(found) <= MAIN_PAPERS:
        return ()
    known = next((work for work in works if work.id == found[0]), None)
    return paper_lookups(known) if known else (f"paper:{found[0]}",)


def _origins(entry: Entry) -> tuple[str, ...]:
    """The post itself under all its names, and the one it repeats."""
    forward = entry.post.forward
    own = _places(entry.post)
    if forward is None or not forward.channel or not forward.message_id:
        return own
    return (_place(forward.channel, forward.message_id), *own)


def _places(post: Post) -> tuple[str, ...]:
    names = {post.channel.ref, post.channel.handle or post.channel.ref}
    numbers = (post.message_id, *post.album)
    return tuple(dict.fromkeys(_place(name, number) for name in names for number in numbers))


def _place(channel: str, number: int) -> str:
    return f"origin:{_bare(channel)}/{number}"


def _bare(name: str) -> str:
    """A channel by any spelling: ``@Name`` = ``name``, ``-1001234`` = ``1234``."""
    return name.removeprefix("@").removeprefix("-100").casefold()


def _exact(entry: Entry) -> tuple[str, ...]:
    found = _words(entry)
    if len(found) < _MIN_WORDS:
        return ()
    return (f"text:{hashlib.sha256(' '.join(found).encode()).hexdigest()[:16]}",)


def _words(entry: Entry) -> list[str]:
    """Words of the body; addresses, names and tags are left out, as footers consist of them."""
    return words(_ADDRESS.sub(" ", entry.post.text))


def _bands(found: Signature) -> tuple[str, ...]:
    """Bands of minima under permutations: texts alike by J share one with 1-(1-J^rows)^bands."""
    if not found:
        return ()
    minima = [min([pair ^ mask for pair in found]) for mask in _MASKS]
    rows = [minima[start : start + _ROWS] for start in range(0, len(minima), _ROWS)]
    return tuple(f"band:{n}:{'-'.join(f'{m:08x}' for m in row)}" for n, row in enumerate(rows))


def _jaccard(a: Signature, b: Signature) -> float:
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def _contained(a: Signature, b: Signature) -> bool:
    small, large = sorted((len(a), len(b)))
    return (
        small >= _MIN_PAIRS and large <= small * _MAX_GROWTH and len(a & b) >= _CONTAINED * small
    )


def _figures_agree(a: Entry, b: Entry) -> bool:
    """False for two fillings of one template: figures in both, hardly any in common."""
    one, two = (set(_NUMBER.findall(_ADDRESS.sub(" ", entry.post.text))) for entry in (a, b))
    return not one or not two or 2 * len(one & two) >= min(len(one), len(two))

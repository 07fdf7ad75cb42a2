"""What a post names: products, their versions, firms, words. Pure.

Russian and Ukrainian posts are compared by the first letters of their words in one spelling, and
with English ones by names. A name is what stands in Latin letters, or in an English line in
capitals: it need not be known anywhere. Capitalised Russian words are none, for countries and
officials are named in all the news.
"""

import re
from bisect import bisect, bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import ConfigDict

from bot.digest.event_words import (
    AFTERWARDS,
    ANNOUNCING,
    COMMON_LATIN,
    HAPPENING,
    NO_PRODUCTS,
    NO_VERSIONS,
    NOT_OUT_YET,
    PLATFORMS,
    ROUNDUP_TITLE,
    TRYING_OUT,
    VARIANTS,
    amounts,
    days_of_month,
    in_one_spelling,
    is_name,
    stems,
)
from bot.digest.heard_names import heard_name
from bot.model import Entry, Event, Link
from bot.model.analysis import SKIPPED_KINDS
from bot.model.value import Value
from bot.text import normalise

HEAD = 220
"""Within how many characters, cut between lines, a post says what it is about."""

_LONGEST_HEAD, _LEAST_HEAD = 320, 60
_BODY = 4000  # characters; an event is told before that
_ITEM = 70  # characters of a paragraph that can tell other news
_ITEM_HEAD = 160
_HEADING = 60
_SUBJECT_WITHIN = 110  # characters: a version named later is what something is compared with
_NEAR = 5  # words between a subject and the verb that announces it
_BARE_TITLE = 6  # words: «🤔 Gamma 3.0» announces by itself

_ADDRESS = re.compile(r"\]\([^)]*\)|https?://\S+|t\.me/\S+|@\w+|[*_`\[\]\u200b]")
_TOKEN = re.compile(r"[^\W_]+(?:[.’'ʼ][^\W_]+)*\+*")
_LATIN = re.compile("[a-z]")
_CYRILLIC_LETTER = re.compile(r"[\u0400-\u04ff]")
_HYPHENS = {"-", "‑"}
_PLAIN_VERSION = re.compile(r"v?(\d{1,3}(?:\.\d{1,2}){0,2})")
_GLUED_VERSION = re.compile(r"([a-z]+)[.-]?(\d{1,2}(?:\.\d{1,2})?)")
_COUNTED = re.compile(  # «GPT 100 тысяч» is no version
    r"[-–]?(?:го|й|х|ти|летн\w*|я)\b|\s?%|[kкmмbбxх]\b"
    r"|\s?(?:млн|млрд|тыс|тис|миллион|миллиард|мільйон|мільярд|гигаватт|раз|дн|год|рок|промт|гб|gb)",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:^|\s)(?:и|та|і|й|and|&|плюс)\s|,\s")
_ITEM_TITLE = re.compile(r"[A-Z][\w .&-]{1,30}: [A-Z]", re.ASCII)
_CHECK = "✔"
_ADDRESSED = 8  # words of addresses
_SLUG = re.compile(r"[a-z][a-z0-9]{2,20}")
_MOST_TRIES = 3


class Telling(Value):
    """What a post names, by which it is compared.

    ``names`` and ``words`` are terms in the one spelling, ``amounts`` numbers as ``#1e+11``, which
    count where another telling has them, too; ``head`` the names of the head again,
    ``about`` its words and those that are repeated, ``subjects`` its versioned names in their
    order, ``links`` the addresses that it may be about, ``addressed`` names in them and names
    written by ear, ``dates`` the days of a month. ``tries`` counts words of somebody who tries
    something out, ``afterwards`` are tests and reviews of what is out, ``expected`` is what is
    not out yet, ``reported`` what a model has named the event of.
    """

    model_config = ConfigDict(extra="ignore")  # what programs before this kept for a week

    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    amounts: frozenset[str] = frozenset()
    head: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    subjects: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    addressed: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    announces: bool = False
    several: bool = False
    roundup: bool = False
    reported: bool = False
    expected: bool = False
    afterwards: bool = False
    tries: int = 0

    @property
    def said(self) -> frozenset[str]:
        """What the text itself names and says."""
        return self.names | self.words

    @property
    def terms(self) -> frozenset[str]:
        """Everything that is counted: by its rarity, or as furniture of its channel."""
        return self.said | self.amounts | self.addressed | frozenset(self.links)

    def without(self, furniture: frozenset[str]) -> "Telling":
        """The same without what its channel puts under many posts."""
        return self.model_copy(
            update={
                "names": self.names - furniture,
                "words": self.words - furniture,
                "amounts": self.amounts - furniture,
                "head": self.head - furniture,
                "about": self.about - furniture,
                "addressed": self.addressed - furniture,
                "links": tuple(link for link in self.links if link not in furniture),
            }
        )


def tell(entry: Entry) -> Telling | None:
    """What an entry names; None where it tells no event: an advert, a vacancy, a joke."""
    if entry.analysis.kind in SKIPPED_KINDS:
        return None
    roundup = entry.analysis.kind == "roundup"
    return _tell(entry.post.text, entry.post.links, entry.analysis.event, roundup)


@lru_cache(64)  # an entry is asked about at every step of its way into a story
def _tell(text: str, links: tuple[Link, ...], event: Event | None, roundup: bool) -> Telling:
    read, told = _read(text), _read(f"{event.actor}: {event.object}" if event else "")
    head, named = read.lower_head, told.names_in(0, len(told.body))
    subjects = [*told.versions_in(0, len(told.body)), *read.versions_in(0, read.head)]
    tries = min(len(TRYING_OUT.findall(head)), _MOST_TRIES)
    expected = NOT_OUT_YET.search(head) is not None
    said = Counter(stems(read.body))
    repeated = (word for word, times in said.items() if times > 1)
    return Telling(
        names=read.names_in(0, len(read.body)) | named,
        words=frozenset(said),
        amounts=amounts(read.body),
        head=read.names_in(0, read.head) | named,
        about=frozenset((*stems(head), *repeated)),
        subjects=tuple(dict.fromkeys(subjects)),
        links=_main_links(links),
        addressed=_addressed(links) | read.by_ear,
        dates=days_of_month(read.body.lower()),
        announces=not expected and _announces(read),
        several=roundup or (event is None and _tells_several(read)),
        roundup=roundup,
        reported=event is not None,
        expected=expected,
        afterwards=AFTERWARDS.search(head) is not None,
        tries=tries if event is None else 0 if event.new else _MOST_TRIES,
    )


class _Read(NamedTuple):
    """A text read once: its lines, where its head ends; words, names, versions by their place."""

    body: str
    lines: Sequence[str]
    head: int
    said: Sequence[tuple[int, str]]
    names: Sequence[tuple[int, str]]
    versions: Sequence[tuple[int, str]]
    by_ear: frozenset[str]

    @property
    def lower_head(self) -> str:
        """The head in lower case."""
        return self.body[: self.head].lower()

    def names_in(self, start: int, end: int) -> frozenset[str]:
        """Names of a part of the body."""
        return frozenset(name for at, name in self.names if start <= at < end)

    def versions_in(self, start: int, end: int) -> list[str]:
        """Names with versions of a part, in their order."""
        return [name for at, name in self.versions if start <= at < end]

    def words_in(self, start: int, end: int) -> Iterator[str]:
        """Words of a part in the one spelling."""
        said = self.said[self.words_before(start) : self.words_before(end)]
        return (in_one_spelling(word) for _, word in said)

    def words_before(self, end: int) -> int:
        """How many words begin before a place."""
        return bisect_left(self.said, (end, ""))

    def after_first(self) -> Iterator[tuple[int, str]]:
        """The lines after the first one, each with its place."""
        start = 0
        for before, line in pairwise(self.lines):
            start += len(before) + 1
            yield start, line


def _read(text: str) -> _Read:
    lines = _lines(text)
    body = "\n".join(lines)
    tokens = [(found.start(), found.end(), found[0]) for found in _TOKEN.finditer(body)]
    lowered = [token.lower() if token.isascii() else _spelled(token) for _, _, token in tokens]
    heard = [word if word.isascii() else heard_name(word) or word for word in lowered]
    names: list[tuple[int, str]] = []
    versions: list[tuple[int, str]] = []
    ends = list(accumulate(len(line) + 1 for line in lines))
    latin = [not _CYRILLIC_LETTER.search(line) for line in lines]
    for at, (start, end, token) in enumerate(tokens):
        word = lowered[at]
        plain = token.islower() and body[end : end + 1] not in _HYPHENS  # but «gpt-oss»
        common = plain and latin[bisect(ends, start)]  # a word of an English sentence
        if name := "" if common else _name(word):
            names.append((start, name))
        if word.isalpha():
            continue
        gap = body[tokens[at - 1][1] : start] if at else "\n"
        if version := _version(heard, at, gap, body[end : end + 12]):
            variant = _variant(body, tokens, lowered, at)
            versions.append((start, " ".join((*version, *variant))))
    said = [(start, word) for (start, _, _), word in zip(tokens, lowered, strict=True)]
    by_ear = frozenset(f"@{name}" for name in {*heard} - {*lowered})
    return _Read(body, lines, _head(lines), said, names, versions, by_ear)


@lru_cache(8192)  # most words of a language are few
def _spelled(token: str) -> str:
    return normalise(token).rstrip("'’")


def _any(pattern: re.Pattern[str], said: Iterable[str]) -> bool:
    return any(pattern.match(word) for word in said)


def _lines(text: str) -> list[str]:
    """Lines with words in them, without addresses and marks."""
    bare = (_ADDRESS.sub(" ", line).strip() for line in text[:_BODY].split("\n"))
    return [line for line in bare if any(char.isalnum() for char in line)]


def _head(lines: Sequence[str]) -> int:
    end = 0
    for line in lines:
        if end >= _LEAST_HEAD and end + len(line) > HEAD + 40:
            break
        end += len(line) + 1
        if end > HEAD:
            break
    return min(end, _LONGEST_HEAD)


@lru_cache(8192)
def _name(word: str) -> str:
    """The term of a word that is a name; empty for another."""
    return "@" + re.sub("[’'ʼ]", "", word) if is_name(word) else ""


def _version(said: Sequence[str], at: int, gap: str, after: str) -> tuple[str, str] | None:
    """The product and its number where a token, not of letters alone, is or ends its name."""
    before = said[at - 1] if at else ""
    named = bool(_LATIN.search(before)) and before not in NO_PRODUCTS
    if found := _PLAIN_VERSION.fullmatch(said[at]):
        if gap not in {" ", "-", "‑", "."} or not named or re.search(r"\d", before):
            return None
        return None if _COUNTED.match(after) else (before, _number(found[1]))
    found = _GLUED_VERSION.fullmatch(said[at])
    if found is None or said[at] in NO_VERSIONS:
        return None
    if found[1] == "v":
        return (before, _number(found[2])) if named else None
    return found[1], _number(found[2])


def _number(version: str) -> str:
    return version.removesuffix(".0")


def _variant(
    text: str, tokens: Sequence[tuple[int, int, str]], said: Sequence[str], at: int
) -> list[str]:
    """Latin words right after a version: another model of the line.

    In a line with Cyrillic letters any, elsewhere those that are capitalised, hyphenated or known.
    """
    found: list[str] = []
    line = text[text.rfind("\n", 0, tokens[at][0]) + 1 :].partition("\n")[0]
    foreign = _CYRILLIC_LETTER.search(line) is not None
    for after in range(at + 1, len(tokens)):
        gap = text[tokens[after - 1][1] : tokens[after][0]]
        token = tokens[after][2]
        latin = token.isascii() and token.isalpha() and "\n" not in gap
        known = token[0].isupper() or gap in _HYPHENS or said[after] in VARIANTS
        known = known or (foreign and said[after] not in COMMON_LATIN)
        if not latin or not known or gap.strip() not in {"", "-", "‑", "("}:
            break
        found.append(said[after])
    return sorted(set(found) - {"preview"})


def _announces(read: _Read) -> bool:
    """True where the head says that its subject is out: by a verb near it, or by nothing else."""
    start = read.versions[0][0] if read.versions else read.head
    if start > _SUBJECT_WITHIN or start >= read.head:
        return False
    said = list(read.words_in(0, read.head))
    at = read.words_before(start + 1) - 1
    title = len(read.lines[0])
    bare = start < title and read.words_before(title) <= _BARE_TITLE
    return bare or _any(ANNOUNCING, said[max(at - _NEAR, 0) : at + _NEAR])


def _tells_several(read: _Read) -> bool:
    """True for a post with other news in it: a digest, items with a mark, two products in a title.

    A later paragraph tells other news where something happens in it to names that are new.
    """
    if not read.lines:
        return False
    marked = sum(line.startswith(_CHECK) for line in read.lines)
    if marked > 1 or (marked and not read.lines[0].startswith(_CHECK)):
        return True
    if ROUNDUP_TITLE.search(read.lower_head) or _two_subjects(read):
        return True
    return _other_news(read) > 1 or _headings(read) > 1


def _two_subjects(read: _Read) -> bool:
    """True where the title joins two products by an «and»."""
    end = min(len(read.lines[0]), _ITEM_HEAD)
    titled = [(at, name) for at, name in read.versions if at < end]
    if len({name.split()[0] for _, name in titled}) < 2:
        return False
    return _AND.search(read.body[titled[0][0] : titled[-1][0]]) is not None


def _other_news(read: _Read) -> int:
    known = read.names_in(0, read.head)
    found = 0
    for start, line in read.after_first():
        end = start + min(len(line), _ITEM_HEAD)
        names = read.names_in(start, end)
        if len(line) > _ITEM and names and names.isdisjoint(known):
            found += _any(HAPPENING, read.words_in(start, end))
    return found


def _headings(read: _Read) -> int:
    """Short lines with a name that is new, each with its paragraph, after the first one.

    «Mistral: Devstral-2» counts twice: nothing but another item is headed so.
    """
    known = read.names_in(0, len(read.lines[0]))
    found = 0
    for (start, line), (_, after) in pairwise(read.after_first()):
        titled = _ITEM_TITLE.match(line) is not None
        if len(line) > _HEADING or not (titled or len(after) > _ITEM):
            continue
        names = read.names_in(start, start + len(line))
        if names.isdisjoint(known):
            found += 2 * titled or bool(names)
            known |= names
    return found


def _main_links(links: Sequence[Link]) -> tuple[str, ...]:
    """Addresses of pages that a post may be about: the only one of its kind, and no home page."""
    kinds: dict[str, list[str]] = {}
    for link in links:
        if link.kind not in {"post", "paper"} and not _is_home(link.url):
            kinds.setdefault(link.kind, []).append(link.url)
    return tuple(urls[0] for urls in kinds.values() if len(urls) == 1)


def _addressed(links: Sequence[Link]) -> frozenset[str]:
    """Names in the addresses of a post: its words may be elsewhere."""
    found: list[str] = []
    for link in links:
        if link.kind in {"post", "paper", "video"}:
            continue
        parts = urlsplit(link.url)
        host = (parts.hostname or "").split(".")[-2:-1]
        said = [*host, *re.split(r"[-_/.]+", parts.path.lower())]
        found += [f"@{word}" for word in said if _SLUG.fullmatch(word) and is_name(word)]
    return frozenset(name for name in found[:_ADDRESSED] if name[1:] not in PLATFORMS)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return len(parts.path.strip("/")) < 2 and not parts.query

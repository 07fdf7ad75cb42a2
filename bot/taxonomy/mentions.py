"""What in a running text speaks for which topic, and which wordings of kinds stand in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from bot.prompt_files import PromptFileError, prompt_file, read_toml
from bot.taxonomy.matcher import Automaton, Span, fold, longest, outside, symbols
from bot.taxonomy.topics import Topic, TopicInfo, taxonomy


class Evidence(NamedTuple):
    """One alias (``strong``) or cue of a topic at offsets ``[start, end)`` of the text."""

    topic: Topic
    alias: str
    strong: bool
    start: int
    end: int


SIGNS = "signs"
"""The group of the words that show a post to be about the field, beside those of kinds."""

Wordings = Mapping[str, Mapping[str, int]]
"""The first offset of each wording that stands in a text, by its group in ``kinds.toml``."""


class Signs(NamedTuple):
    """All that one pass over a text has found."""

    evidence: tuple[Evidence, ...]
    wordings: Wordings


class _Alias(NamedTuple):
    topic: Topic
    alias: str
    strong: bool


class _Wording(NamedTuple):
    group: str
    wording: str


def evidence(text: str) -> tuple[Evidence, ...]:
    """Aliases and cues of all topics in a text; one inside a longer alias does not count.

    ``query_only`` aliases are common words and do not count either, unless their
    ``case_sensitive`` form stands there as written.
    """
    return signs(text).evidence


def signs(text: str, labels: str = "") -> Signs:
    """What speaks for topics in a text, and for kinds there or in its labels (hashtags).

    Offsets in the labels go on where the text ends, a line break between. Words that say
    something else in the language of the text are passed over.
    """
    automaton = _automaton()
    read = f"{text}\n{labels}" if labels else text
    alien = _false_friends(text)
    strong: list[Span] = []
    weak: list[Span] = []
    wordings: dict[str, dict[str, int]] = {}
    for span in automaton.find(read):
        if any(each.fullmatch(fold(read[span.start : span.end])) for each in alien):
            continue
        name = automaton.names[span.pattern]
        if isinstance(name, _Wording):
            wordings.setdefault(name.group, {}).setdefault(name.wording, span.start)
        elif span.end <= len(text):
            (strong if name.strong else weak).append(span)
    return Signs(tuple(_evidence(strong, weak)), wordings)


def _evidence(strong: Sequence[Span], weak: Sequence[Span]) -> Iterator[Evidence]:
    names = _automaton().names
    for span in sorted(longest(strong) + outside(longest(weak), strong)):
        if isinstance(name := names[span.pattern], _Alias):
            yield Evidence(*name, span.start, span.end)


@cache
def _automaton() -> Automaton[_Alias | _Wording]:
    """One for topics and kinds, so that a post is read once."""
    aliases = (found for info in taxonomy().topics for found in _patterns(info))
    return Automaton([*aliases, *_wordings()])


class _Friends(NamedTuple):
    letters: frozenset[str]
    without: frozenset[str]
    words: re.Pattern[str]


def _false_friends(text: str) -> list[re.Pattern[str]]:
    """The words to pass over, of each language that the text is in."""
    letters = set(text.casefold())
    return [
        each.words
        for each in _friends()
        if not each.letters.isdisjoint(letters) and each.without.isdisjoint(letters)
    ]


@cache
def _friends() -> tuple[_Friends, ...]:
    return tuple(
        _Friends(
            frozenset(each.letters.casefold()),
            frozenset(each.without.casefold()),
            re.compile(
                "|".join(re.escape(fold(word)).replace(r"\*", r"\w*") for word in each.words)
            ),
        )
        for each in taxonomy().false_friends.values()
    )


def _wordings() -> Iterator[tuple[tuple[str, ...], _Wording]]:
    groups = {**_GROUPS, SIGNS: list(taxonomy().field.signs)}
    once = {  # forms of one word are one wording
        (group, symbols(wording)): wording
        for group, wordings in groups.items()
        for wording in wordings
    }
    return ((sequence, _Wording(group, word)) for (group, sequence), word in once.items())


def _wording_groups() -> dict[str, list[str]]:
    """``kinds.toml``: wordings by group; ``PromptFileError`` where one is no list of strings."""
    path = prompt_file("kinds.toml")
    groups = read_toml(path)
    for group, wordings in groups.items():
        if not isinstance(wordings, list) or not all(isinstance(word, str) for word in wordings):
            raise PromptFileError(f"{path}: {group}: must be a list of wordings")
    return groups


def _patterns(info: TopicInfo) -> Iterator[tuple[tuple[str, ...], _Alias]]:
    topic = Topic(info.slug)
    cased = {fold(form) for form in info.case_sensitive}
    silent = {fold(alias) for alias in info.query_only} | cased
    plain = {symbols(alias): alias for alias in info.aliases if fold(alias) not in silent}
    for sequence, alias in plain.items():
        yield sequence, _Alias(topic, alias, True)
    for form in info.case_sensitive:
        yield symbols(form, exact_case=True), _Alias(topic, form, True)
    for sequence, cue in {symbols(cue): cue for cue in info.cues}.items():
        if sequence not in plain:
            yield sequence, _Alias(topic, cue, False)


_GROUPS = _wording_groups()  # at import, as topics are: a slip is told before anything runs

"""What in a running text speaks for which topic."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from bot.aliases.automaton import Automaton, fold, longest, outside, symbols
from bot.topics import Topic, TopicInfo, taxonomy


class Evidence(NamedTuple):
    """One alias (``strong``) or cue of a topic at offsets ``[start, end)`` of the text."""

    topic: Topic
    alias: str
    strong: bool
    start: int
    end: int


class _Name(NamedTuple):
    topic: Topic
    alias: str
    strong: bool


def evidence(text: str) -> list[Evidence]:
    """Aliases and cues of all topics in a text; one inside a longer alias does not count.

    ``query_only`` aliases are common words and do not count either, unless their
    ``case_sensitive`` form stands there as written.
    """
    automaton = _automaton()
    spans = automaton.find(text)
    strong = [span for span in spans if automaton.names[span.pattern].strong]
    weak = [span for span in spans if not automaton.names[span.pattern].strong]
    kept = longest(strong) + outside(longest(weak), strong)
    return [
        Evidence(*automaton.names[span.pattern], span.start, span.end) for span in sorted(kept)
    ]


@cache
def _automaton() -> Automaton[_Name]:
    return Automaton(
        (sequence, name) for info in taxonomy().topics for sequence, name in _patterns(info)
    )


def _patterns(info: TopicInfo) -> Iterator[tuple[tuple[str, ...], _Name]]:
    topic = Topic(info.slug)
    cased = {fold(form) for form in info.case_sensitive}
    silent = {fold(alias) for alias in info.query_only} | cased
    plain = {symbols(alias): alias for alias in info.aliases if fold(alias) not in silent}
    for sequence, alias in plain.items():
        yield sequence, _Name(topic, alias, True)
    for form in info.case_sensitive:
        yield symbols(form, exact_case=True), _Name(topic, form, True)
    for sequence, cue in {symbols(cue): cue for cue in info.cues}.items():
        if sequence not in plain:
            yield sequence, _Name(topic, cue, False)

"""All that is known of one post, as lines for a terminal and as JSON for programs. Pure."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import AwareDatetime

from bot.model import SKIPPED_KINDS, Analysis, Engine, Entry, Importance, Verdict
from bot.model.post import ASIDE
from bot.model.spend import dollars
from bot.model.value import Value
from bot.taxonomy.topics import Kind, Topic
from bot.text import clean

MOST_GIVEN = 20  # readers that the lines name; the JSON has all
Relation = Literal["story", "shown under", "shown with"]


class SeenOut(Value):
    """When and by which way a post came and was last changed, where that was noted."""

    at: AwareDatetime | None
    route: str
    changed_at: AwareDatetime | None
    changed_route: str | None
    edits: int
    revision: str


class VerdictOut(Value):
    """What a model said of earlier posts: when it read this one, or in a call of its own."""

    when: str
    same: str
    follows: str
    shown: tuple[str, ...]


class ReadingOut(Value):
    """How a post was read; ``papers`` by their roles, ``event`` in English."""

    engine: Engine
    prompt: str
    at: AwareDatetime
    revision: str
    kind: Kind
    importance: Importance
    topics: tuple[Topic, ...]
    papers: dict[str, str]
    titles: dict[str, str]
    reason: str
    event: str


class MemberOut(Value):
    """A post of a story, and why it joined it."""

    key: str
    published_at: AwareDatetime
    why: str


class ToldOut(Value):
    """A story by its ids; the first one lives."""

    relation: Relation
    ids: tuple[str, ...]
    posts: tuple[MemberOut, ...]


class GivenOut(Value):
    """A chat that got the story: by a digest that ended then, or by an alert."""

    chat: int
    by: Literal["digest", "alert"]
    at: AwareDatetime


class LetterOut(Value):
    """A dead letter about the post."""

    id: str
    reason: str


class AgainOut(Value):
    """Another reading: what became of it, and what differs, each as it was and as it is."""

    answer: str
    changed: dict[str, tuple[str, str]]


class PostReport(Value):
    """One post; ``skipped`` says why digests only count it, ``quoted`` why no model read it."""

    version: int = 1
    key: str
    url: str
    published_at: AwareDatetime
    aside: bool
    seen: SeenOut | None
    reading: ReadingOut | None
    skipped: str | None
    quoted: str | None
    waits: tuple[str, ...]
    dead: tuple[LetterOut, ...]
    verdicts: tuple[VerdictOut, ...]
    stories: tuple[ToldOut, ...]
    follows: str | None
    roundups: tuple[str, ...]
    given: tuple[GivenOut, ...]
    calls: int
    micro_dollars: int
    again: AgainOut | None = None


def reading_of(entry: Entry) -> ReadingOut:
    """How a post was read."""
    found = entry.analysis
    return ReadingOut(
        engine=entry.engine,
        prompt=entry.prompt_id,
        at=entry.analysed_at,
        revision=entry.revision,
        kind=found.kind,
        importance=found.importance,
        topics=found.topics,
        papers={paper.name or paper.url or "": paper.role for paper in found.papers},
        titles={language: clean(card.title) for language, card in found.cards.items()},
        reason=found.reason,
        event=_event(found),
    )


def skipped_because(entry: Entry) -> str | None:
    """Why a digest only counts a post; None for one that it may show."""
    if entry.post.channel.ref.startswith(ASIDE):
        return "it was forwarded by a reader, and is read for that one alone"
    if entry.analysis.kind in SKIPPED_KINDS:
        return f"digests only count posts of the kind {entry.analysis.kind}"
    return "it was read as not worth showing (importance skip)" if entry.skipped else None


def reading_changes(before: Entry, after: Entry) -> dict[str, tuple[str, str]]:
    """What differs between two readings, by the names of fields."""
    old, new = _flat(before), _flat(after)
    return {
        name: (old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys([*old, *new])
        if old.get(name, "") != new.get(name, "")
    }


def _flat(entry: Entry) -> Mapping[str, str]:
    found, cards = entry.analysis, entry.analysis.cards
    return {
        "engine": entry.engine,
        "prompt": entry.prompt_id,
        "kind": found.kind,
        "importance": found.importance,
        "topics": ", ".join(found.topics),
        "papers": ", ".join(f"{paper.name} ({paper.role})" for paper in found.papers),
        "event": _event(found),
        "reason": found.reason,
        **{f"title {language}": clean(card.title) for language, card in cards.items()},
        **{f"summary {language}": clean(card.tldr) for language, card in cards.items()},
        **{f"points {language}": " / ".join(card.bullets) for language, card in cards.items()},
    }


def _event(found: Analysis) -> str:
    event = found.event
    if event is None:
        return ""
    told = " ".join(part for part in (event.actor, event.action, event.object) if part)
    return ", ".join(filter(None, (told, event.date, "" if event.new else "not new")))


def verdict_out(when: str, verdict: Verdict) -> VerdictOut:
    """What was said of earlier posts."""
    same, follows = verdict.same, "" if verdict.same else verdict.follows
    return VerdictOut(when=when, same=same, follows=follows, shown=verdict.shown)


def report_lines(report: PostReport) -> Iterator[str]:
    """The report in lines."""
    yield f"post {report.key}  {report.published_at:%Y-%m-%d %H:%M} UTC  {report.url}"
    if report.seen:
        yield from _seen(report.seen)
    yield from (f"waits: {place}" for place in report.waits)
    if report.reading:
        yield from _reading(report.reading)
    else:
        yield "not read yet"
    if report.quoted:
        yield f"quoted, not read by a model: {report.quoted}"
    if report.skipped:
        yield f"skipped: {report.skipped}"
    yield from (f"dead letter {letter.id}: {letter.reason}" for letter in report.dead)
    yield from map(_verdict, report.verdicts)
    yield from _stories(report)
    yield from _given(report)
    if report.calls:
        noun = "call" if report.calls == 1 else "calls"
        yield f"cost ${dollars(report.micro_dollars)}, {report.calls} {noun} of a model"
    else:
        yield "cost nothing that was noted"
    if report.again:
        yield from _again(report.again)


def _seen(seen: SeenOut) -> Iterator[str]:
    when = f"{seen.at:%Y-%m-%d %H:%M} UTC" if seen.at else "before this was noted"
    yield f"seen {when} by {seen.route}, revision {seen.revision}"
    if seen.edits:
        last = f", last {seen.changed_at:%Y-%m-%d %H:%M} UTC" if seen.changed_at else ""
        by = f" by {seen.changed_route}" if seen.changed_route else ""
        yield f"changed {seen.edits} time{'s' if seen.edits > 1 else ''}{last}{by}"


def _reading(found: ReadingOut) -> Iterator[str]:
    when = f"{found.at:%Y-%m-%d %H:%M}"
    yield f"read by {found.engine}, prompt {found.prompt}, {when}, revision {found.revision}"
    yield f"{found.kind}, {found.importance}; topics {', '.join(found.topics)}"
    yield from (f"title {language}: {title}" for language, title in found.titles.items())
    if found.papers:
        yield f"papers {', '.join(f'{name} ({role})' for name, role in found.papers.items())}"
    if found.reason:
        yield f"because {found.reason}"
    if found.event:
        yield f"event {found.event}"


def _verdict(found: VerdictOut) -> str:
    said = f"same as {found.same}" if found.same else "neither"
    if found.follows:
        said = f"follows {found.follows}"
    return f"judged {found.when}: {said}; shown {', '.join(found.shown) or 'nothing'}"


def _stories(report: PostReport) -> Iterator[str]:
    if report.reading and not report.stories and not report.aside:
        yield "story: not yet in one"
    for told in report.stories:
        living, *former = told.ids
        names = f" (also {', '.join(former)})" if former else ""
        yield f"{told.relation} {living}{names}"
        for post in told.posts:
            yield f"  {post.published_at:%Y-%m-%d %H:%M}  {post.key}  {post.why}"
    if report.follows:
        yield f"follows {report.follows}"
    if report.roundups:
        yield f"listed in {', '.join(report.roundups)}"


def _given(report: PostReport) -> Iterator[str]:
    if not report.given:
        yield "given to nobody that is known of"
        return
    readers = len({each.chat for each in report.given})
    yield f"given to {readers} reader{'s' if readers > 1 else ''}"
    for each in report.given[:MOST_GIVEN]:
        how = "digest up to" if each.by == "digest" else "alert"
        yield f"  {each.chat}  {how} {each.at:%Y-%m-%d %H:%M} UTC"
    if len(report.given) > MOST_GIVEN:
        yield f"  and {len(report.given) - MOST_GIVEN} times more: --json has all"


def _again(again: AgainOut) -> Iterator[str]:
    yield f"read again: {again.answer}{'' if again.changed else ', and nothing is different'}"
    for name, (before, after) in again.changed.items():
        yield f"  {name}: {before or 'nothing'} → {after or 'nothing'}"

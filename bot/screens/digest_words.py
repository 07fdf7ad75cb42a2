"""What a digest is called and says of itself: title, counts, changes, what it left out. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.digest.compose import count_papers, reading_minutes
from bot.digest.periods import PERIOD_DAYS
from bot.i18n import Messages, messages, panel_messages
from bot.model import (
    ALL_READ,
    Digest,
    Language,
    Listing,
    Paper,
    PeriodName,
    Section,
    Story,
    Trend,
    Unread,
)
from bot.screens.story_view import by_model, named_apart, papers_of
from bot.taxonomy.topics import taxonomy


def topic_title(topic: str, language: Language) -> str:
    """What readers call a topic."""
    return taxonomy().topic(topic).title(language)


def section_title(section: Section, language: Language) -> str:
    """What the part of a digest is called."""
    if section.topic is None:
        return panel_messages(language).followed_section
    return topic_title(section.topic, language)


def kind_title(kind: str, language: Language) -> str:
    """What readers call the posts of a kind."""
    return taxonomy().kinds[kind].title(language)


def digest_named_apart(digest: Digest) -> Digest:
    """The digest with channels that are called alike anywhere in it told apart everywhere."""
    listed = [story for each in digest.lists for story in each.stories]
    told = [*digest.stories, *listed]
    if (apart := named_apart(told)) is told:
        return digest
    known = {story.id: story for story in apart}

    def named(stories: Sequence[Story]) -> tuple[Story, ...]:
        return tuple(known[story.id] for story in stories)

    update = {
        "sections": tuple(
            each.model_copy(update={"stories": named(each.stories)}) for each in digest.sections
        ),
        "lists": tuple(
            each.model_copy(update={"stories": named(each.stories)}) for each in digest.lists
        ),
    }
    return digest.model_copy(update=update)


def title(digest: Digest) -> str:
    """«🗞 Дайджест · чт, 20 ноября» or «📅 Неделя 17–23 ноября»."""
    p, span = messages(digest.language), digest.period
    if span.name == "day":
        return p.day_title.format(day=p.words.day(span.until))
    template = p.week_title if span.name == "week" else p.month_title
    return template.format(span=span_of_days(span.name, span.until, digest.language))


def span_of_days(name: PeriodName, until: datetime, language: Language) -> str:
    """«14–20 ноября»: the days of a period by the names of their digests, seven of a week."""
    last = until.date()
    first = last - timedelta(days=PERIOD_DAYS[name] - 1)
    return messages(language).words.span(first, last)


def counts_line(digest: Digest) -> str:
    """«45 постов из 14 каналов → 31 история, здесь 24 · 7 статей · ~4 мин»."""
    p = messages(digest.language)
    counts = p.counts.format(
        posts=p.posts(digest.posts),
        channels=p.of_channels(digest.channels),
        stories=p.stories(len(digest.stories) + digest.left_out),
    )
    if digest.left_out:
        counts += f", {p.here.format(count=len(digest.stories))}"
    papers = count_papers(digest.stories)
    reading = p.reading.format(minutes=reading_minutes(digest))
    return " · ".join([counts, *([p.papers(papers)] if papers else []), reading])


def quiet_line(digest: Digest, *, mine: bool = False, unread: Unread = ALL_READ) -> str:
    """What to say when there is nothing to show."""
    p = messages(digest.language)
    if not digest.posts:
        return unread_line(unread, digest.language, p.still_reading) or p.nothing_read
    return (p.quiet_topics if mine else p.quiet).format(posts=p.posts(digest.posts))


def unread_line(unread: Unread, language: Language, template: str) -> str:
    """What is still to be read, in the words of ``template``; empty where all is read."""
    p = messages(language)
    counted = ((unread.channels, p.channels), (unread.posts, p.posts))
    left = ", ".join(name(count) for count, name in counted if count)
    return template.format(left=left) if left else ""


def closing_lines(digest: Digest) -> list[str]:
    """Who wrote the summaries, what was left out."""
    p = messages(digest.language)
    return [*_authorship(digest, p), *filter(None, [skipped_line(digest)])]


def skipped_line(digest: Digest) -> str:
    """What was left out, in one phrase; empty where that was nothing worth saying."""
    p = messages(digest.language)
    parts = _left(digest, p)
    return p.skipped.format(parts=", ".join(parts)) if parts else ""


def head_of_top(digest: Digest) -> str:
    """What stands above the stories that a digest names first."""
    p = messages(digest.language)
    return p.minute_heads.get(digest.period.name, p.top_head)


def top_stories(digest: Digest) -> list[tuple[int, Story]]:
    """The stories that a digest names first, with their numbers in it; never all that it has."""
    if len(digest.top) >= len(digest.stories):
        return []
    known = {story.id: (number, story) for number, story in enumerate(digest.stories, start=1)}
    return [known[story] for story in digest.top if story in known]


def changes(digest: Digest) -> list[str]:
    """A line of topics that rise and one of those that cool: posts in a usual week and now."""
    p = messages(digest.language)
    kinds = ((p.rising, digest.rising), (p.falling, digest.falling))
    return [
        template.format(topics=", ".join(_change(trend, digest.language) for trend in found))
        for template, found in kinds
        if found
    ]


def papers_told(digest: Digest) -> list[tuple[Story, Paper]]:
    """The main papers of a week or a month, each once with its best story; none of a day."""
    if digest.period.name == "day":
        return []
    found: dict[str, tuple[Story, Paper]] = {}
    for story in digest.stories:
        for paper in papers_of(story):
            if paper.role == "main":
                found.setdefault(paper.name, (story, paper))
    return list(found.values())


def papers_head(digest: Digest) -> str:
    """What stands above the papers of a period."""
    return messages(digest.language).papers_heads.get(digest.period.name, "")


def list_title(listed: Listing, language: Language) -> str:
    """What readers call a kind of posts that is listed."""
    return kind_title(listed.kind, language)


def _authorship(digest: Digest, p: Messages) -> Iterable[str]:
    engines = {by_model(story) for story in digest.stories}
    if True in engines:
        yield p.made_by_model
    if False in engines:
        yield p.made_without_model


def _left(digest: Digest, p: Messages) -> list[str]:
    """What was left out, kinds without a name of their own as one; what is one post is unsaid."""
    named = {kind: count for kind, count in digest.skipped.items() if kind in p.skipped_forms}
    other = sum(count for kind, count in digest.skipped.items() if kind not in named)
    counted = [(p.repeat_forms, digest.repeats)]
    counted += [(p.skipped_forms[kind], count) for kind, count in named.items()]
    counted += [(p.skipped_other_forms, other)]
    return [p.words.counted(count, forms) for forms, count in counted if count > 1]


def _change(trend: Trend, language: Language) -> str:
    return f"{topic_title(trend.topic, language)} {trend.before} → {trend.now}"

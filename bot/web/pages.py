"""What stands on a page of the archive: frozen values of the model's own words. Pure.

This is the seam between what is known and how it is shown. ``archive`` makes these, and each form
of the archive (HTML, feeds, JSON, BibTeX, files of a site) is a function of one of them; none asks
the store. Texts are those of the analysis, as they are: a renderer escapes them for its form.

Nothing of any reader is in them, and only posts that anybody may open.
"""

from collections.abc import Sequence

from pydantic import AwareDatetime

from bot.model import Channel, Digest, Entry, Language, Paper, PaperMetadata, Story, Value
from bot.taxonomy.topics import Kind, Topic
from bot.web.places import PagePlace


class ArchivePage(Value):
    """What every page has; ``place`` is its own address, whatever was asked for.

    ``updated`` is when the newest post on it was published or edited; None on one without posts.
    """

    place: PagePlace
    language: Language
    updated: AwareDatetime | None = None


class PeriodPage(ArchivePage):
    """The digest of a day, a week, a month or the last 24 hours, with its neighbours if any,
    and the ``wider`` spans that it is of.

    ``pages`` counts this one and those of the stories that had no place in it (``StoriesPage``).
    """

    digest: Digest
    wider: tuple[PagePlace, ...] = ()
    before: PagePlace | None = None
    after: PagePlace | None = None
    pages: int = 1


class StoriesPage(ArchivePage):
    """Stories of a topic, of a kind, or those a period's digest had no place for, newest first.

    ``pages`` counts those known: where there is a next one it is among them. ``weeks`` are a
    topic's posts in each of the last weeks, the oldest first.
    """

    stories: tuple[Story, ...]
    pages: int = 1
    weeks: tuple[int, ...] = ()


class StoryPage(ArchivePage):
    """One story: who told it, in time."""

    story: Story


class ListedPost(Value):
    """A post: the story that tells it as if it had no other post."""

    alone: Story

    @property
    def entry(self) -> Entry:
        """The post with its analysis."""
        return self.alone.entries[0]


class PostsPage(ArchivePage):
    """Posts one by one; ``total`` counts all pages."""

    posts: tuple[ListedPost, ...]
    total: int
    pages: int = 1


class PaperPage(PostsPage):
    """What each channel said of a paper, oldest first; ``work`` is what is known of it."""

    paper: Paper
    work: PaperMetadata | None = None


class ChannelPage(PostsPage):
    """What a channel published, newest first."""

    channel: Channel


class SearchedPage(PostsPage):
    """What was found, the best first; ``more`` as in ``Hits``. The query is the place's name."""

    more: bool = False


class ContentsPage(ArchivePage):
    """Everything that has pages: topics and kinds with their posts of 30 days, channels."""

    topics: tuple[tuple[Topic, int], ...]
    kinds: tuple[Kind, ...]
    channels: tuple[Channel, ...]
    months: tuple[PagePlace, ...] = ()


class OwnPage(ArchivePage):
    """Room for what a reader saved and chose, which his own device fills (the Mini App)."""

    topics: tuple[Topic, ...]


class MissingPage(ArchivePage):
    """That there is no such page: ``gone`` where there was one that is kept no longer."""

    gone: bool = False


def stories_on(page: ArchivePage) -> Sequence[Story]:
    """The stories of a page in their order; a post alone is a story of itself."""
    match page:
        case PeriodPage():
            return page.digest.stories
        case StoriesPage():
            return page.stories
        case StoryPage():
            return (page.story,)
        case PostsPage():
            return tuple(each.alone for each in page.posts)
    return ()

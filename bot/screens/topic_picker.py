"""My topics: all topics with this week's posts, ticked or not; every tap is kept at once. Pure."""

from collections.abc import Mapping, Sequence
from functools import partial

from bot.i18n import panel_messages
from bot.model import Language, Screen
from bot.screens.callbacks.pages import TopicList, button
from bot.screens.callbacks.settings import Panel, Pick
from bot.screens.pages import Rows, Screens, in_rows, pages_of, screens
from bot.screens.rich_text import bold, join
from bot.taxonomy.topics import Topic, TopicInfo, taxonomy

_PER_PAGE = 12


def topic_pick(
    counts: Mapping[Topic, int], chosen: Sequence[Topic], language: Language
) -> Screens:
    """The pages, twelve topics in two columns on each; nothing ``chosen`` means all."""
    own = panel_messages(language)
    topics = [info for info in taxonomy().topics if info.slug != "other"]
    names = ", ".join(taxonomy().topic(topic).title(language) for topic in chosen)
    said = own.pick_some.format(topics=names) if chosen else own.pick_all
    text = join((bold(own.pick_title), said), by="\n\n")
    everything = (button(own.pick_all_button, Pick(None, page=1)),) if chosen else ()
    ways = (
        *everything,
        button(own.browse_button, TopicList()),
        button(own.home_button, Panel("home")),
    )

    def draw(part: Sequence[TopicInfo], here: Panel, turns: Rows) -> Screen:
        return text.screen((*_toggles(part, counts, chosen, here, language), *turns, ways))

    return screens(pages_of(topics, _PER_PAGE), partial(Panel, "pick"), draw)


def _toggles(
    part: Sequence[TopicInfo],
    counts: Mapping[Topic, int],
    chosen: Sequence[Topic],
    here: Panel,
    language: Language,
) -> Rows:
    made = []
    for info in part:
        topic = Topic(info.slug)
        sign = "☑" if topic in chosen else "☐"
        text = f"{sign} {info.title(language)} {counts.get(topic, 0)}"
        made.append(button(text, Pick(topic, topic not in chosen, here.page)))
    return in_rows(made, 2)

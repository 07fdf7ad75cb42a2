"""My topics: all topics with this week's posts, ticked or not; every tap is kept at once. Pure."""

from collections.abc import Mapping, Sequence

from bot.i18n import panel_messages
from bot.model import Button, Language, Screen
from bot.screens.callbacks.pages import TopicList, button, turning
from bot.screens.callbacks.settings import Panel, Pick
from bot.screens.rich_text import bold, join
from bot.taxonomy.topics import Topic, TopicInfo, taxonomy

_PER_PAGE = 12


def topic_pick(
    counts: Mapping[Topic, int], chosen: Sequence[Topic], language: Language
) -> tuple[Screen, ...]:
    """The pages, twelve topics in two columns on each; nothing ``chosen`` means all."""
    own = panel_messages(language)
    topics = [info for info in taxonomy().topics if info.slug != "other"]
    parts = [topics[n : n + _PER_PAGE] for n in range(0, len(topics), _PER_PAGE)]
    here = [Panel("pick", number) for number in range(1, len(parts) + 1)]
    names = ", ".join(taxonomy().topic(topic).title(language) for topic in chosen)
    said = own.pick_some.format(topics=names) if chosen else own.pick_all
    text = join((bold(own.pick_title), said), by="\n\n")
    everything = (button(own.pick_all_button, Pick(None, page=1)),) if chosen else ()
    ways = (
        *everything,
        button(own.browse_button, TopicList()),
        button(own.home_button, Panel("home")),
    )
    return tuple(
        text.screen((*_toggles(part, counts, chosen, at, language), *turning(here, at), ways))
        for part, at in zip(parts, here, strict=True)
    )


def _toggles(
    part: Sequence[TopicInfo],
    counts: Mapping[Topic, int],
    chosen: Sequence[Topic],
    here: Panel,
    language: Language,
) -> tuple[tuple[Button, ...], ...]:
    made = []
    for info in part:
        topic = Topic(info.slug)
        sign = "☑" if topic in chosen else "☐"
        text = f"{sign} {info.title(language)} {counts.get(topic, 0)}"
        made.append(button(text, Pick(topic, topic not in chosen, here.page)))
    return tuple(tuple(made[n : n + 2]) for n in range(0, len(made), 2))

"""What a digest opens with, what stands under a story, what it lists, and the rest by a button."""

from zoneinfo import ZoneInfo

import pytest

from bot.digest.periods import period
from bot.digest.ranking import choose
from bot.export.markdown import to_markdown
from bot.export.text import to_text
from bot.model import (
    Channel,
    Digest,
    Entry,
    Language,
    PeriodName,
    Screen,
    Story,
    Survey,
    story_summary,
)
from bot.screens.callbacks.pages import DigestRest, parse_callback
from bot.screens.digest_pages import digest_pages, rest_page, whole
from bot.screens.digest_words import closing_lines
from bot.screens.rich_text import bare
from bot.screens.start_screen import start_screen
from bot.screens.story_card import card
from bot.screens.story_view import channel_names, named_apart, paper_label, summary_of
from bot.taxonomy.topics import Topic
from bot.terminal.show import styled
from bot.text import utf16_len
from tests.fakes.digests import compose
from tests.fakes.entries import NOON, make_channel, make_entry, make_paper, make_story
from tests.fakes.hostile import Invented

UTC = ZoneInfo("UTC")
TOPICS = [topic for topic in Topic if topic != "other"]


def told(name: str, number: int, channels: int = 1, **fields: object) -> Story:
    entries = [
        make_entry(make_channel(f"pane_{number}_{n}", f"Окно {number}.{n}"), 1, title=name,
                   text=f"{name} {n}", hours_ago=9 - n, **fields)  # type: ignore[arg-type]
        for n in range(channels)
    ]  # fmt: skip
    return Story(id=f"{number:012x}", entries=tuple(entries))


def digest(stories: list[Story], name: PeriodName = "day", language: Language = "en") -> Digest:
    return compose(stories, period(name, NOON, UTC), language)


def buttons(screen: Screen) -> dict[str, str]:
    return {b.text: b.data or b.share or "" for row in screen.buttons for b in row}


def urls(screen: Screen) -> set[str]:
    return {entity.url for entity in screen.entities if entity.url}


def test_nothing_unseen_is_copied() -> None:
    stories = [told("Use numpy.linalg and @handle #tag 😀", 1), told("Pair in v1.2.3.4", 2, 2)]
    found, unseen = digest(stories), set("\u2060\u2068\u2069\u200b")
    screen = whole(found)
    assert unseen & set(screen.text)
    line = styled(screen)
    for copied in (to_markdown(found), to_text(screen), line.plain):
        assert not unseen & set(copied)
    linked = [
        line.plain[span.start : span.end] for span in line.spans if "t.me" in str(span.style)
    ]
    assert "Use numpy.linalg and @handle #tag 😀" in linked


def test_a_day_of_equals_has_no_head() -> None:
    (page,) = digest_pages(digest([told(f"News {n}", n) for n in range(4)]))
    assert "Top stories" not in page.text


def test_the_head_says_how_many_tell_and_never_of_one() -> None:
    stories = [told(f"News {n}", n) for n in range(4)]
    stories += [told("Pair", 7, 2), told("Weighty", 8, importance="high")]
    head = digest_pages(digest(stories))[0].text.split("\n\n")[1]
    assert head.splitlines() == ["⭐ Top stories", "• Pair — 2 channels", "• Weighty"]
    assert "1 channel" not in whole(digest(stories)).text
    start = start_screen(46, digest(stories), "en").text
    assert start.splitlines()[1:4] == ["Today: 7 posts → 6 stories.", *_marked(head)]
    assert "- [Pair](https://t.me/pane_7_0/1) — 2 channels\n" in to_markdown(digest(stories))


def _marked(head: str) -> list[str]:
    return [line.replace("•", "▸") for line in head.splitlines()[1:]]


def kindred() -> Story:
    also = tuple(
        make_entry(make_channel(f"pane_also_{n}", f"Сосед {n}"), 4, hours_ago=3 - n / 9)
        for n in range(6)
    )
    earlier = make_entry("pane_before", 5, title="The announcement", hours_ago=90)
    lists = (make_entry(make_channel("pane_list", "Список"), 6, kind="roundup"),)
    return Story(
        id="ab",
        entries=(make_entry(make_channel("pane_one", "Первое окно"), 1, title="The release"),),
        also=also,
        earlier=earlier,
        roundups=lists,
    )


def test_a_story_names_its_kin_with_links() -> None:
    (page,) = digest_pages(digest([kindred()]))
    lines = page.text.splitlines()
    assert "also: Сосед 0, Сосед 1, Сосед 2, Сосед 3 +2" in lines
    assert "earlier: The announcement" in lines
    assert "in round-ups of: Список" in lines
    assert any(line.endswith("Первое окно · discussed in 7 channels") for line in lines)
    expected = {f"https://t.me/pane_also_{n}/4" for n in range(4)}
    expected |= {"https://t.me/pane_before/5", "https://t.me/pane_list/6"}
    assert expected <= urls(page)
    assert expected <= urls(card(kindred(), "en", UTC))
    assert "ранее: The announcement" in card(kindred(), "ru", UTC).text
    assert "earlier: [The announcement](https://t.me/pane_before/5)" in to_markdown(
        digest([kindred()])
    )


def test_kinds_without_a_story_are_a_line_each_at_the_end() -> None:
    lists = [told(f"List {n}", 20 + n, kind="roundup") for n in range(8)]
    opinion = told("A view", 30, kind="opinion")
    job = [told("A job", 31, kind="job"), told("Another", 32, kind="job")]
    (page,) = digest_pages(digest([told("News", 1), *lists, opinion, *job]))
    listed, views, closing = page.text.split("\n\n")[-3:]
    assert listed.startswith("Roundups: Окно 2")
    assert (listed.count(" — List "), listed.endswith(" · +2")) == (6, True)
    assert views == "Opinions: Окно 30.0 — A view"
    assert closing.endswith("Left out: 2 job offers.")
    assert "1 story" in page.text.splitlines()[1]


def test_a_day_with_nothing_but_lists_is_quiet() -> None:
    (page,) = digest_pages(digest([told("List", 1, kind="roundup")]))
    assert page.text == "All quiet: 1 post, nothing of note.\nRoundups: Окно 1.0 — List"


def many(count: int) -> list[Story]:
    return [told(f"News {n}", n, topics=[TOPICS[n % 5]]) for n in range(count)]


def test_the_header_counts_what_there_is_and_a_button_opens_the_rest() -> None:
    found = digest(many(45))
    page = digest_pages(found)[0]
    assert "45 posts from 45 channels → 45 stories, 24 here" in page.text
    assert buttons(page)["21 more"] == f"R:day:{int(NOON.timestamp())}:1"
    assert "45 историй, здесь 24" in digest_pages(digest(many(45), language="ru"))[0].text
    few = digest_pages(digest(many(5)))[0]
    assert "here" not in few.text
    assert not [text for text in buttons(few) if text.endswith("more")]


def test_the_rest_is_paged_titles_that_open() -> None:
    stories = many(45)
    found = digest(stories)
    survey = Survey(tuple(map(story_summary, stories)))
    rest = [outline.id for outline in choose(survey, found.period).rest]
    by_id = {story.id: story for story in stories}
    here = DigestRest("day", NOON, 2, mine=False)
    page = rest_page(found, [by_id[each] for each in rest[12:]], here, 12, 2)
    lines = page.text.splitlines()
    assert lines[0] == "Also there: 21 stories"
    assert (lines[2].startswith("13. News "), len(lines)) == (True, 2 + 9)
    assert buttons(page)["13"] == f"s:{rest[12]}:{here.data}"
    assert buttons(page)["‹ Digest"] == f"D:day:{int(NOON.timestamp())}:1"
    assert all(parse_callback(data) for data in buttons(page).values())


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("length", ["normal", "detailed"])
def test_a_page_has_at_most_1800_units(seed: int, length: str) -> None:
    stories = Invented(seed).stories()
    for name in ("day", "week"):
        found = compose(stories, period(name, NOON, UTC), "ru")
        for page in digest_pages(found, length="detailed" if length == "detailed" else "normal"):
            assert utf16_len(page.text) <= 1_800


def test_a_channel_gets_few_long_messages() -> None:
    found = digest(many(24))
    pages = digest_pages(found, at_once=True)
    assert (len(pages), len(digest_pages(found))) == (2, 4)
    assert all(utf16_len(page.text) <= 4_000 for page in pages)


def test_a_long_story_fits_on_a_page_in_detail() -> None:
    points = ["з " * 400 + str(n) for n in range(4)]
    entry = make_entry(title="ё" * 900, tldr="ж " * 900, bullets=points)
    story = kindred().model_copy(update={"entries": (entry,)})
    for page in digest_pages(digest([story, told("News", 1)]), length="detailed"):
        assert utf16_len(page.text) <= 1_800


def papers() -> list[Entry]:
    return [
        make_entry(make_channel(f"pane_{n}", f"Окно {n}"), n + 1, text=f"о статье {n}",
                   papers=[make_paper(f"2611.0000{n}", f"Paper number {n}")])
        for n in range(3)
    ]  # fmt: skip


def test_a_week_names_its_papers_and_opens_its_days() -> None:
    stories = [Story(id=f"{n}", entries=(entry,)) for n, entry in enumerate(papers())]
    pages = digest_pages(digest(stories, "week"), mine=True)
    text = "\n\n".join(page.text for page in pages)
    assert "📄 Papers of the week\n• Paper number 0 — Окно 0\n• Paper number 1 — Окно 1" in text
    assert "📄 Papers" not in digest_pages(digest(stories))[0].text
    days = [(b.text, b.data) for b in pages[0].buttons[-3]]
    noon = int(NOON.timestamp())
    assert days[0] == ("Sat 14", f"d:day:{noon - 6 * 86_400}:1")
    assert days[-1] == ("Fri 20", f"d:day:{noon}:1")


def test_a_month_opens_its_weeks() -> None:
    pages = digest_pages(digest(many(3), "month"))
    weeks = [(b.text, b.data) for row in pages[0].buttons[-4:-2] for b in row]
    noon = int(NOON.timestamp())
    assert weeks[-1] == ("14–20 November", f"D:week:{noon}:1")
    assert [int(str(data).split(":")[2]) for _, data in weeks] == [
        noon - n * 7 * 86_400 for n in (4, 3, 2, 1, 0)
    ]


def test_a_week_in_a_minute_has_five_stories() -> None:
    stories = [*many(20), *(told(f"Event {n}", 50 + n, 2 + n % 3) for n in range(7))]
    head = to_text(digest_pages(digest(stories, "week", "ru"))[0]).split("\n\n")[1].splitlines()
    assert head[0] == "⏱ Неделя за минуту"
    assert [line.partition(" — ")[2] for line in head[1:]] == [
        *("4 канала", "4 канала", "3 канала", "3 канала", "2 канала")
    ]  # fmt: skip


def test_what_was_left_out_is_one_short_phrase() -> None:
    found = digest([told("News", 1)]).model_copy(
        update={"skipped": {"news": 1, "opinion": 1, "tutorial": 2, "meme": 1, "promo": 3}}
    )
    russian = found.model_copy(update={"language": "ru", "repeats": 0})
    (closing,) = [line for line in closing_lines(russian) if line.startswith("Пропущено")]
    assert closing == "Пропущено: 3 рекламных поста, 4 неважных поста."


@pytest.mark.parametrize(
    ("title", "tldr", "shown"),
    [
        ("The lab gave…", "The lab gave a model away. It fits.", "…a model away. It fits."),
        ("The lab says…", "The lab says, that all is well.", "…that all is well."),
        ("The lab…", "The laboratory is closed.", "The laboratory is closed."),
        ("The lab closed", "The lab closed in May.", "The lab closed in May."),
        ("Old news…", "The lab closed.", "The lab closed."),
    ],
)  # fmt: skip
def test_a_summary_goes_on_where_a_cut_title_leaves_off(title: str, tldr: str, shown: str) -> None:
    story = make_story(make_entry(title=title, tldr=tldr))
    assert summary_of(story, "en") == shown
    assert shown in card(story, "en", UTC).text


def test_channels_that_are_called_alike_show_their_handles() -> None:
    one, two = (
        Channel(ref=f"@{each}", handle=each, title="Окно") for each in ("ab_one", "ab_two")
    )
    other = Channel(ref="@ab_three", handle="ab_three", title="Дверь")
    names = channel_names([one, two, other, one])
    assert names == {"@ab_one": "Окно (ab_one)", "@ab_two": "Окно (ab_two)", "@ab_three": "Дверь"}


def test_channels_that_are_called_alike_are_told_apart_on_every_page() -> None:
    title = "Окно в мир больших и малых языковых моделей"
    alike = [Channel(ref=f"@{each}", handle=each, title=title) for each in ("ab_one", "ab_two")]
    told_apart = [make_story(make_entry(channel, n, title=f"Told {n}", topics=[TOPICS[n]]),
                             story_id=f"{n:012x}")
                  for n, channel in ((1, alike[0]), (30, alike[1]))]  # fmt: skip
    others = [told(f"News {n}", n, topics=[TOPICS[n % 20]]) for n in range(2, 12)]
    found = digest([told_apart[0], *others, told_apart[1]], language="ru")
    pages = digest_pages(found, length="short", per_page=3)
    assert len(pages) > 2
    text = "\n".join(page.text for page in pages)
    short = "Окно в мир больших и малых языковых"
    assert text.count(short) == text.count("(ab_one)") + text.count("(ab_two)") == 2
    for shown in (to_markdown(found).replace("\\", ""), whole(found).text):
        assert shown.count(short) == shown.count("(ab_one)") + shown.count("(ab_two)") == 2
    rest = rest_page(found, named_apart(told_apart[1:], told_apart[:1]),
                     DigestRest("day", NOON), 0, 1)  # fmt: skip
    assert "(ab_two)" in rest.text


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("HalfBit: weights in half a bit", "HalfBit · 2611.90412"),
        ("On windows", "On windows · 2611.90412"),
        ("", "2611.90412"),
    ],
)
def test_a_paper_is_called_by_its_name_and_number(title: str, label: str) -> None:
    assert bare(paper_label(make_paper("2611.90412", title))) == label

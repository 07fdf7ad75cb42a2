"""Where rules and verdicts put a post, and which edits make another event of it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from bot.collect.text.links import make_link
from bot.digest.event_names import tell
from bot.digest.same_event import CERTAIN, LIKELY, Tie, likeness
from bot.digest.story_ties import (
    Placing,
    became_other,
    both_verdicts,
    follows_on,
    is_refuted,
    is_roundup,
    items_of,
    place,
    posts_referred_to,
    unjudged,
)
from bot.model import Link, Verdict
from tests.fakes.entries import make_channel, make_entry, make_post

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STORIES = {"a/1": "s1", "b/2": "s2"}


class Found(NamedTuple):
    key: str
    story: str
    tie: Tie


def found(key: str, score: float) -> Found:
    return Found(key, STORIES[key], Tie(score=score, reason="names:zorkan 4.2"))


def said(*shown: str, same: str = "", follows: str = "") -> Verdict:
    return Verdict(shown=shown, same=same, follows=follows)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (CERTAIN - 0.21, Placing(group=("s1",), why_group="grouped:names:zorkan 4.2")),
        (LIKELY, Placing(group=("s1",), why_group="grouped:names:zorkan 4.2")),
        (LIKELY - 0.01, Placing()),
        (
            CERTAIN,
            Placing("s1", "names:zorkan 4.2", ("s2",), "grouped:names:zorkan 4.2"),
        ),
    ],
)
def test_without_a_verdict_the_score_decides(score: float, expected: Placing) -> None:
    assert place([found("a/1", score), found("b/2", score - 1)], None, {}) == expected


def test_a_post_near_two_items_makes_one_of_them() -> None:
    candidates = [found("a/1", LIKELY + 0.1), found("b/2", LIKELY)]
    assert place(candidates, None, {}).group == ("s1", "s2")


def test_two_half_likely_tellings_speak_for_their_item() -> None:
    assert likeness([LIKELY - 0.5]) < LIKELY
    assert likeness([LIKELY - 0.5, LIKELY - 0.5]) >= LIKELY
    assert likeness([LIKELY - 0.5, LIKELY - 4]) < LIKELY
    assert likeness([LIKELY - 1, LIKELY - 1]) == LIKELY - 1


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (said("a/1", same="a/1"), Placing(join="s1", why="judged")),
        (said("a/1", "b/2"), Placing()),
        (said("a/1", "b/2", follows="b/2"), Placing(follows="b/2")),
        (said("a/1", "b/2", same="b/2", follows="a/1"), Placing(join="s2", why="judged")),
        (said("a/1", "b/2", same="c/9"), Placing()),
        (said("a/1", "b/2", follows="c/9"), Placing()),
        (said("a/1"), Placing(group=("s2",), why_group="grouped:names:zorkan 4.2")),
        (
            said(same="a/1"),
            Placing("s1", "names:zorkan 4.2", ("s2",), "grouped:names:zorkan 4.2"),
        ),
    ],
    ids=["same", "neither", "follows", "same wins", "same of what was not shown",
         "follows what was not shown", "rules for the rest", "shown nothing"],
)  # fmt: skip
def test_a_verdict_holds_for_what_was_shown(verdict: Verdict, expected: Placing) -> None:
    candidates = [found("a/1", CERTAIN), found("b/2", LIKELY)]
    assert place(candidates, verdict, STORIES) == expected


def test_a_verdict_on_a_post_that_has_gone_joins_nothing() -> None:
    assert place([], said("c/9", same="c/9", follows="c/9"), {}) == Placing()


def test_only_what_was_not_shown_is_asked_about() -> None:
    candidates = [found("a/1", CERTAIN), found("b/2", LIKELY)]
    assert unjudged(candidates, None) == tuple(candidates)
    assert unjudged(candidates, said("a/1")) == (candidates[1],)
    assert unjudged(candidates, said("a/1"), "s2") == ()


def test_two_calls_are_one_verdict() -> None:
    one, two = said("a/1", follows="a/1"), said("b/2", same="b/2")
    assert both_verdicts(one, two) == said("a/1", "b/2", same="b/2", follows="a/1")
    assert both_verdicts(None, two) == two
    assert both_verdicts(one, None) == one


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (None, False),
        (said("a/1", same="a/1"), False),
        (said("a/1"), True),
        (said("a/1", follows="a/1"), True),
        (said("c/9"), False),
        (said("a/1", "c/9", same="c/9"), True),
    ],
)
def test_a_story_is_refuted_by_who_saw_it(verdict: Verdict | None, expected: bool) -> None:
    assert is_refuted(verdict, ["a/1", "b/2"]) is expected


OUT = "⚡️ Вышла Zorkan 4.2!\n\nЛаборатория Tarnis выпустила новую модель с миллионом токенов."


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (OUT.replace("выпустила", "выпустла"), False),
        (f"{OUT}\n\nUPD: цена стала известна, два доллара за миллион токенов.", False),
        (OUT.replace("миллионом", "двумя миллионами"), False),
        (OUT.replace("4.2", "4.2 Max"), True),
        ("⚡️ Marvox 7 вышел!\n\nСтартап Quellin выпустил робота, который моет окна.", True),
        ("Вечером собираемся в парке говорить о книгах, приходите с друзьями и собаками.", True),
    ],
    ids=["typo", "addition", "correction", "other product", "other event", "no event"],
)
def test_an_edit_makes_another_event_or_does_not(after: str, expected: bool) -> None:
    old = tell(make_entry(text=OUT, kind="release"))
    assert old is not None
    assert became_other(old, tell(make_entry(text=after, kind="release"))) is expected


def test_what_became_an_advert_tells_no_event() -> None:
    old = tell(make_entry(text=OUT, kind="release"))
    assert old is not None
    assert became_other(old, tell(make_entry(text=OUT, kind="promo")))


def linked(*urls: str) -> list[Link]:
    return [link for link in map(make_link, urls) if link]


def test_a_reply_and_the_only_link_to_an_own_post_name_what_came_before() -> None:
    own = ["https://t.me/pane_one/7", "https://t.me/pane_one/7?single", "https://t.me/other/5"]
    assert posts_referred_to(make_post("pane_one", 9, links=linked(*own))) == ("@pane_one/7",)
    many = linked("https://t.me/pane_one/7", "https://t.me/Pane_One/8")
    assert posts_referred_to(make_post("pane_one", 9, links=many)) == ()
    reply = make_post("pane_one", 9).model_copy(update={"reply_to": 3})
    assert posts_referred_to(reply) == ("@pane_one/3",)
    itself = make_post("pane_one", 9, links=linked("https://t.me/pane_one/9"))
    assert posts_referred_to(itself) == ()
    closed = make_channel().model_copy(update={"ref": "123", "handle": None})
    assert posts_referred_to(make_post(closed, 9, links=linked("https://t.me/c/123/4"))) == (
        "123/4",
    )


@pytest.mark.parametrize(
    ("hours", "kinds", "expected"),
    [
        (5, ("news", "release"), True),
        (24 * 29, ("news", "release"), True),
        (24 * 31, ("news", "release"), False),
        (-5, ("news", "release"), False),
        (5, ("roundup", "release"), False),
        (5, ("news", "roundup"), False),
        (5, ("job", "release"), False),
        (5, ("news", "promo"), False),
    ],
)
def test_what_follows_on_what(hours: float, kinds: tuple[str, str], expected: bool) -> None:
    later = make_entry("pane_one", 9, kind=kinds[0], at=NOW, hours_ago=0)
    earlier = make_entry(
        "pane_one", 3, kind=kinds[1], at=NOW - timedelta(hours=hours), hours_ago=0
    )
    assert follows_on(later, earlier) is expected


def test_the_items_of_a_round_up_are_its_links_and_products() -> None:
    text = (
        "Новости за неделю\n\n— Вышла Zorkan 4.2 от Tarnis, контекст миллион токенов\n"
        "— Quellin показала Marvox 7, робота для дома"
    )
    page = "https://tarnis.ai/news/zorkan"
    links = linked(page, "https://t.me/other/5", "https://arxiv.org/abs/2611.00001")
    entry = make_entry(text=text, kind="news", links=links)
    assert is_roundup(entry)
    items = items_of(entry)
    assert items[0] == page
    assert {"zorkan 4.2", "marvox 7"} <= set(items)
    assert not any("t.me" in item or "arxiv" in item for item in items)

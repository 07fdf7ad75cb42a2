"""What the worker makes of follow-ups, round-ups, verdicts and judges of every temper."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.collect.text.links import make_link
from bot.extract.told_before import Candidate
from bot.model import Entry, Link, Story, Verdict
from bot.publish.queries import stories_of
from bot.publish.worker import join_story
from bot.store import Store
from bot.store.queue.stream import Item
from tests.fakes.clock import standing_at
from tests.fakes.entries import make_entry

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROOTS = ("гора", "река", "поле", "дом", "кот", "чай", "лес", "мост", "окно", "лист")
OUT = (
    "⚡️ Вышла Zorkan 4.2!\n\nЛаборатория Tarnis выпустила новую модель: контекст миллион токенов, "
    "цена прежняя, в задачах на код обгоняет прошлую версию."
)
AGAIN = (
    "Лабораторія Tarnis представила Zorkan 4.2 😱\n\nУ моделі контекст на мільйон токенів, а ціна "
    "не змінилася. Код пише краще за попередню версію."
)
PAGE = "https://tarnis.ai/news/zorkan"

Judging = Callable[[Entry, Sequence[Candidate]], Awaitable[Verdict | None]]


class Judge:
    """Says of all that it is asked about what it is told to say, and remembers what that was."""

    def __init__(self, same: str = "", follows: str = "", *, first: bool = False) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self._same, self._follows, self._first = same, follows, first

    async def __call__(self, entry: Entry, candidates: Sequence[Candidate]) -> Verdict | None:
        shown = tuple(each.key for each in candidates)
        self.asked.append((entry.key, shown))
        return Verdict(shown=shown, same=shown[0] if self._first else self._same,
                       follows=self._follows)  # fmt: skip


async def publish(store: Store, entry: Entry, judge: Judging | None = None) -> str:
    await store.posts.ingest(entry.post)
    for item in await store.post_stream.read("t", 1):
        await store.entries.commit(entry, item)
    for item in await store.entry_stream.read("t", 1):
        await join_story(store, item, standing_at(NOW), judge=judge)
    return (await store.stories.of([entry.key]))[entry.key]


async def read_again(store: Store, entry: Entry, judge: Judging | None = None) -> str:
    """The story of an entry of which the model has made another one."""
    await store.entries.prefer(entry.prompt_id)
    assert await store.entries.commit(entry, Item("0-1", {})) == "stored"
    for item in await store.entry_stream.read("t", 1):
        await join_story(store, item, standing_at(NOW), judge=judge)
    return (await store.stories.of([entry.key]))[entry.key]


def post(channel: str, text: str, number: int = 1, **fields: object) -> Entry:
    given = {"kind": "release", "at": NOW, "hours_ago": 1, **fields}
    return make_entry(channel, number, text=text, **given)  # type: ignore[arg-type]


def judged(entry: Entry, verdict: Verdict) -> Entry:
    changed = entry.analysis.model_copy(update={"verdict": verdict})
    return entry.model_copy(update={"analysis": changed})


def replying(entry: Entry, number: int) -> Entry:
    changed = entry.post.model_copy(update={"reply_to": number})
    return entry.model_copy(update={"post": changed})


def linked(*urls: str) -> list[Link]:
    return [link for link in map(make_link, urls) if link]


async def story(store: Store, entry: Entry) -> Story:
    [found] = await stories_of(store, [entry])
    return found


@pytest.fixture
async def watched(store: Store) -> Store:
    """A store that has seen a hundred posts of other things, so that it knows what is rare."""
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for n in range(100):
        words = f"{ROOTS[n % 10]} {ROOTS[n // 10]}"
        await publish(store, post(f"quiet_{n % 20}", f"Про {words}, OpenAI и Python, {n}.", n + 1))
    return store


async def test_a_reply_of_the_channel_itself_is_a_follow_up(watched: Store) -> None:
    first = post("lab_news", OUT, 5, hours_ago=9)
    await publish(watched, first)
    reply = replying(post("lab_news", "Дополнение: веса выложат в пятницу.", 9), 5)
    link = linked("https://t.me/lab_news/5")
    linking = post("lab_news", "Мы попробовали её на своих задачах.", 10, links=link)
    elsewhere = post("ua_news", "А вот что пишут коллеги.", 10, links=link)
    for entry in (reply, linking, elsewhere):
        await publish(watched, entry)
    assert (await story(watched, reply)).earlier == first
    assert (await story(watched, linking)).earlier == first
    assert (await story(watched, elsewhere)).earlier is None
    await watched.read_model.refresh()
    survey = await watched.surveys.between(NOW - timedelta(days=1), NOW)
    shown = await watched.surveys.stories(survey.outlines)
    assert sum(each.earlier == first for each in shown) == 2


async def test_a_round_up_is_noted_with_what_it_lists_and_never_joined(watched: Store) -> None:
    release = post("lab_news", OUT, links=linked(PAGE), hours_ago=30)
    paper = post("papers", "Статья о внимании.", papers=["2611.00007"], hours_ago=20)
    old = post(
        "museum", "⚡️ Вышел Marvox 7!\n\nСтартап Quellin выпустил робота.", hours_ago=24 * 9
    )
    for entry in (release, paper, old):
        await publish(watched, entry)
    items = "— Zorkan 4.2 от Tarnis, миллион токенов\n— Marvox 7 в доме"
    by_name = post("weekly", f"Новости за неделю\n\n{items}", kind="roundup")
    by_link = post("monthly", "Дайджест новостей: всё важное", links=linked(PAGE), kind="news")
    by_paper = post("reads", "Что почитать", papers=["2611.00007", "2611.00008"], kind="roundup")
    for entry in (by_name, by_link, by_paper):
        await publish(watched, entry)
    listed = (await story(watched, release)).roundups
    assert {each.key for each in listed} == {by_name.key, by_link.key}
    assert (await story(watched, paper)).roundups == (by_paper,)
    assert (await story(watched, old)).roundups == ()
    for entry in (release, paper, by_name, by_link, by_paper):
        assert (await story(watched, entry)).entries == (entry,)


async def test_a_promo_link_of_round_ups_lists_nothing(watched: Store) -> None:
    promo = linked("https://example.org/course/join")
    ours = [
        post("ours", f"Про {ROOTS[n]} и {ROOTS[n + 1]}, OpenAI рядом.", n + 1, links=promo)
        for n in range(6)
    ]
    for entry in ours:
        await publish(watched, entry)
    await publish(watched, post("theirs", "Дайджест: всё", links=promo, kind="roundup"))
    found = [await story(watched, entry) for entry in ours]
    assert sum(len(each.roundups) for each in found) <= 3  # those before it was known as furniture


async def test_a_verdict_of_the_reading_joins_and_nobody_is_asked_again(watched: Store) -> None:
    first, judge = post("lab_news", OUT), Judge()
    told = await publish(watched, first, judge)
    said = Verdict(shown=(first.key,), same=first.key)
    second = judged(post("en_news", "Tarnis ships its new model. Long context, same price."), said)
    assert await publish(watched, second, judge) == told
    assert judge.asked == []
    assert await watched.stories.reasons([second.key]) == {second.key: "judged"}


async def test_tellings_that_come_at_one_moment_are_one_story(watched: Store) -> None:
    told = [post("lab_news", OUT), post("ua_news", AGAIN)]
    for entry in told:
        await watched.posts.ingest(entry.post)
    for item in await watched.post_stream.read("t", 2):
        await watched.entries.commit(
            next(entry for entry in told if entry.key == item.fields["key"]), item
        )
    items, clock = await watched.entry_stream.read("t", 2), standing_at(NOW)
    for judge in (None, Judge(first=True)):
        await asyncio.gather(*(join_story(watched, item, clock, judge=judge) for item in items))
    assert len(set((await watched.stories.of([entry.key for entry in told])).values())) == 1


async def test_neither_keeps_apart_what_names_would_join(watched: Store) -> None:
    first = post("lab_news", OUT)
    told = await publish(watched, first)
    second = judged(post("ua_news", AGAIN), Verdict(shown=(first.key,)))
    assert await publish(watched, second) != told
    assert (await story(watched, second)).also == ()
    copy = judged(post("mirror", OUT), Verdict(shown=(first.key,)))
    assert await publish(watched, copy) == told  # one text is certain, whatever a model says


async def test_follows_is_a_link_and_no_join(watched: Store) -> None:
    first = post("lab_news", OUT)
    await publish(watched, first)
    said = Verdict(shown=(first.key,), follows=first.key)
    await publish(watched, judged(post("ua_news", AGAIN), said))
    found = await story(watched, post("ua_news", AGAIN))
    assert found.earlier == first
    assert len(found.entries) == 1


async def test_who_was_not_shown_a_candidate_is_asked_once(watched: Store) -> None:
    first, judge = post("lab_news", OUT), Judge(first=True)
    told = await publish(watched, first, judge)
    assert judge.asked == []
    second = post("ua_news", AGAIN)
    assert await publish(watched, second, judge) == told
    assert judge.asked == [(second.key, (first.key,))]
    assert await read_again(watched, second.model_copy(update={"prompt_id": "p2"}), judge) == told
    plain = post("third", f"{AGAIN} Дивіться самі.", engine="extractive")
    await publish(watched, plain, judge)
    assert len(judge.asked) == 1


async def test_what_a_card_without_a_model_kept_apart_is_joined_when_it_is_read(
    watched: Store,
) -> None:
    first = post("lab_news", OUT)
    told = await publish(watched, first)
    words = "Tarnis ships a new model. Long context, same price, better at code."
    plain = post("en_news", words, engine="extractive")
    assert await publish(watched, plain) != told
    read = judged(post("en_news", words), Verdict(shown=(first.key,), same=first.key))
    assert await read_again(watched, read) == told
    assert len((await story(watched, first)).entries) == 2


async def test_what_names_had_joined_leaves_when_the_model_says_neither(watched: Store) -> None:
    first = post("lab_news", OUT)
    told = await publish(watched, first)
    assert await publish(watched, post("ua_news", AGAIN, engine="extractive")) == told
    read = judged(post("ua_news", AGAIN), Verdict(shown=(first.key,)))
    own = await read_again(watched, read)
    assert own != told
    assert await read_again(watched, read.model_copy(update={"prompt_id": "p2"})) == own


LIKELY = "Zorkan 4.2 від Tarnis: перші враження від моделі, яка пише код і не тільки."


async def test_what_is_likely_is_shown_together_until_the_model_says_neither(
    watched: Store,
) -> None:
    first, second = post("lab_news", OUT), post("ua_news", LIKELY, engine="extractive")
    told = await publish(watched, first)
    assert await publish(watched, second) != told
    assert [each.key for each in (await story(watched, second)).also] == [second.key]
    read = judged(post("ua_news", LIKELY), Verdict(shown=(first.key,)))
    assert await read_again(watched, read) != told
    assert (await story(watched, first)).also == ()
    same = judged(read, Verdict(shown=(first.key,), same=first.key))
    assert await read_again(watched, same.model_copy(update={"prompt_id": "p3"})) == told
    assert len((await story(watched, first)).entries) == 2


async def test_a_paper_keeps_what_a_model_would_part(watched: Store) -> None:
    first = post("lab_news", OUT, papers=["2611.00001"])
    told = await publish(watched, first)
    assert await publish(watched, post("ua_news", AGAIN, papers=["2611.00001"])) == told
    read = judged(post("ua_news", AGAIN, papers=["2611.00001"]), Verdict(shown=(first.key,)))
    assert await read_again(watched, read.model_copy(update={"prompt_id": "p2"})) == told


LINE = {
    "FLUX.2": "Лаборатория Tarnis открыла веса модели для картинок.",
    "FLUX.2 max": "Самая большая модель Tarnis рисует буквы без ошибок.",
    "FLUX.2 klein": "Маленькая модель от Tarnis поместится в телефон.",
}


@pytest.mark.parametrize(
    ("judge", "stories"),
    [
        (Judge(first=True), {1, 2, 3}),
        (Judge(), {3}),
        (Judge(same="never/1", follows="shown/2"), {3}),
        (None, {3}),
    ],
    ids=["always same", "always neither", "keys not shown", "no judge"],
)
async def test_a_product_line_and_judges_of_every_temper(
    watched: Store, judge: Judge | None, stories: set[int]
) -> None:
    entries = [
        post(f"c{n}", f"⚡️ Вышла {name}!\n\n{text}") for n, (name, text) in enumerate(LINE.items())
    ]
    places = [await publish(watched, entry, judge) for entry in entries]
    made = set(places)
    assert len(made) in stories
    assert len(made) == len(await stories_of(watched, entries)) or judge is None
    if judge is None:
        again = "Tarnis представила FLUX.2 klein 😱\n\nМаленькая модель, ей хватит и телефона."
        assert await publish(watched, post("retold", again)) == places[2]
    unrelated = post("other", "Как варить кофе дома: зёрна, вода, терпение и немного соли.")
    assert await publish(watched, unrelated, judge) not in made


async def test_a_post_from_the_future_is_a_story_like_any_other(watched: Store) -> None:
    future = post("lab_news", OUT, at=NOW + timedelta(days=3650))
    told = await publish(watched, future)
    assert await publish(watched, post("ua_news", AGAIN)) != told
    reply = replying(post("lab_news", "Сегодня.", 9), 1)
    await publish(watched, reply)
    assert (await story(watched, reply)).earlier is None


async def test_a_template_channel_follows_and_lists_nothing(watched: Store) -> None:
    said = [f"Ищем Senior {name} Engineer в Tarnis" for name in ("Zorkan", "Marvox", "Python")]
    jobs = [replying(post("jobs", t, n + 2, kind="job"), n + 1) for n, t in enumerate(said)]
    for entry in jobs:
        await publish(watched, entry)
    found = [await story(watched, entry) for entry in jobs]
    assert [(len(x.entries), x.also, x.earlier) for x in found] == [(1, (), None)] * 3

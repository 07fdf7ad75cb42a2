"""One event in channels' own words becomes one story, and what only looks like one does not."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from bot.collect.text.links import make_link
from bot.digest.event_names import Telling, tell
from bot.digest.same_event import Rarity, tie, told
from bot.model import Entry, Link
from bot.publish.worker import join_story
from bot.store import Store, keys
from bot.store.content.tellings import MAX_FOUND
from tests.fakes.clock import standing_at
from tests.fakes.entries import make_entry

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROOTS = ("гора", "река", "поле", "дом", "кот", "чай", "лес", "мост", "окно", "лист")
PROMO = "https://example.org/course/join"
VIDEO = "https://www.youtube.com/watch?v=abcdefghijk"

OUT = (
    "⚡️ Вышла Zorkan 4.2!\n\nЛаборатория Tarnis выпустила новую модель: контекст миллион токенов, "
    "цена прежняя, в задачах на код обгоняет прошлую версию."
)
AGAIN = (
    "Лабораторія Tarnis представила Zorkan 4.2 😱\n\nУ моделі контекст на мільйон токенів, а ціна "
    "не змінилася. Код пише краще за попередню версію."
)


async def publish(store: Store, entry: Entry, now: datetime = NOW) -> str:
    """The story of an entry that went through the product's own steps."""
    await store.posts.ingest(entry.post)
    for item in await store.post_stream.read("t", 1):
        await store.entries.commit(entry, item)
    for item in await store.entry_stream.read("t", 1):
        await join_story(store, item, standing_at(now))
    return (await store.stories.of([entry.key]))[entry.key]


def post(channel: str, text: str, number: int = 1, **fields: object) -> Entry:
    given = {"kind": "release", "at": NOW, "hours_ago": 1, **fields}
    return make_entry(channel, number, text=text, **given)  # type: ignore[arg-type]


def linked(*urls: str) -> list[Link]:
    return [link for link in map(make_link, urls) if link]


async def together(store: Store, entries: Iterable[Entry]) -> int:
    """How many stories these entries make, published one after another."""
    return len({await publish(store, entry) for entry in entries})


@pytest.fixture
async def watched(store: Store) -> Store:
    """A store that has seen a hundred posts of other things, so that it knows what is rare."""
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for n in range(100):
        words = f"{ROOTS[n % 10]} {ROOTS[n // 10]}"
        await publish(store, post(f"quiet_{n % 20}", f"Про {words}, OpenAI и Python, {n}.", n + 1))
    return store


@pytest.mark.slow
async def test_two_channels_own_words_on_a_release_are_one_story(watched: Store) -> None:
    first, second = post("lab_news", OUT), post("ua_news", AGAIN)
    assert await together(watched, [first, second]) == 1
    reasons = await watched.stories.reasons([first.key, second.key])
    assert list(reasons) == [second.key]
    assert reasons[second.key].startswith("names:zorkan 4.2")


async def test_nothing_is_rare_in_an_empty_store(store: Store) -> None:
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    assert await together(store, [post("lab_news", OUT), post("ua_news", AGAIN)]) == 2


@pytest.mark.parametrize(("weeks", "stories"), [(4, 1), (12, 2)])
async def test_what_is_rare_is_known_for_some_weeks(
    watched: Store, weeks: int, stories: int
) -> None:
    later = NOW + timedelta(weeks=weeks)
    told = [post("lab_news", OUT), post("ua_news", AGAIN)]
    assert len({await publish(watched, entry, later) for entry in told}) == stories


async def test_other_reasons_are_kept_as_well(watched: Store) -> None:
    copy = post("mirror", OUT)
    papers = [post(c, t, papers=["2611.00001"]) for c, t in (("a", "Статья"), ("b", "Другое"))]
    assert await together(watched, [post("lab_news", OUT), copy]) == 1
    assert await together(watched, papers) == 1
    reasons = await watched.stories.reasons([copy.key, papers[1].key])
    assert [reason.partition(":")[0] for reason in reasons.values()] == ["text", "paper"]


async def test_one_page_ties_posts_that_name_the_same(watched: Store) -> None:
    page = linked("https://tarnis.ai/news/zorkan")
    said = ("Вот и Zorkan, смотрите сами.", "Zorkan уже можно потрогать руками, и это радует.")
    entries = [post(f"c{n}", text, links=page) for n, text in enumerate(said)]
    assert await together(watched, entries) == 1
    assert (await watched.stories.reasons([entries[1].key]))[
        entries[1].key
    ] == f"link:{page[0].url}"


def test_a_name_in_an_address_is_named() -> None:
    beta = (
        "Стартап выкатил бету своего генератора, закачать ничего пока не дают, но смотреть можно"
    )
    named = (
        "Zorkan.\n\nПоходите вечером по виртуальным местам, которые рисует генератор, это красиво"
    )
    rarity = Rarity({}, 200)

    def score(*urls: str) -> float:
        entries = (post("a", beta, links=linked(*urls)), post("b", named))
        one, two = [told(each, found, rarity) for each in entries if (found := tell(each))]
        tied = tie(one, two, rarity)
        return tied.score if tied else -99.0

    assert score("https://hello.zorkan.io/start") > score("https://hello.tarnis.io/start")


def test_words_of_an_english_line_are_no_names_but_products_are() -> None:
    found = tell(post("a", "The lab of Tarnis was created late.\nA kettle for zorkan-oss is out."))
    mixed = tell(post("b", "Разработчики tarnis рассказали о том, как всё было created."))
    assert found is not None
    assert mixed is not None
    assert found.names == {"@tarnis", "@zorkan"}
    assert mixed.names == {"@tarnis", "@created"}


async def test_a_promo_link_under_everything_ties_nothing(watched: Store) -> None:
    said = ("Zorkan рисует котов", "Как варить кофе дома", "Новый Marvox читает книги", "Про Rust")
    entries = [
        post(channel, f"{text}, а курс тут.", number, links=linked(PROMO))
        for channel in ("ours", "theirs")
        for number, text in enumerate(said if channel == "ours" else reversed(said), 1)
    ]
    stories = {entry.key: await publish(watched, entry) for entry in entries}
    for one in entries:
        for two in entries:
            other = one.post.text != two.post.text
            assert not other or stories[one.key] != stories[two.key], (one.key, two.key)


async def test_ten_channels_of_one_owner_are_one_story(watched: Store) -> None:
    at = [NOW - timedelta(seconds=n) for n in range(10)]
    copies = [post(f"clone_{n}", OUT, at=moment) for n, moment in enumerate(at)]
    assert await together(watched, [*copies, post("ua_news", AGAIN)]) == 1


async def test_a_viral_video_under_unrelated_jokes_ties_nothing(watched: Store) -> None:
    jokes = (
        "Понедельник утром",
        "Мой кот, когда видит огурец",
        "Дедлайн в пятницу",
        "😂😂 каждый раз",
    )
    entries = [post(f"fun_{n}", t, links=linked(VIDEO), kind="news") for n, t in enumerate(jokes)]
    assert await together(watched, entries) == len(jokes)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            "job",
            [
                "Ищем Senior Zorkan Engineer в команду Tarnis, удалённо, опыт от трёх лет",
                "В Tarnis нужен Middle Zorkan Engineer: офис в Москве, ДМС, вилка на встрече",
            ],
        ),
        (
            "roundup",
            [
                "Новости за неделю: вышла Zorkan 4.2, Marvox научился петь, Quellin купили",
                "Дайджест: Zorkan 4.2 представила Tarnis, а Marvox поёт",
            ],
        ),
        (
            "release",
            [
                "Zorkan 4.2 вышла.\n\nMistral: Devstral-2\nКомпания выпустила модели для кода\n\n"
                "Meta: Sonar-1\nИнструмент для звука, его выпустили вчера",
                OUT,
            ],
        ),
    ],
    ids=["vacancies", "digests", "items under headings"],
)
async def test_templates_and_round_ups_are_no_event(
    watched: Store, kind: str, texts: list[str]
) -> None:
    entries = [post(f"c{n}", text, kind=kind) for n, text in enumerate(texts)]
    assert await together(watched, entries) == len(texts)


async def test_daily_papers_of_two_channels_stay_apart(watched: Store) -> None:
    told = [
        "Daily Papers: Zorkan Attention. Авторы ускоряют внимание и дают код.",
        "Daily Papers: Marvox Memory. Авторы ускоряют память и дают код.",
    ]
    entries = [
        post(f"papers_{c}", told[n], n + 1, papers=[f"2611.0000{n}"], kind="paper_review")
        for c in range(2)
        for n in range(2)
    ]
    assert await together(watched, entries) == 2


@pytest.mark.slow
async def test_each_product_of_a_line_is_an_event_of_its_own(watched: Store) -> None:
    told = {
        "Zorkan 4": "Лаборатория Tarnis выпустила модель для кода.",
        "Zorkan 4.2": "Tarnis обновила модель: контекст стал длиннее.",
        "Zorkan 4.2 Max": "Самая большая модель Tarnis пишет код и рисует.",
        "Zorkan 4.2 Mini": "Маленькая модель от Tarnis поместится в телефон.",
        "Zorkan-5": "Новое поколение Tarnis думает дольше и дороже.",
        "Zorkan 5 Code": "У Tarnis теперь есть модель только для программистов.",
    }
    entries = [
        post(f"c{n}", f"⚡️ Вышла {name}!\n\n{text}") for n, (name, text) in enumerate(told.items())
    ]
    assert await together(watched, entries) == len(told)
    again = [post(f"d{n}", f"{name} уже тут\n\n{text[::-1]}") for n, (name, text) in
             enumerate(told.items())]  # fmt: skip
    assert await together(watched, [*entries, *again]) == len(told)


@pytest.mark.parametrize("word", ["klein", "lite", "quokka"])
async def test_a_word_after_the_version_is_another_model(watched: Store, word: str) -> None:
    small = OUT.replace("Zorkan 4.2", f"Zorkan 4.2 {word}")
    told = small.replace("Вышла", "Уже тут").replace("прошлую версию", "всех")
    line = [post("lab_news", OUT.partition("\n")[0]), post("small", small.partition("\n")[0])]
    assert await together(watched, line) == 2
    assert len({named.subjects for each in line if (named := tell(each))}) == 2
    assert await together(watched, [post("one", small), post("two", told)]) == 1


BILLIONS = (
    "Marvox вкладывает $40 млрд в заводы Quellin, сделка уже подписана.",
    "Сорок? Нет, опечатки нет: 40 миллиардов от Marvox получит Quellin.",
)


async def test_an_amount_counts_where_both_name_it(watched: Store) -> None:
    entries = [post(f"c{n}", text, kind="news") for n, text in enumerate(BILLIONS)]
    named = [tell(each) for each in entries]
    assert [each.amounts for each in named if each] == [{"#4e+10"}] * 2
    rarity = Rarity({}, 200)
    other = post("c2", BILLIONS[1].replace("40", "90"), kind="news")
    one, two, far = (told(each, tell(each) or Telling(), rarity) for each in (*entries, other))
    near, apart = tie(two, one, rarity), tie(far, one, rarity)
    assert near and apart and near.score > apart.score


async def test_a_group_without_a_name_says_its_words(watched: Store) -> None:
    said = (
        "Албанский премьер назначил министром виртуальную барышню против коррупции.",
        "Виртуальная барышня стала министром Албании: коррупции объявлена война.",
    )
    entries = [post(f"c{n}", text, kind="news") for n, text in enumerate(said)]
    for entry in entries:
        await publish(watched, entry)
    [why] = (await watched.stories.reasons([each.key for each in entries])).values()
    assert why.startswith("grouped:words:")
    assert "barish"[:5] in why


async def test_what_is_only_expected_is_not_yet_out(watched: Store) -> None:
    soon = "С минуты на минуту выходит Zorkan 4.2\n\nМодель заметили в приложении, ждём анонса."
    assert await together(watched, [post("early", soon), post("lab_news", OUT)]) == 2


@pytest.mark.parametrize(("second", "stories"), [("29 вересня", 2), ("29 августа", 1)])
async def test_another_day_is_another_meeting(watched: Store, second: str, stories: int) -> None:
    told = (
        "29 серпня в Києві — OSINT-інтенсив Tarnis Institute. Реєстрація відкрита.",
        f"Tarnis Institute кличе на OSINT-інтенсив у Києві {second}, реєстрація за посиланням.",
    )
    assert await together(watched, [post(f"c{n}", t) for n, t in enumerate(told)]) == stories


async def test_a_channel_goes_on_in_a_story_of_its_own(watched: Store) -> None:
    later = "Zorkan 4.2 вышла, а мы её уже выпустили в прод: Tarnis обещала, и работает."
    assert await together(watched, [post("lab_news", OUT), post("lab_news", later, 2)]) == 2


@pytest.mark.parametrize("days", [8, -3650])
async def test_another_time_is_another_event(watched: Store, days: int) -> None:
    far = post("ua_news", AGAIN, at=NOW - timedelta(days=days))
    assert await together(watched, [post("lab_news", OUT), far]) == 2
    assert await publish(watched, post("third", AGAIN.replace("😱", "и всё", 1))) is not None


MARVOX = (
    "⚡️ Marvox 7 вышел!\n\nСтартап Quellin выпустил робота, который моет посуду и окна.",
    "Стартап Quellin представил Marvox 7 🤖\n\nРобот моет окна и посуду, но дорого стоит.",
)


def edited(entry: Entry, text: str) -> Entry:
    changed = entry.post.model_copy(update={"text": text, "edited": True})
    return entry.model_copy(update={"post": changed})


async def test_an_edit_into_another_event_takes_a_story_of_one_along(watched: Store) -> None:
    entry = post("lab_news", OUT)
    story = await publish(watched, entry)
    assert await publish(watched, edited(entry, MARVOX[0])) == story
    assert await publish(watched, post("ua_news", MARVOX[1])) == story
    assert await publish(watched, post("third", AGAIN)) != story


async def test_an_edit_of_the_first_post_draws_nobody_along(watched: Store) -> None:
    entry = post("lab_news", OUT)
    story = await publish(watched, entry)
    assert await publish(watched, post("third", AGAIN)) == story
    assert await publish(watched, edited(entry, MARVOX[0])) == story
    assert await publish(watched, post("ua_news", MARVOX[1])) != story
    again = AGAIN.replace("Код пише", "А код пише").replace("😱", "🔥")
    assert await publish(watched, post("fourth", again)) == story


@pytest.mark.slow
async def test_an_edit_into_another_event_leaves_the_story_that_it_had_joined(
    watched: Store,
) -> None:
    first, second = post("lab_news", OUT), post("ua_news", AGAIN)
    story = await publish(watched, first)
    assert await publish(watched, second) == story
    typo = AGAIN.replace("мільйон", "міліон")
    assert await publish(watched, edited(second, typo)) == story
    own = await publish(watched, edited(second, MARVOX[1]))
    assert own != story
    assert await watched.stories.members(story) == (first.key,)
    assert await watched.stories.reasons([second.key]) == {}
    assert await publish(watched, post("third", MARVOX[0])) == own
    assert await publish(watched, edited(second, MARVOX[1])) == own


async def test_a_deleted_post_is_found_by_nobody(watched: Store) -> None:
    entry = post("lab_news", OUT)
    gone = await publish(watched, entry)
    assert await watched.redis.exists(keys.telling(entry.key)) == 1
    assert await watched.posts.get(entry.key) is not None
    await watched.entries.retract(entry.key, entry.post.channel.ref)
    assert await watched.redis.exists(keys.telling(entry.key)) == 0
    assert await publish(watched, post("ua_news", AGAIN)) != gone


async def test_what_a_post_is_compared_with_does_not_grow(watched: Store) -> None:
    counts = [key async for key in watched.redis.scan_iter(f"{keys.term_counts('')}*")]
    before = [await watched.redis.strlen(key) for key in counts]
    for n in range(3 * MAX_FOUND):
        text = f"Zorkan 4.2 и {ROOTS[n % 10]} {ROOTS[n // 10]}: слово за словом, {n} раз."
        await publish(watched, post(f"chat_{n}", text, kind="opinion"))
    assert [await watched.redis.strlen(key) for key in counts] == before
    lists = [key async for key in watched.redis.scan_iter(f"{keys.told_by('')}*")]
    assert max([await watched.redis.llen(key) for key in lists]) <= MAX_FOUND


@pytest.mark.slow
async def test_a_post_that_comes_twice_is_counted_once(watched: Store) -> None:
    entry = post("lab_news", OUT)
    await publish(watched, entry)
    [counts] = [key async for key in watched.redis.scan_iter(f"{keys.term_counts('')}*")]
    before = await watched.redis.get(counts)
    edited = entry.post.model_copy(update={"text": f"{OUT} ", "views": 7, "edited": True})
    await publish(watched, entry.model_copy(update={"post": edited}))
    assert await watched.redis.get(counts) == before

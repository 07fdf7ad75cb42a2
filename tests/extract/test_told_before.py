"""Which earlier post tells the same event: what a model is asked, what its answers become."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.extract.llm import prompt
from bot.extract.told_before import told_before
from bot.extract.worker import Analyst
from bot.model import Entry, Event
from bot.publish.worker import join_story
from bot.store import Store
from tests.digest.test_same_event import AGAIN, OUT, post, publish
from tests.extract.work import NOW, analyst, entry_of, take
from tests.fakes.clock import standing_at
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import Asked, fails, judging
from tests.fakes.openai_tokens import count

Rule = Callable[[list[str]], dict[str, Any]]

ENGLISH = (
    "Tarnis ships Zorkan 4.2: a million tokens of context at the old price, and it writes code "
    "better than the model before it."
)
OTHERS = ("Кіт дня", "Про каву", "Rust 9", "Погода", "Книга", "Музей", "Парк", "Потяг")
PREFIX = 4_500
"""Tokens, at most, of what is the same for all posts."""


def zorkan(lines: list[str]) -> dict[str, Any]:
    """The first line of the channel that told the release."""
    found = [n for n, told in enumerate(lines, 1) if told.startswith("lab_news")]
    return {"same_as": found[0] if found else None, "follows": None}


@pytest.fixture
async def told(store: Store) -> Store:
    """A store in which a Russian channel has told the release, among other things."""
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for n in range(40):
        await publish(store, post(f"quiet_{n}", f"{OTHERS[n % 8]}, OpenAI, Python {n}.", n + 1))
    await publish(store, post("lab_news", OUT))
    return store


async def read(store: Store, entry: Entry, rule: Rule) -> tuple[Entry, list[Asked]]:
    """The entry of a post that a model with such a rule has read, and what was asked."""
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.default = judging(rule)
        await reader.handle(await take(store, entry.post))
        return await entry_of(store, entry.post), fake.requests


async def test_candidates_go_with_the_post_and_the_answer_is_a_key(told: Store) -> None:
    entry, asked = await read(told, post("ua_news", AGAIN), zorkan)
    assert len(asked) == 1
    assert any(each.startswith("lab_news") for each in asked[0].earlier)
    verdict = entry.analysis.verdict
    assert verdict is not None
    assert verdict.same == "@lab_news/1"
    assert verdict.same in verdict.shown


async def test_a_post_without_candidates_is_asked_as_if_there_were_no_judge(told: Store) -> None:
    words = "Рецепт борща от бабушки: свёкла, капуста, два часа на медленном огне и чеснок."
    alone = post("cook", f"{words} Подавать со сметаной и ржаным хлебом.")
    entry, [asked] = await read(told, alone, zorkan)
    assert entry.analysis.verdict is None
    [sent] = [m["content"] for m in asked.body["messages"] if m["role"] == "user"]
    marker = str(sent).split()[1]
    assert sent == prompt.user(prompt.load_prompt(), alone.post, marker)
    assert "EARLIER" not in str(sent)


@pytest.mark.parametrize(
    "rule",
    [
        lambda lines: {"same_as": 99, "follows": None},
        lambda lines: {"same_as": 0, "follows": -3},
        lambda lines: {"same_as": 1, "follows": 1},
        lambda lines: {"same_as": "the first", "follows": {"n": 1}},
        lambda lines: {},
    ],
)
async def test_a_bad_answer_says_nothing_and_costs_no_repair(told: Store, rule: Rule) -> None:
    entry, asked = await read(told, post("ua_news", AGAIN), rule)
    assert len(asked) == 1
    assert entry.engine == "llm"
    verdict = entry.analysis.verdict
    assert verdict is not None
    assert (verdict.same, verdict.follows) == ("", "")


async def test_a_reading_is_used_again_without_its_verdict(told: Store) -> None:
    async with FakeOpenAI() as fake, analyst(told, fake) as reader:
        fake.default = judging(zorkan)
        entries = [post("ua_news", AGAIN), post("mirror", AGAIN)]
        for entry in entries:
            await reader.handle(await take(told, entry.post))
        assert len(fake.requests) == 1
    verdicts = [(await entry_of(told, each.post)).analysis.verdict for each in entries]
    assert verdicts[0] is not None
    assert verdicts[1] is None


async def test_a_judge_that_names_one_number_blindly_is_no_longer_heard(told: Store) -> None:
    async with FakeOpenAI() as fake, analyst(told, fake) as reader:
        fake.default = judging(lambda lines: {"same_as": 1, "follows": None})
        heard = []
        for n in range(12):
            entry = post(f"fresh_{n}", f"{OTHERS[n % 8]} и OpenAI, Python {n}: {OTHERS[n // 2]}.")
            candidates = await told_before(told, entry, NOW)
            heard.append(await reader.judge(entry, candidates))
        assert any(each and each.same for each in heard)
        assert not any(each and each.same for each in heard[-3:])
        fake.default = judging(lambda lines: {"same_as": None, "follows": None})
        await reader.judge(entry, candidates)
        fake.default = judging(lambda lines: {"same_as": 1, "follows": None})
        again = await reader.judge(entry, candidates)
        assert again is not None
        assert again.same


async def test_what_was_not_known_before_is_asked_in_a_small_call(told: Store) -> None:
    entry = post("ua_news", AGAIN)
    async with FakeOpenAI() as fake, analyst(told, fake) as reader:
        fake.default = judging(zorkan)
        verdict = await reader.judge(entry, await told_before(told, entry, NOW))
        [asked] = fake.requests
        assert asked.judged
        assert asked.cap == 400
    assert verdict is not None
    assert verdict.same == "@lab_news/1"
    spends = await told.usage.spends([NOW.date()])
    assert "judge" in spends[0].parts["kind"]


@pytest.mark.parametrize("trouble", ["down", "no budget", "no model", "nothing to show"])
async def test_the_judge_never_raises_for_the_model(told: Store, trouble: str) -> None:
    entry = post("ua_news", AGAIN)
    candidates = await told_before(told, entry, NOW)
    assert candidates
    if trouble == "no model":
        assert await Analyst(told).judge(entry, candidates) is None
        return
    cap = 0.000001 if trouble == "no budget" else 1.0
    async with FakeOpenAI() as fake, analyst(told, fake, cap=cap) as reader:
        fake.always = fails(503, "down") if trouble == "down" else None
        shown = () if trouble == "nothing to show" else candidates
        assert await reader.judge(entry, shown) is None
        assert bool(fake.requests) is (trouble == "down")


async def test_a_story_is_joined_by_the_verdict(told: Store) -> None:
    english = post("en_news", ENGLISH)
    async with FakeOpenAI() as fake, analyst(told, fake) as reader:
        fake.default = judging(zorkan)
        await told.posts.ingest(english.post)
        for item in await told.post_stream.read("t", 1):
            await told.entries.commit(english, item)
        for item in await told.entry_stream.read("t", 1):
            await join_story(told, item, standing_at(NOW), judge=reader.judge)
    stories = await told.stories.of(["@lab_news/1", english.key])
    assert len(set(stories.values())) == 1


async def test_a_card_from_a_post_with_orders_meets_no_other_prompt(told: Store) -> None:
    def other(text: str) -> str:
        return text.replace("Zorkan 4.2", "Quarnil 7").replace("Tarnis", "Belvex")

    bad = post("evil_news", other(OUT))
    ordered = bad.analysis.model_copy(update={"instructions_in_post": True})
    await publish(told, bad.model_copy(update={"analysis": ordered}))
    again = post("ua_news", other(AGAIN))
    found = {each.key for each in await told_before(told, again, NOW, keep=False)}
    assert bad.key in found
    entry, [asked] = await read(told, again, lambda lines: {"same_as": 1, "follows": None})
    assert not any(each.startswith("evil_news") for each in asked.earlier)
    assert entry.analysis.verdict is None or entry.analysis.verdict.same != bad.key


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        ({"object": "Zorkan 4.2"}, "Zorkan 4.2"),
        ({"object": "Zorkan 7.9"}, None),
        ({"object": "4.2"}, None),
        ({"object": "Zorkan 4.2", "action": "invent"}, None),
        (None, None),
    ],
)
async def test_an_event_is_kept_where_the_post_bears_it_out(
    told: Store, event: dict[str, Any] | None, kept: str | None
) -> None:
    blank = {"actor": "Tarnis", "action": "release", "date": "soon", "new": True}
    said = {"event": None if event is None else blank | event}
    async with FakeOpenAI() as fake, analyst(told, fake) as reader:
        entry = post("ua_news", AGAIN)
        fake.default = judging(lambda lines: said)
        await reader.handle(await take(told, entry.post))
        assert len(fake.requests) == 1
    found = (await entry_of(told, entry.post)).analysis.event
    wanted = Event(actor="Tarnis", action="release", object=kept) if kept else None
    assert found == wanted


async def test_an_event_in_english_finds_what_russian_words_do_not(told: Store) -> None:
    plain = post(
        "ru_news", "Музей в Британии показал шляпу воина: ей две тысячи лет.", kind="news"
    )
    event = Event(actor="Bolton Museum", action="announce", object="Roman sun hat from Egypt")
    entry = plain.model_copy(
        update={"analysis": plain.analysis.model_copy(update={"event": event})}
    )
    english = post(
        "en_news", "A 2k-year-old sun hat worn by a Roman soldier in Egypt", kind="news"
    )
    await publish(told, english)
    assert english.key not in {each.key for each in await told_before(told, plain, NOW)}
    assert english.key in {each.key for each in await told_before(told, entry, NOW)}


async def test_an_event_known_late_makes_a_post_be_found(told: Store) -> None:
    plain = post("ru_news", "Музей в Британии показал шляпу воина: ей две тысячи лет.")
    event = Event(actor="Bolton Museum", action="announce", object="Roman sun hat from Egypt")
    reported = plain.analysis.model_copy(update={"event": event})
    english = post("en_news", "A 2k-year-old sun hat worn by a Roman soldier in Egypt")
    await publish(told, plain)
    assert plain.key not in {each.key for each in await told_before(told, english, NOW)}
    for _ in range(2):
        await told_before(told, plain.model_copy(update={"analysis": reported}), NOW)
    found = [each.key for each in await told_before(told, english, NOW)]
    assert found.count(plain.key) == 1


def test_the_static_prefix_is_short() -> None:
    from bot.extract.forms.forms import POST_SCHEMA, compact

    told = prompt.system(prompt.load_prompt(), ("ru", "en"))
    assert count(told) + count(compact(POST_SCHEMA)) <= PREFIX


def test_an_operators_older_directory_has_a_judge(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = prompt.load_prompt()
    for name in ("system", "user", "repair"):
        words = getattr(ours, name).replace("{{#earlier_posts}}", "{{#links}}")
        words = words.replace("{{/earlier_posts}}", "{{/links}}").replace("{{told}}", "")
        words = words.replace("{{date}} {{channel}}:", "")
        (tmp_path / f"analyse.{name}.md").write_text(words, "utf-8")
    (tmp_path / "digest.system.md").write_text(ours.digest_system, "utf-8")
    (tmp_path / "digest.user.md").write_text(ours.digest_user, "utf-8")
    monkeypatch.setenv("PROMPTS_DIR", str(tmp_path))
    theirs = prompt.load_prompt()
    assert theirs.judge_system == ours.judge_system
    assert not theirs.compares

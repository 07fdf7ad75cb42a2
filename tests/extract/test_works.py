"""Works of a post about several: what is said of each, checked, in the reader's language."""

from typing import Any

from bot.extract.extractive import analyse
from bot.model import Link, Paper
from tests.extract.posts import EMPTYISH, Json, checked, post
from tests.extract.talk import talking
from tests.fakes import openai_answers as answers
from tests.fakes.openai_forms import form

MASKS, TOKENS = (
    Link(url=f"https://arxiv.org/abs/2611.0000{n}", anchor=title, kind="paper",
         paper=f"arxiv:2611.0000{n}")
    for n, title in enumerate(("Sparse Attention Revisited", "Token Merging at Scale"), 1)
)  # fmt: skip
WEEKLY = post(
    "Статьи недели\n\n"
    "1. Sparse Attention Revisited: блочные маски экономят 40% памяти. Код есть.\n"
    "2. Token Merging at Scale — слияние токенов ускоряет модель вдвое.\n"
    "3. Learning from Noisy Labels\nШум в разметке иногда полезен малым моделям.",
    MASKS,
    TOKENS,
)
MASKS_RU, TOKENS_RU = "Блочные маски экономят 40% памяти", "Слияние токенов ускоряет модель вдвое"
CARD = EMPTYISH | {"title": "Статьи недели о памяти", "tldr": "Подборка статей о памяти."}


def work(number: int, ru: str | None, **fields: Any) -> Json:
    title = (MASKS, TOKENS)[number - 1].anchor
    return {"title": title, "link": number, "role": "main", "ru": ru, "en": None} | fields


def roundup(*papers: Json, **fields: Any) -> Any:
    return checked(WEEKLY, kind="roundup", papers=list(papers), ru=CARD, **fields)


def told(papers: tuple[Paper, ...]) -> list[str]:
    return [paper.gist("ru") for paper in papers]


def test_each_work_has_what_is_said_of_it_and_its_link() -> None:
    found = roundup(work(1, MASKS_RU), work(2, TOKENS_RU)).analysis
    assert told(found.papers) == [MASKS_RU, TOKENS_RU]
    assert [paper.url for paper in found.papers] == [MASKS.url, TOKENS.url]


def test_a_gist_stays_with_its_work_when_works_are_put_in_order() -> None:
    found = roundup(work(1, MASKS_RU, role="cited"), work(2, TOKENS_RU)).analysis
    assert told(found.papers) == [TOKENS_RU, MASKS_RU]
    assert [paper.url for paper in found.papers] == [TOKENS.url, MASKS.url]


def test_a_gist_is_held_to_what_a_card_is_held_to() -> None:
    bad = {
        "Маски экономят 60% памяти": "foreign_number",
        "Маски, код на https://evil.example и у @evil_bot": "foreign_url",
        "Sparse masks save memory and make the model fast": "language",
        "Блочні маски економлять пам’ять і дуже швидкі": "language",
        "0-4 facts that tldr has no room for, strongest first": "echoed_form",
    }
    for text, offence in bad.items():
        result = roundup(work(1, text), work(2, TOKENS_RU))
        first, second = told(result.analysis.papers)
        assert result.offences[offence], text
        assert "evil" not in first
        assert second == TOKENS_RU
        if offence != "foreign_url":
            assert not first
            assert [fault.field for fault in result.needs_repair] == ["papers"]


def test_a_gist_goes_with_its_work() -> None:
    gone = work(1, MASKS_RU, title="A Title That Nobody Wrote", link=None)
    assert told(roundup(gone, work(2, TOKENS_RU)).analysis.papers) == [TOKENS_RU, ""]


def test_of_one_work_the_card_tells_all() -> None:
    found = checked(papers=[work(1, "Сжатие", title=None)]).analysis
    assert found is not None
    assert told(found.papers) == [""]


def test_a_roundup_has_up_to_eight_points_any_other_post_four() -> None:
    numerals = ("раз", "два", "три", "пять", "шесть", "семь", "восемь")
    items = [f"Новость номер {numeral} о модели" for numeral in numerals]
    where = post("\n".join(items))
    for kind, most in (("roundup", 7), ("news", 4)):
        card = EMPTYISH | {"bullets": items}
        found = checked(where, kind=kind, ru=card).analysis
        assert found is not None
        assert len(found.cards["ru"].bullets) == most


async def test_a_repair_asks_for_the_works_alone() -> None:
    good = form(kind="roundup", papers=[work(1, MASKS_RU), work(2, TOKENS_RU)], ru=CARD)
    wrong = good | {"papers": [work(1, "Маски экономят 60% памяти"), work(2, TOKENS_RU)]}
    async with talking(languages=("ru",)) as (fake, model):
        fake.script(answers.says(wrong), answers.says({"papers": good["papers"]}))
        analysis, usage = await model.analyse(WEEKLY)
    assert usage.repaired
    assert list(fake.posts[1].schema["properties"]) == ["papers"]
    assert told(analysis.papers) == [MASKS_RU, TOKENS_RU]


async def test_the_short_form_tells_them_in_the_language_of_its_card() -> None:
    papers = [
        {"title": MASKS.anchor, "link": 1, "role": "main", "gist": MASKS_RU},
        {"title": TOKENS.anchor, "link": 2, "role": "main", "gist": TOKENS_RU},
    ]
    filled = {
        "kind": "roundup", "primary_topic": "inference", "secondary_topics": [], "papers": papers,
        "entities": [], "keywords": [], "instructions_in_post": False, "card": CARD,
        "importance": "normal",
    }  # fmt: skip
    async with talking(form="short") as (fake, model):
        fake.script(answers.says(filled))
        analysis, _ = await model.analyse(WEEKLY)
    assert told(analysis.papers) == [MASKS_RU, TOKENS_RU]


def test_without_a_model_they_are_the_words_of_the_post() -> None:
    found = analyse(WEEKLY)
    assert told(found.papers) == [
        "блочные маски экономят 40% памяти",
        "слияние токенов ускоряет модель вдвое",
        "Шум в разметке иногда полезен малым моделям",
    ]
    assert [paper.title for paper in found.papers][2] == "Learning from Noisy Labels"
    points = " ".join(found.cards["ru"].bullets).casefold()
    assert not any(gist.casefold() in points for gist in told(found.papers))


def test_without_a_model_a_single_work_has_no_line_of_its_own() -> None:
    alone = post("Sparse Attention Revisited: блочные маски экономят 40% памяти.", MASKS)
    assert told(analyse(alone).papers) == [""]


def test_labels_of_links_in_a_row_are_no_work() -> None:
    text = "FLUX: новая модель для картинок\n\nЗанимает третье место.\n\nKaggle, HF, Colab"
    paper = Link(url="https://arxiv.org/abs/2611.00003", anchor="Kaggle, HF, Colab", kind="paper")
    for links in ((), (paper,)):
        titles = [each.title for each in analyse(post(text, *links)).papers]
        assert not any(titles)

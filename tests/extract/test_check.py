"""The checker: nothing that the post does not say gets through, what it says does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.extract.checks.quotes import PostText
from bot.model import Link
from tests.extract.posts import CODE, EMPTYISH, EN, PAPER, RU, TEXT, Json, card, checked, post


def test_a_true_form_passes_untouched() -> None:
    result = checked(languages=("ru", "en"), en=EN, kind="paper_review")
    assert result.analysis is not None
    assert not result.needs_repair
    assert not result.offences
    assert result.analysis.cards["ru"].tldr == RU["tldr"]
    assert result.analysis.cards["en"].bullets == tuple(EN["bullets"])


OF_THE_POST = (
    "квантизация без потерь", "llama", "калибровка", "скорость", "h100", "quantattic", "примеры",
    "модели", "авторы", "биты",
)  # fmt: skip


def paper(**fields: Any) -> Json:
    return {"title": None, "link": None, "role": "main", "ru": None, "en": None} | fields


class TestLinks:
    def test_a_number_becomes_the_posts_own_address_and_paper(self) -> None:
        result = checked(papers=[paper(link=1)])
        assert result.analysis is not None
        (found,) = result.analysis.papers
        assert (found.url, found.id) == (PAPER.url, PAPER.paper)

    @pytest.mark.parametrize("link", [0, -1, 3, 10**18])
    def test_a_number_out_of_range_is_dropped_and_counted(self, link: int) -> None:
        result = checked(papers=[paper(link=link)])
        assert result.analysis is not None
        assert [each.url for each in result.analysis.papers] == [PAPER.url]  # which it forgot
        assert result.offences["bad_link"] == 1

    def test_a_title_must_stand_in_the_post(self) -> None:
        result = checked(papers=[paper(title="Attention Is All You Need", link=1)])
        assert result.analysis is not None
        assert result.analysis.papers[0].title is None
        assert result.offences["not_verbatim"] == 1

    @pytest.mark.parametrize(
        "title", ["квантизация до 3.6 бит без потерь", "«Квантизация до 3,6 бит без потерь»"]
    )
    def test_a_title_is_found_in_any_dress(self, title: str) -> None:
        result = checked(
            post("Квантизация до 3.6 бит без потерь\n\nТекст."),
            papers=[paper(title=title)],
            ru=EMPTYISH,
        )
        assert result.analysis is not None
        assert result.analysis.papers[0].title

    def test_a_title_may_be_the_words_of_a_link(self) -> None:
        link = Link(
            url="https://arxiv.org/abs/1", anchor="Attic Quantization at Scale", kind="paper"
        )
        result = checked(
            post("Вышла работа.", link),
            papers=[paper(title="Attic quantization at scale", link=1)],
            ru=EMPTYISH,
        )
        assert result.analysis is not None
        assert result.analysis.papers[0].title == "Attic quantization at scale"

    def test_a_linked_paper_that_the_form_forgot_is_added_as_cited(self) -> None:
        result = checked(papers=[])
        assert result.analysis is not None
        (found,) = result.analysis.papers
        assert (found.id, found.role) == (PAPER.paper, "cited")

    def test_reviewed_works_come_first_and_each_once(self) -> None:
        refs = [
            paper(title="QuantAttic", role="cited"),
            paper(link=1),
            paper(link=1, role="cited"),
        ]
        result = checked(papers=refs)
        assert result.analysis is not None
        assert [each.role for each in result.analysis.papers] == ["main", "cited"]


class TestWords:
    @pytest.mark.parametrize(
        "name", ["QuantAttic", "quantattic", "Llama-3.1-8B", "MMLU", "калибровки", "примеров"]
    )
    def test_entities_of_the_post_are_kept_in_any_case(self, name: str) -> None:
        result = checked(entities=[name])
        assert result.analysis is not None
        assert result.analysis.entities == (name,)

    @pytest.mark.parametrize(
        ("said", "name"),
        [
            ("Релиз показали Сберу вместе с Яндексом.", "Сбер"),
            ("Релиз показали Сберу вместе с Яндексом.", "Яндекс"),
            ("О сделке с Павлом Дуровым рассказали вчера.", "Павел Дуров"),
            ("Код написали в Лаборатории Касперского.", "Лаборатория Касперского"),
            ("Работу сделали в Сколтехе и Иннополисе.", "Сколтех"),
            ("Её обсуждали с Марией Ивановой.", "Мария Иванова"),
            ("Модель дообучили Т-Банком.", "Т-Банк"),
            ("Доступ открыли на Госуслугах.", "Госуслуги"),
            ("Авторы из Берлинского университета.", "Берлинский университет"),
            ("Задачу решали GPT-5'ом и Qwen'ом.", "Qwen"),
            ("Сравнили с OpenAI'ем, а Claude'у дали подсказку.", "Claude"),
            ("Обучили на кластере МФТИ с ГигаЧатом.", "ГигаЧат"),
            ("Это сделали в Институте искусственного интеллекта.",
             "Институт искусственного интеллекта"),
        ],
    )  # fmt: skip
    def test_the_nominative_of_a_name_is_that_name(self, said: str, name: str) -> None:
        result = checked(post(f"{post().text} {said}"), entities=[name])
        assert result.analysis is not None
        assert result.analysis.entities == (name,)

    @pytest.mark.parametrize(
        "name", ["OpenAI", "GPT-5", "@channel", "https://x.example", "61,9%", "", "я" * 200]
    )
    def test_other_entities_are_dropped_and_counted(self, name: str) -> None:
        result = checked(entities=[name])
        assert result.analysis is not None
        assert result.analysis.entities == ()
        assert result.offences["entity"] == 1

    def test_quotes_are_found_and_inventions_are_not(self) -> None:
        source = PostText(post())
        assert source.quotes("сжали  llama-3.1-8b до 3,6 бит")
        assert source.quotes("Авторы «QuantAttic» сжали Llama-3.1-8B до 3,6 бит")
        assert not source.quotes("сжали Llama-3.1-8B до 2,6 бит")
        assert not source.quotes("Авторы превзошли все известные методы сжатия")
        assert not source.quotes("")
        assert not source.quotes(post().text * 3)

    def test_yo_and_width_do_not_matter(self) -> None:
        assert PostText(post("Надёжная ＬＬＭ")).quotes("надежная LLM")

    @given(st.data())
    def test_any_fragment_of_a_post_stands_in_it(self, data: st.DataObject) -> None:
        words = post().text.split()
        start = data.draw(st.integers(0, len(words) - 4))
        end = data.draw(st.integers(start + 3, len(words)))
        assert PostText(post()).quotes(" ".join(words[start:end]))

    def test_keywords_are_plain_lower_case_and_few(self) -> None:
        result = checked(
            keywords=["MMLU", "mmlu", "https://evil.example/a", "x" * 99, *OF_THE_POST]
        )
        assert result.analysis is not None
        assert result.analysis.keywords[0] == "mmlu"
        assert len(result.analysis.keywords) == 8

    @pytest.mark.parametrize("word", ["blockchain", "openai", "автопилот", "robotics"])
    def test_keywords_that_the_post_lacks_are_dropped_and_counted(self, word: str) -> None:
        result = checked(keywords=[word, "mmlu"])
        assert result.analysis is not None
        assert result.analysis.keywords == ("mmlu",)
        assert result.offences["keyword"] == 1

    def test_a_keyword_may_name_a_topic_of_the_post_in_other_words(self) -> None:
        result = checked(keywords=["quantization", "distillation"], primary_topic="quantization")
        assert result.analysis is not None
        assert result.analysis.keywords == ("quantization",)

    def test_names_that_the_post_lacks_are_counted(self) -> None:
        assert card("Метод обходит GPTQ и AWQ.").offences["foreign_name"] == 2


class TestVerdicts:
    @pytest.mark.parametrize(
        ("primary", "secondary", "kept"),
        [
            ("rl", ["rl", "moe"], ["rl", "moe"]),
            ("rl", ["other"], ["rl"]),
            ("other", ["moe"], ["moe"]),
            ("other", ["other"], ["other"]),
            ("rl", ["moe", "code", "nlp", "speech", "data"], ["rl", "moe", "code", "nlp"]),
        ],
    )
    def test_topics_are_consistent(
        self, primary: str, secondary: list[str], kept: list[str]
    ) -> None:
        result = checked(primary_topic=primary, secondary_topics=secondary)
        assert result.analysis is not None
        assert list(result.analysis.topics) == kept
        assert bool(result.offences["topics"]) == (kept != [primary, *secondary])

    def test_a_service_message_is_about_nothing(self) -> None:
        result = checked(kind="service", primary_topic="rl", importance="high")
        assert result.analysis is not None
        assert result.analysis.topics == ("other",)
        assert result.analysis.importance == "low"

    def test_must_read_needs_a_quote_and_a_sure_full_form(self) -> None:
        quote = "61,9% на MMLU против 62,4%"
        good: Json = {"importance": "must_read", "confidence": "high", "quotes": [quote]}
        weak = (
            good,
            good | {"quotes": []},
            good | {"quotes": ["61,9% на GSM8K"]},
            good | {"confidence": "medium"},
            good | {"completeness": "media_needed"},
        )
        found = [checked(**fields).analysis for fields in weak]
        assert [each and each.importance for each in found] == [
            "must_read",
            "high",
            "high",
            "high",
            "high",
        ]

    def test_what_is_marked_as_an_advert_may_wait_whatever_a_model_says_of_it(self) -> None:
        paid = post(TEXT, Link(url="https://klen.example", advert=True))
        for where, most in ((paid, "low"), (post(), "high")):
            result = checked(where, importance="high", confidence="high")
            assert result.analysis is not None
            assert result.analysis.importance == most

    @pytest.mark.parametrize("flag", [{"instructions_in_post": True}, {"entities": ["@evil_bot"]}])
    def test_a_form_that_obeyed_loses_its_importance(self, flag: Json) -> None:
        result = checked(importance="high", **flag)
        assert result.analysis is not None
        assert result.analysis.importance == "normal"

    def test_an_incomplete_post_is_never_sure(self) -> None:
        result = checked(completeness="titles_only", confidence="high")
        assert result.analysis is not None
        assert result.analysis.confidence == "medium"


def test_an_empty_post_can_be_checked() -> None:
    result = checked(post("", CODE), ru=EMPTYISH, entities=["x"], papers=[paper(title="y")])
    assert result.analysis is not None
    assert result.analysis.entities == ()

"""Cards: in their language, within limits, without a number that the post lacks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.extract.checks.cards import TITLE_LIMIT, TLDR_LIMIT
from bot.extract.forms.response_formats import POST, SHORT
from tests.extract.posts import EN, RU, Json, card, checked, post
from tests.fakes.openai_schema import subschemas

ENGLISH = post(
    "Team Rowan compressed a 7B language model to 3 bits per weight. Accuracy on their reading "
    "test falls from 71.2 to 69.8, and the authors warn that arithmetic suffers most."
)
ABOUT_PROMPTS = post(
    "How we ask for summaries: a title of at most 70 characters that names the subject, no bait; "
    "then 1-4 sentences, <= 350 characters, for who reads nothing else: all main facts with "
    "numbers, the caveat. "
    "Only what the post states is allowed, and the author's doubts are kept."
)
CARD_FIELDS = [
    str(field["description"])
    for form in (POST, SHORT)
    for _, part in subschemas(form.schema, ())
    if {"tldr", "title"} <= part.get("properties", {}).keys()
    for field in part["properties"].values()
]


class TestNumbers:
    def test_a_sentence_with_a_foreign_number_is_dropped_and_quoted(self) -> None:
        result = card("Точность выросла до 99,7%.")
        assert result.analysis is not None
        assert result.analysis.cards["ru"].tldr == "Авторы описали метод."
        assert result.analysis.confidence == "low"
        assert result.offences["foreign_number"] == 1
        assert any("99,7" in fault.says for fault in result.needs_repair)

    def test_a_bullet_and_a_title_with_foreign_numbers_are_replaced(self) -> None:
        result = checked(
            ru=RU | {"title": "Рост в 40 раз", "bullets": ["Стало 77%", "Скорость вдвое выше"]}
        )
        assert result.analysis is not None
        shown = result.analysis.cards["ru"]
        assert "40" not in shown.title
        assert shown.bullets == ("Скорость вдвое выше",)

    def test_a_card_of_foreign_numbers_only_is_rejected(self) -> None:
        result = checked(
            ru={"title": "Рост на 77%", "tldr": "Стало 77%.", "bullets": ["Было 11%."]}
        )
        assert result.analysis is None
        assert result.needs_repair

    def test_swapped_numbers_are_quoted_and_their_sentence_goes(self) -> None:
        told = "Модель сохраняет 62,4% на MMLU против 61,9% у исходной модели."
        result = card(told)
        assert result.analysis is not None
        assert result.analysis.cards["ru"].tldr == "Авторы описали метод."
        assert result.analysis.confidence == "low"
        assert result.offences["swapped_numbers"] == 1
        assert any("61.9, 62.4" in fault.says for fault in result.needs_repair)


class TestPlainText:
    def test_what_is_taken_out_is_counted(self) -> None:
        result = card("Код на https://evil.example у @evil в **архиве**.")
        assert result.offences["foreign_url"] == 1
        assert result.offences["mention"] == 1
        assert result.offences["markup"] >= 1


class TestTheFormsOwnWords:
    @pytest.mark.parametrize("told", CARD_FIELDS)
    @pytest.mark.parametrize("dress", ["{}", "«{}»", "{}\n", "Title: {}"])
    def test_a_description_is_no_summary(self, told: str, dress: str) -> None:
        copied: Json = {"bullets": [], "tldr": dress.format(told), "title": "A model of 3 bits"}
        result = checked(ENGLISH, ("en",), en=copied)
        assert result.analysis is None
        assert result.offences["echoed_form"] == 1
        assert [fault.field for fault in result.needs_repair] == ["en"]

    @pytest.mark.parametrize(
        "title",
        [
            "<= 70 characters: names the subject, no bait, no final period",
            "Names the subject; no bait",
            "1-4 sentences, 350 characters, for who reads nothing else",
            "0-4 verbatim fragments, 4-15 words, with the main numbers",
            "70 characters",
        ],
    )
    def test_nor_is_a_piece_of_it_a_title(self, title: str) -> None:
        where = post(
            f"{ENGLISH.text} It was tried on 1-4 texts of 70 and 350, 0-4 and 4-15 of them long."
        )
        result = checked(where, ("en",), en=EN | {"title": title, "bullets": []})
        assert result.analysis is None
        assert result.offences["echoed_form"] == 1

    def test_a_point_of_it_is_dropped_and_asked_for_again(self) -> None:
        bullets = [
            "0-4 facts that tldr has no room for, strongest first",
            "Калибровка на 1350 примерах",
        ]
        result = checked(ru=RU | {"bullets": bullets})
        assert result.analysis is not None
        assert result.analysis.cards["ru"].bullets == ("Калибровка на 1350 примерах",)
        assert result.needs_repair

    @pytest.mark.parametrize("told", [CARD_FIELDS[0], CARD_FIELDS[2]])
    def test_a_post_about_prompts_may_be_quoted(self, told: str) -> None:
        said: Json = {"bullets": [told], "tldr": told, "title": "How we ask for summaries"}
        result = checked(ABOUT_PROMPTS, ("en",), en=said)
        assert result.analysis is not None
        assert not result.offences["echoed_form"]

    @pytest.mark.parametrize(
        "tldr",
        [
            "Team Rowan describes what was done and how, with the result of each model.",
            "The model's JSON schema keeps titles under a limit of characters.",
            "Only what the team states is known; the author's doubts about arithmetic stay.",
        ],
    )
    def test_a_few_words_in_common_are_no_copy(self, tldr: str) -> None:
        honest: Json = {"bullets": [], "tldr": tldr, "title": "A language model of 3 bits"}
        assert not checked(ENGLISH, ("en",), en=honest).needs_repair


class TestSubject:
    @pytest.mark.parametrize(
        ("language", "tldr"),
        [
            ("ru", "Завтра в горах обещают дождь и сильный ветер."),
            ("en", "Rain and strong winds are expected in the mountains."),
        ],
    )
    def test_a_card_about_something_else_is_refused(self, language: Any, tldr: str) -> None:
        where = post() if language == "ru" else ENGLISH
        other: Json = {"bullets": [], "tldr": tldr, "title": ""}
        result = checked(where, (language,), **{"ru": None, language: other})
        assert result.analysis is None
        assert result.offences["unrelated_card"] == 1
        assert "no word, name or number" in result.needs_repair[0].says

    @pytest.mark.parametrize(
        "tldr",
        [
            "Описаны способы уменьшения моделей.",  # another form of a word
            "Речь о подходе QuantAttic.",  # a name
            "Стало занимать 3,6 на единицу.",  # a number
            "Речь о квантованных сетях.",  # another word of one root
        ],
    )
    def test_one_word_of_the_post_is_enough(self, tldr: str) -> None:
        assert checked(ru=RU | {"title": "", "tldr": tldr, "bullets": []}).analysis is not None

    @pytest.mark.parametrize(
        ("text", "language", "tldr"),
        [
            ("", "en", "A group describes its approach to shrinking networks."),
            ("Ого, вот это да!", "ru", "Автор удивлён картинкой без пояснений."),
            ("Автори показали нову модель для перекладу та відкрили її код, це дуже цікаво для "
             "всіх, хто працює з мовою.", "ru", "Выложена система перевода с исходниками."),
            ("Die Autoren zeigen ein neues Modell für Übersetzung und öffnen den Quelltext; das "
             "freut alle, die mit Sprache arbeiten.", "en", "A translator was opened to all."),
        ],
    )  # fmt: skip
    def test_nothing_is_compared_over_languages_or_with_a_few_words(
        self, text: str, language: Any, tldr: str
    ) -> None:
        said: Json = {"bullets": [], "tldr": tldr, "title": ""}
        where = post(text) if text else post()
        result = checked(where, (language,), **{"ru": None, language: said})
        assert result.analysis is not None


class TestCards:
    def test_a_missing_card_is_asked_for_and_an_unasked_one_is_left_out(self) -> None:
        result = checked(languages=("ru", "en"))
        assert result.needs_repair
        assert result.analysis is not None
        assert set(result.analysis.cards) == {"ru"}
        assert set(checked(en=EN).analysis.cards) == {"ru"}  # type: ignore[union-attr]

    @pytest.mark.parametrize(("language", "other"), [("ru", EN), ("en", RU)])
    def test_a_card_in_the_wrong_language_is_rejected(self, language: Any, other: Json) -> None:
        cards: Json = {"ru": None, "en": None, language: other}
        result = checked(languages=(language,), **cards)
        assert result.analysis is None
        assert result.offences["language"] == 1

    def test_a_russian_card_full_of_terms_is_russian(self) -> None:
        terms = RU | {
            "title": "QuantAttic: Llama-3.1-8B на H100",
            "tldr": "MMLU: 61,9% у QuantAttic, Llama-3.1-8B — 62,4%. Модель вдвое быстрее.",
        }
        assert not checked(ru=terms).needs_repair

    @pytest.mark.parametrize(
        "empty",
        [
            {"title": "", "tldr": "", "bullets": []},
            {"title": "x", "tldr": " \u200b ", "bullets": [""]},
            {"title": "", "tldr": "https://evil.example", "bullets": []},
        ],
    )
    def test_an_empty_card_is_rejected(self, empty: Json) -> None:
        assert checked(ru=empty).analysis is None

    def test_a_card_without_a_title_gets_one_from_its_text(self) -> None:
        result = checked(ru=RU | {"title": ""})
        assert result.analysis is not None
        assert RU["tldr"].startswith(result.analysis.cards["ru"].title.rstrip("…"))

    def test_a_long_text_is_cut_at_a_sentence(self) -> None:
        result = checked(ru=RU | {"tldr": "Авторы описали новый метод сжатия моделей. " * 20})
        assert result.analysis is not None
        tldr = result.analysis.cards["ru"].tldr
        assert len(tldr) <= TLDR_LIMIT
        assert tldr.endswith("моделей.")
        assert result.offences["too_long"] == 1

    @pytest.mark.parametrize(
        ("title", "shown"),
        [
            (
                "Авторы сжали большую языковую модель, сохранив почти всё её качество на тестах",
                "Авторы сжали большую языковую модель",
            ),
            ("Модель стала быстрее.", "Модель стала быстрее"),
        ],
    )
    def test_a_long_title_is_cut_at_a_clause(self, title: str, shown: str) -> None:
        result = checked(ru=RU | {"title": title})
        assert result.analysis is not None
        assert result.analysis.cards["ru"].title == shown

    @given(st.text(alphabet="абвг ,.:—", min_size=1, max_size=900))
    def test_limits_hold_for_any_text(self, text: str) -> None:
        result = checked(ru={"title": text, "tldr": text, "bullets": [text] * 9})
        if result.analysis:
            shown = result.analysis.cards["ru"]
            assert len(shown.title) <= TITLE_LIMIT
            assert len(shown.tldr) <= TLDR_LIMIT
            assert len(shown.bullets) <= 4
            assert shown.title
            assert shown.tldr

    def test_controls_are_gone(self) -> None:
        result = card("Метод\u0000 и \u202eскорость\u2066.")
        assert result.analysis is not None
        assert result.analysis.cards["ru"].tldr.endswith("Метод и скорость.")

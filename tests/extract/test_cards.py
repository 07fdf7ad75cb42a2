"""Cards: in their language, within limits, without a number that the post lacks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.extract.cards import TITLE_LIMIT, TLDR_LIMIT
from tests.extract.posts import EN, RU, Json, card, checked


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

"""The analyst without a model reads invented posts: kinds, topics, papers, verbatim cards."""

import re

import pytest

from bot.extract.extractive import analyse
from bot.model import Link, Preview
from bot.text import normalise, utf16_len
from tests.extract.plain_posts import card_of, kind_of, post, topics_of, whole

REVIEW = """Folding Attention: Cheap Heads for Long Inputs
Anna Petrova, Boris van der Berg, Chen Li, and Dora Smith
https://arxiv.org/abs/2501.01234

Сегодня разберём статью о внимании. Авторы складывают головы внимания попарно и экономят 38% \
памяти на H100. На бенчмарке LongDoc метод FoldAttn обходит FlashAttention на 4,2 пункта. \
Обучение заняло 12 часов.

Кажется, идея простая, но работает.

#attention @tensor_attic
Тензорный чердак
👍12🔥3"""

ROUNDUP = """Подборка статей недели

Quiet Gradients: Training Without Noise
Авторы сглаживают градиенты и ускоряют сходимость на 20%.

Tiny Judges: Small Models as Evaluators
Судья на 3B согласуется с людьми в 81% случаев.

Deep Wells of Synthetic Data
Синтетика из 40 тысяч задач поднимает точность на GSM8K."""


def test_a_review_is_read_whole() -> None:
    found = analyse(post(REVIEW))
    assert found.language == "ru"
    assert found.kind == "paper_review"
    assert found.importance == "high"
    assert [paper.id for paper in found.papers] == ["arxiv:2501.01234"]
    assert found.papers[0].title == "Folding Attention: Cheap Heads for Long Inputs"
    assert found.papers[0].url == "https://arxiv.org/abs/2501.01234"
    assert "FoldAttn" in " ".join(found.entities)
    assert 3 <= len(found.keywords) <= 8


def test_a_card_keeps_the_numbers_and_drops_the_furniture() -> None:
    text = whole(card_of(REVIEW))
    assert "38%" in text
    assert "4,2" in text
    for furniture in ("Petrova", "arxiv", "#attention", "@tensor_attic", "👍", "чердак"):
        assert furniture not in text


def test_each_line_of_a_card_stands_in_the_post() -> None:
    card = card_of(REVIEW)
    source = normalise(REVIEW)
    assert all(normalise(bullet).rstrip(".") in source for bullet in card.bullets)
    sentences = re.split(r"(?<=[.!?]) (?=[А-ЯA-Z])", card.tldr)
    assert all(normalise(sentence).rstrip(".") in source for sentence in sentences)


def test_works_of_a_roundup_are_named_without_a_link() -> None:
    found = analyse(post(ROUNDUP))
    assert found.kind == "roundup"
    assert [paper.title for paper in found.papers] == [
        "Quiet Gradients: Training Without Noise",
        "Tiny Judges: Small Models as Evaluators",
        "Deep Wells of Synthetic Data",
    ]
    assert all(paper.url is None for paper in found.papers)


def test_an_address_on_the_next_line_belongs_to_the_title_above() -> None:
    text = (
        "Две статьи про память\n\nAlpha Memory for Small Models\nhttps://arxiv.org/abs/2502.00001\n"
        "Хранит следы.\n\nBeta Memory for Large Models\nhttps://arxiv.org/abs/2502.00002\nСтирает."
    )
    found = {paper.id: paper.title for paper in analyse(post(text)).papers}
    assert found == {
        "arxiv:2502.00001": "Alpha Memory for Small Models",
        "arxiv:2502.00002": "Beta Memory for Large Models",
    }


def test_a_label_before_a_title_is_not_part_of_it() -> None:
    text = (
        "New paper: Sparse Otters: Pruning at Scale\nhttps://arxiv.org/abs/2502.00003\nIt works."
    )
    assert [paper.title for paper in analyse(post(text)).papers] == [
        "Sparse Otters: Pruning at Scale"
    ]


def test_a_product_heading_is_no_work() -> None:
    text = "Новости\n\nOtter Labs: Swift 4.6\nМодель быстрее.\n\nHeron AI: Reed 2 (Beta)\nТоже."
    assert analyse(post(text)).papers == ()


def test_a_headline_leads_with_the_news() -> None:
    text = (
        "Otter Labs just released Swift-6 with open weights. The model has 200B parameters and "
        "beats Heron on SWE-bench by 12%. It is available in the API today."
    )
    assert card_of(text).title == "Otter Labs just released Swift-6 with open weights"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Сегодня все мои знакомые обсуждают сервис, который делает всё за вас совсем сам, "
            "и называется он Otter 3.",
            "Otter 3: Сегодня все мои знакомые обсуждают сервис…",
        ),
        ("Я потестировал – пока мне нравится", "Я потестировал – пока мне нравится"),
        ("Дистилляция опять сработала, как и Otter", "Дистилляция опять сработала, как и Otter"),
    ],
)
def test_a_title_that_names_nothing_has_the_name_that_follows(text: str, title: str) -> None:
    assert card_of(text).title == title
    assert utf16_len(title) <= 70


def test_what_names_nothing_may_wait() -> None:
    nothing = "Вчера вечером смотрели на закат и говорили о погоде, а потом пошли домой пешком. "
    assert analyse(post(nothing * 2)).importance == "low"
    assert analyse(post(f"{nothing * 2}Вёл нас всех Otter Studio.")).importance == "normal"


def test_a_list_of_people_and_a_model_name_are_no_works() -> None:
    text = (
        "Разбор статьи\n\nAnna Petrova, Boris Berg, Chen Li\nМетод прост.\n\nGPT-9 Pro Max\nТоже."
    )
    assert [paper.title for paper in analyse(post(text)).papers] in ([], ["GPT-9 Pro Max"])


def test_doubled_text_gives_the_card_of_the_union() -> None:
    first = "Заголовок о дистилляции\n\nУчитель на 70B передаёт ученику 93% качества на MATH.\n"
    both = "Ученик в 12 раз быстрее учителя и помещается на одну карту H100.\n"
    extra = "Цитата: дистилляция обошлась в 400 GPU-часов на кластере.\n"
    doubled = analyse(post(first + both + first.split("\n", 1)[1] + extra + both))
    (card,) = doubled.cards.values()
    text = whole(card)
    assert text.count("93%") == 1
    assert "400 GPU" in text
    assert card.title == "Заголовок о дистилляции"
    assert doubled.topics[0] == "distillation"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("service", "Channel photo updated"),
        ("service", "Всем привет! Мы создали этот канал, чтобы делиться разборами."),
        ("job", "Вакансия: ML-инженер в команду поиска\nТребования: Python, опыт от 3 лет.\n"
                "Зарплата от 300 тысяч, удалёнка. Присылайте резюме."),
        ("event", "Приглашаем на митап по рексису!\n14 марта в 19:00, офис на Неве.\n"
                  "Доклады о ранжировании, вход свободный, регистрация по ссылке."),
        ("promo", "Скидка 30% на наш курс по нейросетям! Записывайтесь, промокод внутри."),
        ("promo", "Мой второй канал про котов, подписывайтесь."),
        ("roundup", "Дайджест недели\n\n- вышла модель A\n- вышла модель B\n- новый чип C\n- суд"),
        ("tutorial", "Гайд: как настроить vLLM на двух картах\n\nШаг первый: ставим драйвер.\n"
                     "Шаг второй: собираем образ. Шаг третий: меряем задержку."),
        ("release", "Команда Kedr выпустила модель Kedr-7B с открытыми весами.\n\n"
                    "Модель понимает 40 языков и работает на одной карте."),
        ("news", "Суд обязал стартап Vetka выплатить 20 млн долларов.\n\n"
                 "По данным агентства, сделка с инвесторами сорвалась."),
        ("opinion", "Я думаю, что агенты переоценены. Мне кажется, через год мы увидим откат: "
                    "люди устанут чинить за ними, и, на мой взгляд, победят простые инструменты."),
        ("paper_review", "Вышла статья о том, как модели забывают\n\nИсследователи обучили "
                         "12 сетей и показали, что авторы прошлых работ ошибались."),
    ],
)  # fmt: skip
def test_a_kind_is_told_by_its_wordings(kind: str, text: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize("kind", ["promo", "job", "service"])
def test_what_nobody_digests_is_skipped(kind: str) -> None:
    texts = {
        "promo": "Скидка 30% на наш курс! Записывайтесь, промокод внутри.",
        "job": "Вакансия: инженер\nТребования: Python. Зарплата высокая, удалёнка, резюме сюда.",
        "service": "Channel created",
    }
    assert analyse(post(texts[kind])).importance == "skip"


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("quantization", "Квантизация до 2 бит без потерь: GPTQ против нового округления."),
        ("speech", "Новая TTS: синтез речи с клонированием голоса за три секунды."),
        ("robotics", "Гуманоидный робот научился складывать бельё, VLA на 3B параметров."),
        ("safety", "Prompt injection в браузерных агентах: джейлбрейк через картинку."),
        ("hardware", "Blackwell против H100: кернелы на CUDA и NVLink."),
        ("science", "AlphaFold нашёл структуру белка, важного для онкологии."),
        ("other", "Сегодня был прекрасный закат над рекой."),
    ],
)
def test_the_main_topic_comes_first(topic: str, text: str) -> None:
    assert topics_of(text)[0] == topic


def test_other_never_has_company_and_topics_are_few() -> None:
    assert topics_of("Просто хорошего дня всем читателям и спасибо за вопросы.") == ["other"]
    assert len(topics_of(REVIEW + ROUNDUP)) <= 3


def test_a_venue_of_papers_is_not_the_topic() -> None:
    assert "community" not in topics_of("ICML: статья о квантизации весов и GPTQ для MoE.")


def test_an_english_post_gets_an_english_card() -> None:
    text = (
        "Small judges beat large ones\n\nThe authors train a 3B evaluator that agrees with people "
        "in 81% of cases. It costs 12 times less than GPT-4o. Code is released."
    )
    found = analyse(post(text))
    assert found.language == "en"
    assert list(found.cards) == ["en"]
    assert "81%" in whole(found.cards["en"])


def test_lower_case_authors_have_sentences_too() -> None:
    card = card_of(
        "новый метод обучения наград. авторы взяли 14 задач из OGBench и обошли бейзлайны на 9%. "
        "код обещают позже. формулы сложные, но т.е. понятные. обучение идёт 6 часов на A100. "
        "в аблейшенах видно, что чанки из 5 действий лучше чанков из 25, хотя разброс выше."
    )
    assert "9%" in whole(card)
    assert utf16_len(card.title) <= 70


@pytest.mark.parametrize(
    ("more", "title"),
    [
        ({"media": ("photo", "photo")}, "Фото"),
        ({"media": ("video",), "title": "Loft"}, "Video"),
        ({"media": ("hologram",)}, "Сообщение без текста"),
        (
            {"preview": Preview(url="https://a.example/x", title="Как учат судей")},
            "Как учат судей",
        ),
    ],
)
def test_a_post_without_words_has_a_title(more: dict[str, object], title: str) -> None:
    assert card_of("", **more).title == title


def test_a_silent_post_is_skipped_unless_it_links() -> None:
    link = Link(url="https://arxiv.org/abs/2501.01234", kind="paper", paper="arxiv:2501.01234")
    assert analyse(post("", media=("photo",))).importance == "skip"
    linked = analyse(post("https://arxiv.org/abs/2501.01234", link))
    assert linked.importance == "low"
    assert [paper.id for paper in linked.papers] == ["arxiv:2501.01234"]

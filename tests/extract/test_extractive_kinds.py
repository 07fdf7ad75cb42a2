"""The analyst without a model tells adverts, jokes, lists and releases by general signs."""

import pytest

from bot.extract.extractive import analyse
from bot.model import Link, Preview
from tests.extract.plain_posts import card_of, kind_of, post, topics_of


def paper(number: int, anchor: str) -> Link:
    place = f"2601.0{number:04}"
    return Link(
        url=f"https://arxiv.org/abs/{place}", anchor=anchor, kind="paper", paper=f"arxiv:{place}"
    )


TITLES = ("Polite Wolves", "Small Bees, Large Hives", "Fog in the Loss")


def test_a_list_of_linked_papers_is_a_roundup_that_names_each() -> None:
    text = "Что почитать\n\n" + "\n".join(f"{title} — коротко о главном." for title in TITLES)
    links = [paper(number, title) for number, title in enumerate(TITLES, 1)]
    found = analyse(post(text, *links))
    assert found.kind == "roundup"
    assert [work.title for work in found.papers] == list(TITLES)


@pytest.mark.parametrize("anchor", ["Technical Report", "here", "arXiv paper", "статья о волках"])
def test_a_label_of_a_link_is_no_title(anchor: str) -> None:
    found = analyse(post(f"Авторы обучили сеть. Подробнее: {anchor}", paper(1, anchor)))
    assert [work.title for work in found.papers] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "Как агенты пишут код: разбор с примерами.\n\n#реклама ООО «Пример»",
        "Новая облачная платформа для обучения сетей.\n\nО рекламодателе erid: 2Vabcdefgh1",
        "Новая облачная платформа для обучения сетей. На правах рекламы",
    ],
)
def test_what_the_law_marks_as_an_advert_is_one(text: str) -> None:
    assert kind_of(text) == "promo"
    assert analyse(post(text)).importance == "skip"


def test_a_link_that_was_paid_for_marks_an_advert_but_not_a_whole_roundup() -> None:
    text = "Облако «Клён» открыло каталог моделей для тех, кто не хочет держать свои серверы."
    paid = Link(url="https://klen.example/cloud", anchor="каталог", advert=True)
    others = [Link(url=f"https://{name}.example/news") for name in ("ash", "oak", "elm")]
    assert analyse(post(text, paid)).kind == "promo"
    assert analyse(post(text, paid.model_copy(update={"advert": False}))).kind != "promo"
    assert analyse(post(text, paid, *others)).kind != "promo"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Облако «Клён» вышло в коммерческую эксплуатацию: шесть сервисов для обучения сетей, SLA "
         "и приятные тарифы, в среднем 40 ₽ за час.", "promo"),
        ("Разворачиваем модели под ключ. Персональный менеджер, тестовый период две недели.",
         "promo"),
        ("12 березня — інтенсив з OSINT у Луцьку. Аналітики покажуть, як шукати дані.\n"
         "Деталі й реєстрація: https://osint.example/spring", "promo"),
        ("Хочешь писать нейросети сам? Стартуем 3 февраля, количество мест ограничено.\n"
         "Регистрация по ссылке: https://school.example/ml", "promo"),
        ("Лаборатория снизила цены на Kedr 2: 40 ₽ за млн входных токенов, SLA не обещают.",
         "news"),
        ("С 1 марта регистрация в Kedr Cloud закрыта: не хватает ускорителей.", "news"),
        ("Стоимость участия в гонке ИИ растёт: Kedr потратит 40 млн долларов на кластер.", "news"),
    ],
)  # fmt: skip
def test_what_sells_a_service_or_a_seat_is_an_advert_and_news_with_prices_are_none(
    text: str, kind: str
) -> None:
    assert kind_of(text) == kind


def test_an_article_about_adverts_is_none() -> None:
    assert kind_of("Исследователи из Дубны изучили, как модель ранжирует рекламу.") != "promo"


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("Когда запустил обучение на выходные, а место на диске кончилось в пятницу 🙃", ()),
        ("POV: ты дебажишь градиенты в три часа ночи", ("photo",)),
    ],
)
def test_a_line_that_laughs_is_a_meme(text: str, media: tuple[str, ...]) -> None:
    assert kind_of(text, media=media) == "meme"


def test_a_question_of_time_is_no_joke() -> None:
    assert kind_of("Когда выйдет Kedr-8B, лаборатория пока не сообщает.") != "meme"


@pytest.mark.parametrize(
    ("heading", "kind"), [("Kedr V4.5", "release"), ("The Best Labs of 2025", "news")]
)
def test_a_product_with_its_version_heads_a_release(heading: str, kind: str) -> None:
    assert (
        kind_of(f"{heading}\n\nНа бенчах модель сравнима с прошлой, а стоит вдвое ниже.") == kind
    )


def test_what_a_method_does_without_is_not_its_topic() -> None:
    assert topics_of("Полтора бита на вес без дообучения: новая квантизация весов.") == [
        "quantization"
    ]


def test_a_pupil_is_no_scientist_and_a_point_of_view_no_vision() -> None:
    text = "Дистилляция: ученик повторяет за учителем. С точки зрения ученика это несложно."
    assert topics_of(text) == ["distillation"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("https://a.example/bees\nЛюбопытный разбор для вечера.", "Как пчёлы учат сети"),
        ("Любопытный разбор.\nhttps://a.example/bees", "Любопытный разбор"),
    ],
)
def test_a_bare_address_gives_way_to_the_title_behind_it(text: str, title: str) -> None:
    preview = Preview(url="https://a.example/bees", title="Как пчёлы учат сети")
    assert card_of(text, preview=preview).title == title


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("#промo\n\nПлатить людям в любых странах законно умеет сервис «Клён».", "promo"),
        ("Заробляй на контенті: на безкоштовному вебінарі розкажемо як.\nЗабронювати місце: тут",
         "promo"),
        ("Сервис «Клён» для переводов: по промокоду ATTIC тариф за 900 рублей.", "promo"),
        ("Переводы за минуту и без комиссии.\nРеклама. ООО «Клён», ИНН 7700000000", "promo"),
        ("Мої знайомі з лабораторії шукають Data Engineer. Досвід від 3 років, вимоги нижче, "
         "відгукнутися тут.", "job"),
        ("В команду поиска ищем инженера: опыт от двух лет, удаленка, резюме сюда.", "job"),
        ("Вчера вернулся с конференции в Томске. Мне понравились доклады, я говорил со всеми.",
         "event"),
        ("Я на хакатоне, мне весело, мой проект не собрался.", "news"),
        ("Мэрия запустила консультации о правилах для нейросетей, они идут до мая.", "news"),
        ("Лаборатория запустила сервис Kedr Cloud для обучения моделей.", "release"),
        ("Лекция, в которой авторы статей говорят о своих исследованиях, вечером в музее.",
         "news"),
    ],
)  # fmt: skip
def test_kinds_of_posts_as_channels_write_them(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Цены на авиабилеты выросли, рынок туризма ждёт спада, компании считают убытки.",
        "Клуб купил нападающего, сделка стоила миллиард, контракт на пять лет.",
        "Архитектура вокзала: десять стилей, от барокко до модерна, код в подписи к чертежу.",
    ],
)
def test_news_of_other_fields_are_of_no_topic(text: str) -> None:
    assert topics_of(text) == ["other"]


def test_there_are_at_most_two_topics() -> None:
    text = (
        "Квантизация, дистилляция и спекулятивный декодинг: агент пишет код, бенчмарк меряет RAG, "
        "а джейлбрейк ломает всё. Квантизация до 2 бит, дистилляция в студента, агент с MCP."
    )
    assert len(topics_of(text)) == 2


TOLD = "Лаборатория говорит, что новая версия стала быстрее и дешевле, а цены пока прежние.\n\n"
BOUGHT, FIRED = f"Heron купила Otter.\n\n{TOLD}", f"Reed уволила главу.\n\nСовет {TOLD.lower()}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"✔️ {BOUGHT}✔️ {FIRED}", "roundup"),
        (f"{BOUGHT}✔️ {FIRED}", "roundup"),
        (f"✔️ {BOUGHT}", "news"),
        (f"{BOUGHT}✔️ дёшево\n✔️ быстро\n✔️ удобно", "news"),
        (f"Новини за 3 хвилини від #Heron.\n\n{BOUGHT}На сьогодні все.", "roundup"),
        (f"Heron: Reed 2\n{TOLD}Otter: Swift\n{TOLD}Stork: Wren 5\n{TOLD}", "roundup"),
    ],
)
def test_news_under_marks_or_names_of_firms_are_a_roundup(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "line",
    [
        "Kaggle, HF, Colab",
        "Heron / Otter / Stork: Reed, Reed, Reed, Reed",
        "DDD + Heron + Reed",
        "🟢 Heron for Teams - можно работать вместе",
        "⏳ Learn With Heron. Новая площадка для учёбы",
    ],
)
def test_names_side_by_side_and_products_are_no_works(line: str) -> None:
    found = analyse(post(f"Heron обновилась\n\n{line}\n\nПробовать можно бесплатно."))
    assert found.papers == ()

"""Readers' words reach the topic or the kind they mean; aliases in text are evidence."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.taxonomy import Evidence, Resolved, evidence, resolve
from bot.taxonomy.spelling import swap_layout, transliterate
from bot.taxonomy.topics import Topic, TopicInfo, taxonomy

ASKED = """
квантизацию моделей=quantization; kvantizaciya=quantization; rdfynbpfwbz=quantization
квантизацыя=quantization; quantizaton=quantization; статьи про квантизацию=quantization
дообучения=finetuning; файн тюнинг=finetuning; fine tuning=finetuning; лора=finetuning
рлхф=alignment; дпо=alignment; реворд модели=alignment; грпо=rl; reinforcment learning=rl
обучение с подкреплением=rl; агентов=agents; ai agents=agents; мультиагентные системы=agents
мцп=agents; про агентов=agents; длинный контекст=long_context; контекстное окно=long_context
раг=rag_search; векторные базы данных=rag_search; embeddings=rag_search; эмбеддинги=rag_search
распознавание речи=speech; tts=speech; text to speech=speech; синтез речи=speech
роботы=robotics; робототехника=robotics; beзопасность=safety; безопасность ии=safety
prompt injection=safety; промпт инъекции=safety; интерпретируемость=interpretability
interpretabilty=interpretability; мехинтерп=interpretability; мердж моделей=model_editing
механистическая интерпретируемость=interpretability; слияние моделей=model_editing
model merging=model_editing; moe=moe; мое=moe; смесь экспертов=moe; mixture of experts=moe
ускорение инференса=inference; спекулятивное декодирование=inference; gpu=hardware
speculative decoding=inference; гпу=hardware; железо=hardware; видеокарты=hardware
код=code; вайб кодинг=code; кодинг=code; claude code=code; переводчики=nlp
машинный перевод=nlp; русский язык=nlp; рекомендательные системы=classical_ml
рекомендашки=classical_ml; time series=classical_ml; временные ряды=classical_ml
статьи=paper_review; работа=job; вакансию=job; jobs=job; мемчики=meme; мем=meme
новостей=news; реклама=promo; туториалы=tutorial; гайды=tutorial; дайджесты=roundup
подборки=roundup; мнения=opinion; события=event; ивенты=event; релизов=release
картинки=image_gen; видео генерация=image_gen; диффузионные модели=image_gen
stable difusion=image_gen; зрение=multimodal; мультимодальность=multimodal
vision language models=multimodal; датасеты=data; данные=data; dataset=data
разметка данных=data; рассуждения=reasoning; chain-of-thought=reasoning
цепочки рассуждений=reasoning; test time compute=reasoning; оптимизация=optimization
adam=optimization; законы скейлинга=pretraining; предобучение=pretraining
pretraning=pretraining; дистиляция=distillation; knowledge distilation=distillation
distillyaciya=distillation; стартапы=industry; регулирование ии=industry; бизнес=industry
инструменты=tooling; фреймворки=tooling; опенсорс=models; gpt-5=models; deepseek=models
митапы=community; хакатоны=community; биология=science; drug discovery=science
погода=science; архитектура=architecture; state space models=architecture
промты=prompting; structured outputs=prompting; json schema=prompting
оценка моделей=evaluation; бэнчмарки=evaluation; benchmarcs=evaluation
лидерборды=evaluation; llm as a judge=evaluation; #квантизация=quantization
кюда кирнелз=hardware; «RAG»=rag_search; Quantization!=quantization; rag_search=rag_search
ЁмКоСтЬ LoRA=finetuning
квантование=quantization; gguf модели=quantization; 4-bit=quantization
int4 квантизация=quantization; прунинг=inference; прунинга нейросетей=inference
кв кэш=inference; vllm vs sglang=inference; агентские системы=agents; мультиагенты=agents
function calling=agents; tool use=agents; mcp серверы=agents; дип рисерч=agents
deep research=agents; графрэг=rag_search; реранкеры=rag_search; векторный поиск=rag_search
семантический поиск=rag_search; prompt engeneering=prompting; промптинг=prompting
контекст инжиниринг=prompting; dspy=prompting; cursor=code; копайлот=code; кодогенерация=code
программирование=code; swe bench=code; суммаризация текстов=nlp; ner=nlp; перевод=nlp
sentiment analysis=nlp; токенизаторы=nlp; xgboost=classical_ml
градиентный бустинг=classical_ml; рекомендации=classical_ml; табличные данные=classical_ml
a/b тесты=classical_ml; белки=science; химия=science; медицинские модели=science
ии в медицине=science; распознавание изображений=multimodal; cv=multimodal; clip=multimodal
сегментация=multimodal; видео модели=image_gen; sora=image_gen; гены видео=image_gen
text to image=image_gen; world models=image_gen; whisper=speech; голосовые ассистенты=speech
музыка=speech; аудио=speech; беспилотники=robotics; гуманоиды=robotics
имитационное обучение=robotics; mmlu=evaluation; метрики=evaluation; эвалы=evaluation
арена=evaluation; меморизация=interpretability; пробинг=interpretability
sparse autoencoders=interpretability; взлом=safety; приватность=safety; red teaming=safety
атаки на llm=safety; кибербезопасность=safety; новые llm=models; llama=models; gpt=models
claude=models; gemini=models; открытые модели=models; langchain=tooling; pytorch=tooling
ноукод=tooling; автоматизация=tooling; инвестиций=industry; сделки=industry; регуляция=industry
законы=industry; увольнения=industry; nvidia=hardware; чипы=hardware; cuda=hardware
распределенное обучение=hardware; курсы по ml=community; подкасты=community; neurips=community
собеседования=community; предпочтения=alignment; dpo=alignment; reward models=alignment
reward hacking=alignment; ppo=rl; q learning=rl; рл=rl; cot=reasoning; o1=reasoning
математика=reasoning; олимпиадная математика=reasoning; rnn=architecture; ssm=architecture
внимание=architecture; attention=architecture; diffusion llm=architecture; моэ=moe
синтетические данные=data; дедупликация=data; датасэт=data; peft=finetuning; sft=finetuning
qlora=finetuning; адамв=optimization; шедулеры lr=optimization; градиентный спуск=optimization
скейлинг лоз=pretraining; chinchilla=pretraining; претреин=pretraining
knowledge editing=model_editing; анлернинг=model_editing; слияние=model_editing
учитель ученик=distillation; rope=long_context; 1m контекст=long_context
вакансии для джунов=job; работа в ml=job; новости за неделю=news; дайджест=roundup; юмор=meme
хайринг=job; релиз=release; futyns=agents
квантизацию=quantization; квантизациях=quantization; про 4-битные модели=quantization
gptq и awq=quantization; ggufы=quantization; int8=quantization; кванты=quantization
файнтюнить=finetuning; дообучить модель=finetuning; дообучение лорой=finetuning
lora адаптеры=finetuning; fine-tune=finetuning; файнтюненг=finetuning; fajntjuning=finetuning
rlhf=alignment; элаймент=alignment; выравнивание моделей=alignment; reward model=alignment
обучения с подкрепленнием=rl; grpo=rl; ризонинг=reasoning; ризонинга=reasoning
рассуждающие модели=reasoning; chain of thought=reasoning; test-time compute=reasoning
микстура экспертов=moe; претрейн=pretraining; pretrain=pretraining
законы масштабирования=pretraining; scaling laws=pretraining; синтетика=data
дистилляцию=distillation; knowledge distillation=distillation; мёрджинг моделей=model_editing
разучивание=model_editing; unlearning=model_editing; инференс=inference; инфиренс=inference
vllm=inference; kv cache=inference; кв-кэш=inference; длинного контекста=long_context
миллион токенов=long_context; видюхи=hardware; cuda kernels=hardware; куда ядра=hardware
тпу=hardware; nvidia h100=hardware; агенты=agents; ии-агенты=agents; multi-agent=agents
mcp=agents; rag=rag_search; поиск по документам=rag_search; векторные базы=rag_search
ембединги=rag_search; реранкер=rag_search; промпты=prompting; структурированный вывод=prompting
structured output=prompting; генерация кода=code; вайбкодинг=code; vibe coding=code; copilot=code
курсор=code; swe-bench=code; нлп=nlp; catboost=classical_ml; рексис=classical_ml
медицина=science; alphafold=science; мультимодальные модели=multimodal; мультимодалки=multimodal
vlm=multimodal; ocr=multimodal; генерация картинок=image_gen; диффузия=image_gen
диффузионки=image_gen; генерация видео=image_gen; text-to-image=image_gen; asr=speech
голосовые модели=speech; беспилотные автомобили=robotics; бенчмарки=evaluation
sae=interpretability; безопасность=safety; джейлбрейк=safety; джейлбрейки=safety
промпт-инъекции=safety; трансформеры=architecture; архитектуры=architecture; mamba=architecture
линейное внимание=architecture; оптимизаторы=optimization; adamw=optimization; muon=optimization
learning rate=optimization; чатгпт=models; gpt5=models; клод=models; дипсик=models; квен=models
qwen=models; гигачат=models; гемини=models; опенсорс модели=models; новые модели=models
пайторч=tooling; библиотеки=tooling; hugging face=tooling; деньги=industry; инвестиции=industry
регулирование=industry; конференции=community; конкурсы=community; вакансии=job; мемы=meme
мемасы=meme; приколы=meme; новости=news; релизы=release; обзоры статей=paper_review
разборы=paper_review; дщкф=finetuning; кфп=rag_search; агентс=agents; ьсз=agents; ьщу=moe
agenti=agents; roboty=robotics; vakansii=job; kvantovanie=quantization; difuzia=image_gen
multimodalnost=multimodal; bezopasnost=safety; rassuzhdeniya=reasoning; дистил=distillation
LoRa=finetuning; RAG-системы=rag_search; LLM агенты=agents; что нового в rl=rl
посты о безопасности ии=safety; расскажи про MoE=moe; последние новости о роботах=robotics
темы по кодогенерации=code; gpt4=models; лама=models; джипити=models; чат гпт=models
квкеш=inference; мемы про llm=meme; вакансии в nlp=nlp; llm для кода=code
как обучить лору=finetuning
сжатие моделей=quantization; хакинг награды=alignment; дипфейки=image_gen
графовые сети=classical_ml; распознавание текста=multimodal; паджед аттеншн=inference
забывание=finetuning; катастрофическое забывание=finetuning; ревард хакинг=alignment
флэш аттеншн=hardware; спекулятив декодинг=inference; континьюс батчинг=inference
функшн коллинг=agents; компьютер юз=agents; скейлинг ло=pretraining
инстракшн тюнинг=finetuning; преференс оптимизейшн=alignment; полиси градиент=rl
лонг контекст=long_context; слайдинг виндоу=long_context; семантик серч=rag_search
структуред аутпут=prompting; констрейнд декодинг=prompting; имидж дженерейшн=image_gen
спич рекогнишн=speech; войс клонинг=speech; текст ту спич=speech; ноуледж эдитинг=model_editing
механистик интерпретабилити=interpretability; промпт инджекшн=safety; драг дискавери=science
мультиэджент=agents; протеин фолдинг=science; компьютер вижн=multimodal; миджорни=image_gen
случайный лес=classical_ml; обрезка весов=inference; суп из моделей=model_editing
водяные знаки=image_gen; подхалимаж=alignment; судья llm=evaluation; галлюцинации=evaluation
объяснимость=interpretability; этика ии=safety; озвучка=speech; дроны=robotics; деплой=tooling
анализ тональности=nlp; позиционные эмбеддинги=long_context; авторское право=industry
model compression=quantization; graph neural networks=classical_ml; guardrails=safety
text recognition=multimodal; catastrophic forgetting=finetuning; data centers=hardware
работу ищу=job; стажировки=job; openings=job; vacancy=job; мемасики=meme; jokes=meme
уроки=tutorial; guides=tutorial; новинки=release; анонсы=release; launches=release
мероприятия=event; афиша=event; opinions=opinion; колонки=opinion; digests=roundup
round-ups=roundup; итоги недели=roundup; пейперы=paper_review; reviews=paper_review
свежие вакансии=job; последние релизы моделей=release; новости за день=news; ads=promo
"""
QUERIES = [tuple(pair.strip().rsplit("=", 1)) for pair in ASKED.replace("\n", ";").split(";")]


def meant(query: str) -> str:
    found = resolve(query)
    return str(found.topic or found.kind or "")


@pytest.mark.parametrize(("query", "slug"), [pair for pair in QUERIES if len(pair) == 2])
def test_a_query_reaches_what_it_means(query: str, slug: str) -> None:
    assert meant(query) == slug


def test_all_labelled_queries_are_met(shared: Path) -> None:
    lines = (shared / "golden" / "topic_queries.tsv").read_text("utf-8").splitlines()
    asked = [line.split("\t") for line in lines if line]
    assert [query for query, slug in asked if meant(query) != slug] == []


def slipped(name: str, rng: random.Random) -> str:
    """A name with one slip of the finger: letters exchanged, one lost, doubled or wrong."""
    at = rng.randrange(1, len(name) - 1)
    wrong = rng.choice("оаеитнс" if "а" <= name[at] <= "я" else "aeiotn")
    changed = (name[at + 1] + name[at], name[at + 1], name[at] * 2 + name[at + 1],
               wrong + name[at + 1])  # fmt: skip
    return name[:at] + rng.choice(changed) + name[at + 2 :]


SPELT: dict[str, tuple[Callable[[str, random.Random], str], float]] = {
    "misspelt": (slipped, 0.90),
    "on the other layout": (lambda name, _: swap_layout(name), 0.99),
    "in the other alphabet": (lambda name, _: transliterate(name), 0.95),
}


@pytest.mark.parametrize("way", SPELT)
@pytest.mark.slow
def test_most_names_are_met_in_other_spellings(way: str) -> None:
    spell, least = SPELT[way]
    rng = random.Random(5)
    names = [(name.replace("*", ""), info.slug) for info in taxonomy().topics
             for name in info.aliases if len(name) > 6]  # fmt: skip
    met = [meant(spell(name, rng)) == slug for name, slug in names if meant(name) == slug]
    assert len(met) > 1000
    assert sum(met) / len(met) >= least


@pytest.mark.parametrize("info", taxonomy().topics, ids=lambda info: info.slug)
def test_a_topic_answers_to_its_slug_and_titles(info: TopicInfo) -> None:
    assert [meant(name) for name in (info.slug, info.title("ru"), info.title("en"))] == [
        info.slug
    ] * 3


@pytest.mark.parametrize(
    "query",
    ["борщ с пампушками", "футбол", "knitting patterns", "рецепты", "путешествия",
     "блокчейн", "3 pm", "в 3", "asdfgh qwerty", "", "   ", "?!", "🙂"],
)  # fmt: skip
def test_what_is_no_topic_has_none_near(query: str) -> None:
    assert resolve(query) == Resolved()


@pytest.mark.parametrize(
    ("query", "near"), [("рассуждизм", "reasoning"), ("робокопы", "robotics")]
)
def test_what_sounds_like_a_topic_has_it_near(query: str, near: str) -> None:
    found = resolve(query)
    assert (found.topic, found.kind) == (None, None)
    assert near in found.nearest
    assert len(found.nearest) <= 3
    assert Topic("other") not in found.nearest


@given(st.text(max_size=300))
def test_any_words_get_an_answer(query: str) -> None:
    found = resolve(query)
    assert bool(found.topic) + bool(found.kind) + bool(found.nearest) <= 1


def told(text: str) -> set[str]:
    return {str(hit.topic) for hit in evidence(text) if hit.strong}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Сравнили законы масштабирования для малых бюджетов", "pretraining"),
        ("о квантизации весов и QAT", "quantization"),
        ("we study speculative decoding at scale", "inference"),
        ("обучили LoRA-адаптер", "finetuning"),
        ("вышел RAGа вариант", "rag_search"),
        ("KV-кэш занимает память", "inference"),
        ("KV Cache eviction", "inference"),
    ],
)
def test_an_alias_is_found_inflected_and_hyphenated(text: str, topic: str) -> None:
    assert topic in told(text)


def test_common_words_answer_queries_but_prove_nothing() -> None:
    assert meant("мое") == "moe"
    assert "moe" not in told("мое мнение об этом")
    assert "moe" in told("новая MoE на 30B")
    assert "model_editing" not in told("they dare to roam in Rome")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Це суттєво пришвидшило роботу з текстами, і нової роботи стало більше", False),
        ("Моя робота — шукати новини, її роблять уночі", False),
        ("Їхній робот збирає яблука, і роботів стало більше", True),
        ("Компания Перо подарила роботу новую руку, детали у робота свои", True),
        ("Роботы і роботу: смесь двух языков", True),
    ],
)
def test_a_word_of_another_language_is_no_evidence_there(text: str, about: bool) -> None:
    assert ("robotics" in told(text)) is about


def test_many_is_no_bug_and_a_friend_is_no_other_matter() -> None:
    assert "code" not in told("Тут багато цікавих прикладів, для багатьох це щось нове")
    assert "other" not in told("Мой друг написал другую библиотеку")
    assert meant("другое") == "other"


def test_case_matters_only_where_it_must() -> None:
    assert "long_context" in told("меняем RoPE на другой")
    assert "long_context" not in told("climbing a rope")


def test_a_longer_alias_hides_the_shorter_one() -> None:
    hits = evidence("защита от prompt injection")
    assert {str(hit.topic) for hit in hits} == {"safety"}


def test_a_phrase_does_not_cross_a_full_stop() -> None:
    assert "long_context" not in told("Путь был длинный. Контекст потеряли")


def test_offsets_show_the_words_in_the_text() -> None:
    text = "🔥 Про дистилляцию и не только"
    hits: list[Evidence] = [hit for hit in evidence(text) if hit.topic == "distillation"]
    assert [text[hit.start : hit.end] for hit in hits] == ["дистилляцию"]


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert all(0 <= hit.start < hit.end <= len(text) for hit in evidence(text))

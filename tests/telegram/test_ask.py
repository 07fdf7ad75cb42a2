"""/ask in both languages: an answer with its posts, a conversation, and no answer at all."""

import json
from datetime import timedelta

import pytest
from aiogram import Bot

from bot.extract.worker import Analyst
from bot.model import Language, Subscription
from bot.publish.answer_messages import DAILY_QUESTIONS
from bot.store import Store
from bot.telegram.handlers.privacy import personal_data
from tests.fakes.botapi import FakeBotApi
from tests.fakes.clock import standing_at
from tests.fakes.entries import NOON
from tests.fakes.openai import FakeOpenAI
from tests.telegram.asking import answering, archive, fake, model, prompts, talk, tells
from tests.telegram.talk import Talk, carried, labels, talking, words_on

READER, GROUP = 100, -1009000000001
QUESTION = {"en": "What was said about HalfBit?", "ru": "Что писали про HalfBit?"}
SAID = {
    "en": "HalfBit makes the weights of a model take half a bit each.",
    "ru": "Метод HalfBit сжимает веса модели до половины бита на вес.",
}
NONE = {"en": "The archive does not say.", "ru": "В архиве об этом не сказано."}
LANGUAGES: tuple[Language, ...] = ("en", "ru")
__all__ = ["fake", "model", "talk"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_answer_has_its_posts_as_links_and_as_buttons(
    talk: Talk, fake: FakeOpenAI, language: Language
) -> None:
    fake.default = tells((SAID[language], [1, 2]))
    got = await talk.say(f"/ask {QUESTION[language]}", language=language)
    assert got.text.startswith(f"❓ {QUESTION[language]}\n\n{SAID[language]} [1][2]\n\n1. ")
    urls = {entity["url"] for entity in got.message["entities"] if "url" in entity}
    assert urls == {"https://t.me/pane_one/1", "https://t.me/pane_two/2"}
    assert labels(got.message)[0] == ["1", "2"]
    card = await talk.press(got, carried(got.message)[0], language)
    back = next(data for data in carried(card) if data.startswith("a:"))
    assert ("‹ Ответ" if language == "ru" else "‹ Answer") in words_on(card)
    assert (await talk.press(got, back, language))["text"] == got.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_that_ask_are_answered_and_others_are_not(
    talk: Talk, fake: FakeOpenAI, language: Language
) -> None:
    fake.default = tells((SAID[language], [1, 2]))
    got = await talk.say(QUESTION[language], language=language)
    assert SAID[language] in got.text
    told = await talk.say(QUESTION[language].rstrip("?"), language=language)
    assert told.text.startswith("Search for" if language == "en" else "Ищу")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_command_alone_takes_the_next_words_as_a_question(
    talk: Talk, fake: FakeOpenAI, language: Language
) -> None:
    fake.default = tells((SAID[language], [1, 2]))
    usage = await talk.say("/ask", language=language)
    assert "/ask " in usage.text
    assert SAID[language] in (await talk.say("HalfBit", language=language)).text
    assert SAID[language] not in (await talk.say("HalfBit", language=language)).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_reply_goes_on_and_thanks_do_not(
    talk: Talk, fake: FakeOpenAI, language: Language
) -> None:
    fake.default = tells((SAID[language], [1, 2]))
    got = await talk.say(f"/ask {QUESTION[language]}", language=language)
    further = {"en": "And who made it", "ru": "А кто его сделал"}[language]
    again = await talk.say(further, language=language, reply_to_message=got.message)
    assert again.text.startswith(f"❓ {further}")
    sent = prompts(fake, answers=True)[-1]
    assert f"EARLIER QUESTION: {QUESTION[language]}" in sent
    assert f"EARLIER ANSWER: {SAID[language]}" in sent
    thanks = {"en": "Thanks!", "ru": "Спасибо!"}[language]
    told = await talk.say(thanks, language=language, reply_to_message=again.message)
    assert "❓ " not in told.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_after_an_hour_a_reply_is_a_new_question(
    api: FakeBotApi, line: Bot, store: Store, fake: FakeOpenAI, model: Analyst, language: Language
) -> None:
    fake.default = tells((SAID[language], [1, 2]))
    async with talking(api, line, store) as talk, answering(store, model):
        got = await talk.say(f"/ask {QUESTION[language]}", language=language)
    later = standing_at(NOON + timedelta(minutes=61))
    async with talking(api, line, store, clock=later) as talk, answering(store, model):
        again = await talk.say(QUESTION[language], language=language, reply_to_message=got.message)
    assert {"en": "new question", "ru": "новый вопрос"}[language] in again.text
    assert "EARLIER QUESTION" not in prompts(fake, answers=True)[-1]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_archive_without_the_answer_says_so(
    talk: Talk, fake: FakeOpenAI, language: Language
) -> None:
    fake.default = tells()
    got = await talk.say(f"/ask {QUESTION[language]}", language=language)
    assert NONE[language] in got.text
    assert "Half" in got.text  # what comes nearest
    knitting = {"en": "How are socks knitted?", "ru": "Как вяжут носки?"}[language]
    nothing = await talk.say(f"/ask {knitting}", language=language)
    assert NONE[language] in nothing.text
    assert {"en": "2 posts", "ru": "2 постам"}[language] in nothing.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_a_model_the_best_posts_come_with_the_words_in_bold(
    api: FakeBotApi, line: Bot, store: Store, language: Language
) -> None:
    await archive(store)
    async with talking(api, line, store) as talk, answering(store):
        got = await talk.say(f"/ask {QUESTION[language]}", language=language)
    assert {"en": "no model", "ru": "нет модели"}[language] in got.text
    bold = [
        got.text.encode("utf-16-le")[2 * each["offset"] : 2 * (each["offset"] + each["length"])]
        for each in got.message["entities"]
        if each["type"] == "bold"
    ]
    assert "HalfBit" in [each.decode("utf-16-le") for each in bold]
    assert labels(got.message)[0] == ["1", "2"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_has_asked_enough_gets_the_best_posts_and_when_to_come_again(
    talk: Talk, store: Store, fake: FakeOpenAI, language: Language
) -> None:
    for number in range(DAILY_QUESTIONS):
        day = NOON.date()
        await store.forwards.allowed("ask", READER, day, f"early {number}", DAILY_QUESTIONS)
    got = await talk.say(f"/ask {QUESTION[language]}", language=language)
    assert str(DAILY_QUESTIONS) in got.text
    assert any(each["type"] == "date_time" for each in got.message["entities"])
    assert labels(got.message)[0] == ["1", "2"]
    assert prompts(fake, answers=True) == []


async def test_in_a_group_the_numbers_lead_each_member_to_cards_of_his_own(
    talk: Talk, store: Store, fake: FakeOpenAI
) -> None:
    await store.sent_files.name("fortochka_test_bot")
    fake.default = tells((SAID["en"], [1, 2]))
    got = await talk.say(f"/ask {QUESTION['en']}", chat=GROUP)
    assert carried(got.message) == []
    assert SAID["en"] in got.text
    numbers = [key["url"] for key in got.buttons if key["text"] in ("1", "2")]
    assert all("?start=s_" in url for url in numbers)
    assert len(numbers) == 2
    asked = next(call for call in talk.api.calls if call.method == "sendmessage")
    assert asked.params["reply_parameters"]["message_id"]
    again = await talk.say("And who made it", 8, chat=GROUP, reply_to_message=got.message)
    assert again.text.startswith("❓ And who made it")


async def test_in_a_topic_of_a_forum_the_answer_stays_there(talk: Talk, fake: FakeOpenAI) -> None:
    fake.default = tells((SAID["en"], [1]))
    topic = {"message_thread_id": 5, "is_topic_message": True}
    await talk.say(f"/ask {QUESTION['en']}", chat=GROUP, **topic)
    sent = next(call.params for call in talk.api.calls if call.method == "sendmessage")
    assert int(sent["message_thread_id"]) == 5
    assert sent["reply_parameters"]["allow_sending_without_reply"]  # it may be deleted meanwhile


async def test_answers_are_exported_and_another_reader_cannot_open_them(
    talk: Talk, store: Store, fake: FakeOpenAI
) -> None:
    fake.default = tells((SAID["en"], [1]))
    got = await talk.say(f"/ask {QUESTION['en']}")
    reader = Subscription(chat_id=READER)
    [kept] = json.loads((await personal_data(store, reader, NOON)).body)["questions"]
    assert (kept["question"], kept["answer"]) == (QUESTION["en"], SAID["en"])
    card = await talk.press(got, carried(got.message)[0])
    back = next(data for data in carried(card) if data.startswith("a:"))
    other = await talk.say("/help", 200)
    shown = await talk.press(other, back)
    assert SAID["en"] not in shown["text"]
    assert talk.toasts()[-1] == "That screen was old; refreshed."

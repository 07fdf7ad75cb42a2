"""The Russian texts."""

from bot.i18n.shape.messages import Messages
from bot.i18n.shape.numbers_dates import AgoWords, Words


def _plural(count: int) -> int:
    """1, 21 → 0; 2-4, 22 → 1; else 2."""
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


RUSSIAN_MESSAGES = Messages(
    words=Words(
        plural=_plural,
        weekdays=("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
        months=(
            *("января", "февраля", "марта", "апреля", "мая", "июня"),
            *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
        ),
        thousands="\u00a0",
        percent="\u00a0%",
    ),
    ago_words=AgoWords(
        now="только что",
        minutes="{count} мин назад",
        hours="{count} ч назад",
        yesterday="вчера",
        days="{count} дн. назад",
    ),
    post_forms=("пост", "поста", "постов"),
    over_post_forms=("посту", "постам", "постам"),
    channel_forms=("канал", "канала", "каналов"),
    of_channel_forms=("канала", "каналов", "каналов"),
    story_forms=("история", "истории", "историй"),
    paper_forms=("статья", "статьи", "статей"),
    repeat_forms=("повтор", "повтора", "повторов"),
    skipped_forms={
        "promo": ("рекламный пост", "рекламных поста", "рекламных постов"),
        "service": ("служебный пост", "служебных поста", "служебных постов"),
        "job": ("вакансия", "вакансии", "вакансий"),
        "meme": ("мем", "мема", "мемов"),
        "personal": ("личный пост", "личных поста", "личных постов"),
        "event": ("анонс", "анонса", "анонсов"),
    },
    skipped_other_forms=("неважный пост", "неважных поста", "неважных постов"),
    start_title="🗞 Одно сообщение вместо {channels}",
    start_today="Сегодня: {counts}.",
    start_empty="За последние сутки новых постов не было.",
    start_reading="⏳ Читаю первые посты, осталось: {left}. Прочту — они будут здесь.",
    link_gone="По этой ссылке больше ничего нет.",
    subscribe_button="✅ Подписаться · ежедневно в {time}",
    today_button="👀 Сегодняшний дайджест",
    topics_button="🎯 Темы",
    subscribed="Готово: дайджест каждый день в {time} ({zone}).",
    subscribed_weekly="Готово: дайджест раз в неделю, {weekday}, в {time} ({zone}).",
    next_digest="Следующий: {moment}.",
    already_subscribed="Вы уже подписаны: {time} ({zone}). Другое время: /subscribe 08:30",
    unsubscribed="Больше не пишу. Вернуться: /subscribe",
    not_subscribed="Вы не подписаны. Подписаться: /subscribe",
    unsubscribe_button="Отменить",
    welcome_back="С возвращением! Настройки сохранились.",
    day_title="🗞 Дайджест · {day}",
    week_title="📅 Неделя {span}",
    month_title="📅 Месяц {span}",
    counts="{posts} из {channels} → {stories}",
    here="здесь {count}",
    reading="~{minutes} мин",
    opening_head="🧭 О чём была неделя",
    opening_first="⭐ Модель советует начать с этого",
    top_head="⭐ Главное",
    minute_heads={"week": "⏱ Неделя за минуту", "month": "⏱ Месяц за минуту"},
    and_others="{names} и др.",
    papers_heads={"week": "📄 Статьи недели", "month": "📄 Статьи месяца"},
    rising="📈 Растут, постов в неделю: {topics}",
    falling="📉 Стихают, постов в неделю: {topics}",
    missed="⏳ Вы пропустили по своим темам: {stories}",
    discussed="обсуждают {channels}",
    also="также: {names}",
    earlier="ранее: {title}",
    in_roundups="в подборках: {names}",
    code="код",
    model_link="модель",
    dataset="данные",
    without_model="без модели",
    made_by_model="Пересказ сделан моделью; проверяйте по ссылкам.",
    made_without_model="«Без модели»: фразы самого поста вместо пересказа.",
    skipped="Пропущено: {parts}.",
    rest_button="ещё {count}",
    rest_title="Не поместилось: {stories}",
    quiet="Тихо: {posts}, ничего примечательного.",
    quiet_topics="Тихо: {posts}, ничего по вашим темам.",
    nothing_read="За это время новых постов не было.",
    still_reading="⏳ Ещё читаю, осталось: {left}.",
    show_all_button="Показать всё",
    untitled="Без названия",
    sources="Кто пишет",
    papers_head="Статьи",
    first_seen="Впервые: {moment}",
    to_digest_button="‹ Дайджест",
    open_post_button="Открыть пост",
    share_button="🔗 Поделиться",
    open_bot_button="Открыть в боте",
    topics_title="🎯 Темы за неделю",
    topics_hint="Страница темы: /topic и её название, например /topic {topic}",
    topic_empty="За это время по теме ничего не было.",
    topic_story="{channels} · {ago}",
    near_topics="Соседние: {topics}",
    unknown_topic="Не знаю темы «{query}».",
    topic_perhaps="Возможно:",
    of_field="{field}-",
    topic_usage="Напишите тему после команды, например: /topic {topic}",
    to_topics_button="‹ Темы",
    to_list_button="‹ К списку",
    search_usage=(
        "🔎 Напишите слова после команды, например:\n"
        "/search {words} has:paper 30d\n\n"
        'Ещё есть: @канал, topic:{slug}, kind:туториал, has:code, "точные слова", -лишнее'
    ),
    search_found="нашлось: {posts}",
    search_found_least="нашлось не меньше: {posts}",
    search_nothing="По запросу «{query}» ничего нет.",
    search_reach="Искал по {posts} с {day}.",
    search_empty="Искать пока не в чем: постов ещё нет.",
    search_paper_button="📄 Со статьёй",
    search_code_button="💻 С кодом",
    search_days_button="{days} дней",
    search_mine_button="🎯 Мои темы",
    search_near="Близкие темы:",
    to_saved_button="‹ Сохранённое",
    to_search_button="‹ Поиск",
    to_answer_button="‹ Ответ",
    chart_topics_titles={
        1: "Посты по темам и дням",
        7: "Посты по темам и неделям",
        30: "Посты по темам и месяцам",
    },
    chart_topics_notes={
        1: "Число постов; справа — последний день и прирост",
        7: "Число постов; справа — последняя неделя и прирост",
        30: "Число постов; справа — последний месяц и прирост",
    },
    chart_channels_title="Посты по темам и каналам",
    chart_channels_note="Число постов за {span}",
    chart_total="всего",
    help=(
        "Читаю {field}каналы и раз в день присылаю одно сообщение: истории, статьи, темы. "
        "Каждый пункт — со ссылкой на пост.\n\n"
        "/digest — дайджест за день; ещё /digest week и /digest month\n"
        "/topic {topic} — что пишут о теме; /topics — выбрать свои\n"
        "/search {words} has:paper 30d — найти посты по словам; /saved — что вы сохранили\n"
        "/ask и вопрос — ответ по тому, что писали каналы, со ссылками\n"
        "/follow {words} — новое с этими словами сразу и в дайджесте\n"
        "/subscribe 08:30 — присылать каждый день в это время; /unsubscribe — больше не надо\n"
        "/settings — время, темы, язык, пауза; /privacy — что о вас хранится"
    ),
    bad_time="Не понял «{text}». Напишите время так: /subscribe 09:00",
    bad_period="Не понял «{text}». Есть day, week и month: например, /digest week",
    old_button="Экран устарел — обновил.",
    not_allowed="Это может только владелец бота.",
    too_many_requests="Слишком часто. Попробуйте через {seconds} с.",
    menu_digest="Дайджест: day, week или month",
    menu_topic="Что пишут о теме",
    menu_topics="Все темы",
    menu_search="Найти посты по словам",
    menu_ask="Спросить архив обычными словами",
    menu_subscribe="Присылать каждый день",
    menu_unsubscribe="Больше не присылать",
    menu_help="Что умеет бот",
    model_troubles={
        "no_quota": "🔴 На счету модели нет денег. Пока его не пополнят, посты цитируются.",
        "key_refused": "🔴 Ключ модели не принят ({reason}). Пока посты цитируются.",
        "model_gone": "🔴 На сервере нет такой модели ({reason}). Проверьте OPENAI_MODEL.",
        "wrong_address": "🔴 По адресу модели никто не отвечает ({reason}). Посты цитируются.",
        "context_too_small": "🔴 Посты не помещаются в контекст модели ({reason}).",
        "failing": "🟡 От модели нет пригодных ответов ({reason}). Пробую каждые пять минут.",
        "budget": "🟡 Дневной бюджет модели исчерпан. До 00:00 UTC новые посты цитируются.",
    },
    alert_title="🔔 {topic}",
    alert_count="{number} из {cap} на сегодня",
    alert_told="↑ Об этом уже было оповещение: {title}",
    quieter_button="🔕 Тише: неделю",
    quiet_until_button="✓ 🔕 Тихо до: {day}",
    quieter="«{topic}»: без оповещений до {day}. В дайджесте останется.",
    quiet_no_more="«{topic}»: оповещения снова приходят.",
    alert_card_button="📖 Карточка",
    alert_settings_button="⚙️ Настроить",
    follow_button="🔔 Следить",
    unfollow_button="🔕 Не следить",
    followed="Слежу: {topic}. Новое придёт сразу, не больше {cap} в день.",
    unfollowed="Больше не слежу: {topic}.",
    source_states_more="Сегодня изменились и другие каналы: все они в /sources.",
    source_states={
        "ok": "🟢 {channel} снова читается.",
        "quiet": "🟡 {channel} молчит больше недели.",
        "no_preview": (
            "🔴 {channel}: веб-превью выключено. Добавьте бота админом или пересылайте посты."
        ),
        "hidden": (
            "🔴 {channel}: Telegram скрывает его от веба. Добавьте бота админом или пересылайте "
            "посты."
        ),
        "not_a_channel": "🔴 {channel}: это не канал. Нужен публичный канал.",
        "not_found": "🔴 {channel}: такого канала нет. Проверьте имя.",
        "layout_changed": (
            "🔴 {channel}: страница выглядит незнакомо, ничего не записано. Обновите Форточку."
        ),
        "blocked": "🟡 {channel}: сайт просит подождать. Остальные каналы тоже ждут.",
        "unreachable": "🟡 {channel} не открывается. Пробую снова, всё реже.",
        "renamed": (
            "🔴 {channel} теперь другой канал ({reason}). Чтение остановлено: "
            "уберите канал или добавьте его под новым именем."
        ),
    },
    nothing_readable="Ни один канал не удалось прочитать.",
)

"""Russian."""

from bot.i18n.ru.cities import RUSSIAN_PLACES, RUSSIAN_ZONES
from bot.i18n.ru.messages import RUSSIAN_MESSAGES
from bot.i18n.ru.owner_messages import RUSSIAN_OWNER_MESSAGES
from bot.i18n.ru.panel_messages import RUSSIAN_PANEL_MESSAGES
from bot.i18n.ru.plain_words import RUSSIAN_WORDS
from bot.i18n.ru.quantity_words import RUSSIAN_MEASURES, RUSSIAN_NUMBERS
from bot.i18n.ru.web_messages import RUSSIAN_WEB_MESSAGES
from bot.i18n.shape.language import LanguageTexts

RUSSIAN = LanguageTexts(
    name="Русский",
    english_name="Russian",
    zone="Europe/Moscow",
    cyrillic=(0.25, 1.0),
    stop_words=(
        "который которая которые чтобы этот этого этом также было были быть если только можно "
        "очень более после когда даже него есть нужно просто сейчас тоже того всего всех какой "
        "такой такие могут может будет будут себя свой своих через между перед потому поэтому "
        "однако хотя либо кстати вообще довольно например именно разный другой самый каждый пока "
        "теперь здесь сегодня вчера недавно несколько"
    ),
    function_words=(
        "а без был была были было быть в вам вас во вот все вы где да даже для до его ее если "
        "есть еще же за здесь и из или им их к как когда ко кто ли мы на над не него нее нет ни "
        "них но ну о об он она они оно от очень по под после потом потому при про с со так "
        "также такой там тем то того тоже той только том тут ты у уже что чтобы эта эти это "
        "этого этой этом этот я"
    ),
    zones=RUSSIAN_ZONES,
    places=RUSSIAN_PLACES,
    messages=RUSSIAN_MESSAGES,
    panel=RUSSIAN_PANEL_MESSAGES,
    owner=RUSSIAN_OWNER_MESSAGES,
    web=RUSSIAN_WEB_MESSAGES,
    plain=RUSSIAN_WORDS,
    numbers=RUSSIAN_NUMBERS,
    measures=RUSSIAN_MEASURES,
)

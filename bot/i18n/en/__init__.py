"""English."""

from bot.i18n.en.cities import ENGLISH_PLACES, ENGLISH_ZONES
from bot.i18n.en.messages import ENGLISH_MESSAGES
from bot.i18n.en.owner_messages import ENGLISH_OWNER_MESSAGES
from bot.i18n.en.panel_messages import ENGLISH_PANEL_MESSAGES
from bot.i18n.en.plain_words import ENGLISH_WORDS
from bot.i18n.en.quantity_words import ENGLISH_MEASURES, ENGLISH_NUMBERS
from bot.i18n.en.web_messages import ENGLISH_WEB_MESSAGES
from bot.i18n.shape.language import LanguageTexts

ENGLISH = LanguageTexts(
    name="English",
    english_name="English",
    zone="UTC",
    cyrillic=(0.0, 0.2),
    stop_words=(
        "the and for with from that this are was were has have had not but you your our its his "
        "her they them their can will would could should may might into than then when what which "
        "who how why all any more most some such only also just very over under about after "
        "before between out off per via use used using one two new now here there these those "
        "been being does did of to in on at by is it as an or we be do if so no up us me my he "
        "she"
    ),
    function_words=(
        "a an and are as at be been but by can for from had has have he her his how i if in into "
        "is it its not of on or our she so that the their them then there these they this to was "
        "we were what when where which who will with you your"
    ),
    zones=ENGLISH_ZONES,
    places=ENGLISH_PLACES,
    messages=ENGLISH_MESSAGES,
    panel=ENGLISH_PANEL_MESSAGES,
    owner=ENGLISH_OWNER_MESSAGES,
    web=ENGLISH_WEB_MESSAGES,
    plain=ENGLISH_WORDS,
    numbers=ENGLISH_NUMBERS,
    measures=ENGLISH_MEASURES,
)

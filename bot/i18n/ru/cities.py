"""Russian names of the zones of the tz database, and of further places by their zones."""

RUSSIAN_ZONES = {
    "Africa": (
        "Abidjan Абиджан, Accra Аккра, Addis_Ababa Аддис-Абеба, Algiers Алжир, Asmara Асмэра, "
        "Bamako Бамако, Bangui Банги, Banjul Банжул, Bissau Бисау, Blantyre Блантайр, "
        "Brazzaville Браззавиль, Bujumbura Бужумбура, Cairo Каир, Casablanca Касабланка, "
        "Ceuta Сеута, Conakry Конакри, Dakar Дакар, Dar_es_Salaam Дар-эс-Салам, "
        "Djibouti Джибути, Douala Дуала, El_Aaiun Эль-Аюн, Freetown Фритаун, "
        "Gaborone Габороне, Harare Хараре, Johannesburg Йоханнесбург, Juba Джуба, "
        "Kampala Кампала, Khartoum Хартум, Kigali Кигали, Kinshasa Киншаса, Lagos Лагос, "
        "Libreville Либревиль, Lome Ломе, Luanda Луанда, Lubumbashi Лубумбаши, Lusaka Лусака, "
        "Malabo Малабо, Maputo Мапуту, Maseru Масеру, Mbabane Мбабане, Mogadishu Могадишо, "
        "Monrovia Монровия, Nairobi Найроби, Ndjamena Нджамена, Niamey Ниамей, "
        "Nouakchott Нуакшот, Ouagadougou Уагадугу, Porto-Novo Порто-Ново, Sao_Tome Сан-Томе, "
        "Tripoli Триполи, Tunis Тунис, Windhoek Виндхук"
    ),
    "America": (
        "Adak Адак, Anchorage Анкоридж, Anguilla Ангилья, Antigua Антигуа, "
        "Araguaina Арагуаина, Aruba Аруба, Asuncion Асунсьон, Atikokan Атикокан, Bahia Баия, "
        "Bahia_Banderas Баия-де-Бандерас, Barbados Барбадос, Belem Белен, Belize Белиз, "
        "Blanc-Sablon Блан-Саблон, Boa_Vista Боа-Виста, Bogota Богота, Boise Бойсе, "
        "Cambridge_Bay Кеймбридж-Бей, Campo_Grande Кампу-Гранди, Cancun Канкун, "
        "Caracas Каракас, Cayenne Кайенна, Cayman Кайманы, Chicago Чикаго, Chihuahua Чиуауа, "
        "Ciudad_Juarez Сьюдад-Хуарес, Costa_Rica Коста-Рика, Coyhaique Койайке, "
        "Creston Крестон, Cuiaba Куяба, Curacao Кюрасао, Danmarkshavn Данмарксхавн, "
        "Dawson Доусон, Dawson_Creek Доусон-Крик, Denver Денвер, Detroit Детройт, "
        "Dominica Доминика, Edmonton Эдмонтон, Eirunepe Эйрунепе, El_Salvador Сальвадор, "
        "Fort_Nelson Форт-Нельсон, Fortaleza Форталеза, Glace_Bay Глейс-Бей, "
        "Goose_Bay Гус-Бей, Grand_Turk Гранд-Терк, Grenada Гренада, Guadeloupe Гваделупа, "
        "Guatemala Гватемала, Guayaquil Гуаякиль, Guyana Гайана, Halifax Галифакс, "
        "Havana Гавана, Hermosillo Эрмосильо, Inuvik Инувик, Iqaluit Икалуит, Jamaica Ямайка, "
        "Juneau Джуно, Kralendijk Кралендейк, La_Paz Ла-Пас, Lima Лима, "
        "Los_Angeles Лос-Анджелес, Lower_Princes Лоуэр-Принсес, Maceio Масейо, "
        "Managua Манагуа, Manaus Манаус, Marigot Мариго, Martinique Мартиника, "
        "Matamoros Матаморос, Mazatlan Масатлан, Menominee Меномини, Merida Мерида, "
        "Metlakatla Метлакатла, Mexico_City Мехико, Miquelon Микелон, Moncton Монктон, "
        "Monterrey Монтеррей, Montevideo Монтевидео, Montserrat Монтсеррат, Nassau Нассау, "
        "New_York Нью-Йорк, Nome Ном, Noronha Норонья, Nuuk Нуук, Ojinaga Охинага, "
        "Panama Панама, Paramaribo Парамарибо, Phoenix Финикс, Port-au-Prince Порт-о-Пренс, "
        "Port_of_Spain Порт-оф-Спейн, Porto_Velho Порту-Велью, Puerto_Rico Пуэрто-Рико, "
        "Punta_Arenas Пунта-Аренас, Rankin_Inlet Ранкин-Инлет, Recife Ресифи, Regina Реджайна, "
        "Resolute Резольют, Rio_Branco Риу-Бранку, Santarem Сантарен, Santiago Сантьяго, "
        "Santo_Domingo Санто-Доминго, Sao_Paulo Сан-Паулу, Scoresbysund Скорсбисунн, "
        "Sitka Ситка, St_Barthelemy Сен-Бартелеми, St_Johns Сент-Джонс, St_Kitts Сент-Китс, "
        "St_Lucia Сент-Люсия, St_Thomas Сент-Томас, St_Vincent Сент-Винсент, "
        "Swift_Current Свифт-Керрент, Tegucigalpa Тегусигальпа, Thule Туле, Tijuana Тихуана, "
        "Toronto Торонто, Tortola Тортола, Vancouver Ванкувер, Whitehorse Уайтхорс, "
        "Winnipeg Виннипег, Yakutat Якутат"
    ),
    "America/Argentina": (
        "Buenos_Aires Буэнос-Айрес, Catamarca Катамарка, Cordoba Кордова, Jujuy Жужуй, "
        "La_Rioja Ла-Риоха, Mendoza Мендоса, Rio_Gallegos Рио-Гальегос, Salta Сальта, "
        "San_Juan Сан-Хуан, San_Luis Сан-Луис, Tucuman Тукуман, Ushuaia Ушуайя"
    ),
    "America/Indiana": (
        "Indianapolis Индианаполис, Knox Нокс, Marengo Маренго, Petersburg Питерсберг, "
        "Tell_City Телл-Сити, Vevay Вивей, Vincennes Винсеннс, Winamac Уинамак"
    ),
    "America/Kentucky": "Louisville Луисвилл, Monticello Монтиселло",
    "America/North_Dakota": "Beulah Бьюла, Center Сентер, New_Salem Нью-Сейлем",
    "Antarctica": (
        "Casey Кейси, Davis Дейвис, DumontDUrville Дюмон-д’Юрвиль, Macquarie Маккуори, "
        "Mawson Моусон, McMurdo Мак-Мердо, Palmer Палмер, Rothera Ротера, Syowa Сёва, "
        "Troll Тролль, Vostok станция Восток"
    ),
    "Arctic": "Longyearbyen Лонгйир",
    "Asia": (
        "Aden Аден, Almaty Алматы, Amman Амман, Anadyr Анадырь, Aqtau Актау, Aqtobe Актобе, "
        "Ashgabat Ашхабад, Atyrau Атырау, Baghdad Багдад, Bahrain Бахрейн, Baku Баку, "
        "Bangkok Бангкок, Barnaul Барнаул, Beirut Бейрут, Bishkek Бишкек, Brunei Бруней, "
        "Chita Чита, Colombo Коломбо, Damascus Дамаск, Dhaka Дакка, Dili Дили, Dubai Дубай, "
        "Dushanbe Душанбе, Famagusta Фамагуста, Gaza Газа, Hebron Хеврон, "
        "Ho_Chi_Minh Хошимин, Hong_Kong Гонконг, Hovd Ховд, Irkutsk Иркутск, "
        "Jakarta Джакарта, Jayapura Джаяпура, Jerusalem Иерусалим, Kabul Кабул, "
        "Kamchatka Камчатка, Karachi Карачи, Kathmandu Катманду, Khandyga Хандыга, "
        "Kolkata Дели, Krasnoyarsk Красноярск, Kuala_Lumpur Куала-Лумпур, Kuching Кучинг, "
        "Kuwait Кувейт, Macau Макао, Magadan Магадан, Makassar Макасар, Manila Манила, "
        "Muscat Маскат, Nicosia Никосия, Novokuznetsk Новокузнецк, Novosibirsk Новосибирск, "
        "Omsk Омск, Oral Уральск, Phnom_Penh Пномпень, Pontianak Понтианак, "
        "Pyongyang Пхеньян, Qatar Катар, Qostanay Костанай, Qyzylorda Кызылорда, Riyadh Эр-Рияд, "
        "Sakhalin Сахалин, Samarkand Самарканд, Seoul Сеул, Shanghai Шанхай, "
        "Singapore Сингапур, Srednekolymsk Среднеколымск, Taipei Тайбэй, Tashkent Ташкент, "
        "Tbilisi Тбилиси, Tehran Тегеран, Thimphu Тхимпху, Tokyo Токио, Tomsk Томск, "
        "Ulaanbaatar Улан-Батор, Urumqi Урумчи, Ust-Nera Усть-Нера, Vientiane Вьентьян, "
        "Vladivostok Владивосток, Yakutsk Якутск, Yangon Янгон, Yekaterinburg Екатеринбург, "
        "Yerevan Ереван"
    ),
    "Atlantic": (
        "Azores Азоры, Bermuda Бермуды, Canary Канары, Cape_Verde Кабо-Верде, Faroe Фареры, "
        "Madeira Мадейра, Reykjavik Рейкьявик, South_Georgia Южная Георгия, "
        "St_Helena остров Святой Елены, Stanley Стэнли"
    ),
    "Australia": (
        "Adelaide Аделаида, Brisbane Брисбен, Broken_Hill Брокен-Хилл, Darwin Дарвин, "
        "Eucla Юкла, Hobart Хобарт, Lindeman Линдеман, Lord_Howe Лорд-Хау, Melbourne Мельбурн, "
        "Perth Перт, Sydney Сидней"
    ),
    "Europe": (
        "Amsterdam Амстердам, Andorra Андорра, Astrakhan Астрахань, Athens Афины, "
        "Belgrade Белград, Berlin Берлин, Bratislava Братислава, Brussels Брюссель, "
        "Bucharest Бухарест, Budapest Будапешт, Busingen Бюзинген, Chisinau Кишинёв, "
        "Copenhagen Копенгаген, Dublin Дублин, Gibraltar Гибралтар, Guernsey Гернси, "
        "Helsinki Хельсинки, Isle_of_Man остров Мэн, Istanbul Стамбул, Jersey Джерси, "
        "Kaliningrad Калининград, Kirov Киров, Kyiv Киев, Lisbon Лиссабон, "
        "Ljubljana Любляна, London Лондон, Luxembourg Люксембург, Madrid Мадрид, Malta Мальта, "
        "Mariehamn Мариехамн, Minsk Минск, Monaco Монако, Moscow Москва, Oslo Осло, "
        "Paris Париж, Podgorica Подгорица, Prague Прага, Riga Рига, Rome Рим, Samara Самара, "
        "San_Marino Сан-Марино, Sarajevo Сараево, Saratov Саратов, Simferopol Симферополь, "
        "Skopje Скопье, Sofia София, Stockholm Стокгольм, Tallinn Таллин, Tirane Тирана, "
        "Ulyanovsk Ульяновск, Vaduz Вадуц, Vatican Ватикан, Vienna Вена, Vilnius Вильнюс, "
        "Volgograd Волгоград, Warsaw Варшава, Zagreb Загреб, Zurich Цюрих"
    ),
    "Indian": (
        "Antananarivo Антананариву, Chagos Чагос, Christmas остров Рождества, Cocos Кокосы, "
        "Comoro Коморы, Kerguelen Кергелен, Mahe Маэ, Maldives Мальдивы, Mauritius Маврикий, "
        "Mayotte Майотта, Reunion Реюньон"
    ),
    "Pacific": (
        "Apia Апиа, Auckland Окленд, Bougainville Бугенвиль, Chatham Чатем, Chuuk Чуук, "
        "Easter остров Пасхи, Efate Эфате, Fakaofo Факаофо, Fiji Фиджи, Funafuti Фунафути, "
        "Galapagos Галапагосы, Gambier Гамбье, Guadalcanal Гуадалканал, Guam Гуам, "
        "Honolulu Гонолулу, Kanton Кантон, Kiritimati Киритимати, Kosrae Косрае, "
        "Kwajalein Кваджалейн, Majuro Маджуро, Marquesas Маркизы, Midway Мидуэй, Nauru Науру, "
        "Niue Ниуэ, Norfolk Норфолк, Noumea Нумеа, Pago_Pago Паго-Паго, Palau Палау, "
        "Pitcairn Питкэрн, Pohnpei Понпеи, Port_Moresby Порт-Морсби, Rarotonga Раротонга, "
        "Saipan Сайпан, Tahiti Таити, Tarawa Тарава, Tongatapu Тонгатапу, Wake Уэйк, "
        "Wallis Уоллис"
    ),
}

RUSSIAN_PLACES = {
    "Europe/Moscow": (
        "Санкт-Петербург, Питер, СПб, Казань, Нижний Новгород, Ростов-на-Дону, Краснодар, "
        "Воронеж, Ярославль, Тула, Сочи, Мурманск, Архангельск, Пенза, Рязань, Белгород, "
        "Смоленск, Ставрополь, Махачкала, Иннополис, Долгопрудный, Зеленоград, Россия, МСК, spb"
    ),
    "Europe/Kaliningrad": "Россия",
    "Europe/Samara": "Тольятти, Ижевск, Россия",
    "Asia/Yekaterinburg": "Пермь, Уфа, Челябинск, Тюмень, Оренбург, Сургут, Курган, Россия",
    "Asia/Omsk": "Россия",
    "Asia/Novosibirsk": "Академгородок, Россия",
    "Asia/Krasnoyarsk": "Кемерово, Абакан, Норильск, Россия",
    "Asia/Irkutsk": "Улан-Удэ, Братск, Россия",
    "Asia/Yakutsk": "Благовещенск, Россия",
    "Asia/Vladivostok": "Хабаровск, Находка, Россия",
    "Asia/Sakhalin": "Южно-Сахалинск, Россия",
    "Asia/Magadan": "Россия",
    "Asia/Kamchatka": "Петропавловск-Камчатский, Россия",
    "Europe/Minsk": "Беларусь, Белоруссия, Гомель, Брест, Гродно, Витебск, Могилёв",
    "Europe/Kyiv": "Украина, Харьков, Одесса, Львов, Днепр",
    "Asia/Almaty": "Алма-Ата, Астана, Казахстан, Шымкент, Караганда",
    "Asia/Tbilisi": "Грузия, Батуми",
    "Asia/Yerevan": "Армения, Гюмри",
    "Asia/Baku": "Азербайджан",
    "Asia/Tashkent": "Узбекистан",
    "Asia/Bishkek": "Киргизия, Кыргызстан",
    "Asia/Dushanbe": "Таджикистан",
    "Asia/Jerusalem": "Тель-Авив, Хайфа, Израиль",
    "Asia/Dubai": "Абу-Даби, ОАЭ, Эмираты",
    "Asia/Nicosia": "Кипр, Лимасол, Ларнака, Пафос",
    "Asia/Kolkata": "Калькутта, Мумбаи, Бангалор, Индия",
    "Asia/Shanghai": "Пекин, Шэньчжэнь, Гуанчжоу, Китай",
    "Asia/Tokyo": "Осака, Киото, Япония",
    "Asia/Seoul": "Корея, Пусан",
    "Asia/Bangkok": "Пхукет, Таиланд",
    "Asia/Ho_Chi_Minh": "Вьетнам, Сайгон",
    "Asia/Makassar": "Бали",
    "Asia/Jakarta": "Индонезия",
    "Europe/Berlin": "Мюнхен, Гамбург, Франкфурт, Кёльн, Дюссельдорф, Штутгарт, Германия",
    "Europe/Paris": "Лион, Марсель, Ницца, Франция",
    "Europe/London": "Кембридж, Оксфорд, Манчестер, Эдинбург, Бирмингем, Англия, Британия",
    "Europe/Zurich": "Женева, Лозанна, Базель, Швейцария",
    "Europe/Vienna": "Австрия, Грац",
    "Europe/Amsterdam": "Нидерланды, Голландия, Роттердам, Гаага, Эйндховен",
    "Europe/Madrid": "Барселона, Валенсия, Испания, Малага",
    "Europe/Rome": "Милан, Турин, Неаполь, Болонья, Италия",
    "Europe/Prague": "Чехия, Брно",
    "Europe/Warsaw": "Краков, Вроцлав, Гданьск, Польша",
    "Europe/Belgrade": "Сербия, Нови-Сад",
    "Europe/Podgorica": "Черногория, Будва",
    "Europe/Istanbul": "Турция, Анталья, Анкара",
    "Europe/Lisbon": "Португалия, Порту",
    "Europe/Helsinki": "Финляндия",
    "Europe/Stockholm": "Швеция",
    "Europe/Dublin": "Ирландия",
    "Europe/Riga": "Латвия",
    "Europe/Vilnius": "Литва",
    "Europe/Tallinn": "Эстония",
    "Europe/Budapest": "Венгрия",
    "Europe/Chisinau": "Молдова, Молдавия",
    "America/Los_Angeles": (
        "Сан-Франциско, Сиэтл, Сан-Диего, Пало-Альто, Маунтин-Вью, Беркли, Портленд, Калифорния, "
        "США, Сан-Хосе, Лас-Вегас"
    ),
    "America/Denver": "США, Солт-Лейк-Сити",
    "America/Chicago": "Остин, Хьюстон, Даллас, США, Бирмингем",
    "America/New_York": (
        "Бостон, Вашингтон, Филадельфия, Атланта, Майами, Питтсбург, Принстон, США, Кембридж, "
        "Портленд, Санкт-Петербург"
    ),
    "America/Costa_Rica": "Сан-Хосе",
    "America/Toronto": "Монреаль, Оттава, Канада, Лондон",
    "America/Vancouver": "Канада",
    "America/Halifax": "Канада",
    "America/Sao_Paulo": "Рио-де-Жанейро, Бразилия",
    "America/Argentina/Buenos_Aires": "Аргентина",
    "America/Caracas": "Валенсия",
    "Australia/Sydney": "Канберра",
    "Pacific/Auckland": "Веллингтон",
}

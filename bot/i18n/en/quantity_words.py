"""Numerals, units and changes in English."""

from bot.i18n.shape.quantity_words import MeasureWords, NumberWords

ENGLISH_NUMBERS = NumberWords(
    cardinals={
        0: "zero", 1: "one", 2: "two both pair", 3: "three", 4: "four", 5: "five", 6: "six",
        7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen",
        14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen",
        19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty",
        70: "seventy", 80: "eighty", 90: "ninety",
    },
    multipliers={
        12: "dozen dozens",
        100: "hundred hundreds",
        1_000: "thousand thousands",
        1_000_000: "million millions mln mn",
        1_000_000_000: "billion billions bn",
        1_000_000_000_000: "trillion trillions",
    },
    alone="dozen hundred thousand million billion trillion",
    ordinals={
        1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh",
        8: "eighth", 9: "ninth", 10: "tenth", 11: "eleventh", 12: "twelfth", 13: "thirteenth",
        14: "fourteenth", 15: "fifteenth", 16: "sixteenth", 17: "seventeenth", 18: "eighteenth",
        19: "nineteenth", 20: "twentieth", 30: "thirtieth", 40: "fortieth", 50: "fiftieth fifties",
        60: "sixtieth sixties", 70: "seventieth seventies", 80: "eightieth eighties",
        90: "ninetieth nineties", 100: "hundredth", 1_000: "thousandth",
    },
    ordinal_ends="",
    compounds={},
    fractions={2: "half halves", 3: "third thirds", 4: "quarter quarters", 5: "fifth fifths",
               10: "tenth tenths"},
    factors={2: "twice double doubles doubled", 3: "thrice triple triples tripled",
             4: "quadruple quadrupled fourfold", 5: "fivefold", 10: "tenfold"},
    factor_stems={2: "doubl twofold halv", 3: "tripl threefold", 4: "quadrupl"},
    and_half="and a half",
    half_of="half(?: an?| of an?)? ",
    joint="and",
    ratio="in|of|out of",
    every="every|each",
)  # fmt: skip

ENGLISH_MEASURES = MeasureWords(
    units={
        "%": "percent(?!age)|per cent",
        "pp": "pp|p\\.p\\.|(?:percentage )?points?",
        "times": "x(?! ?\\d)|times?|fold|-fold",
        "$": "dollars?|usd|bucks",
        "€": "euros?|eur",
        "₽": "rou?bles?|rub",
        "£": "pounds?|gbp",
        "¥": "yuan|yen|rmb|cny",
        "KB": "kb|kib|kilobytes?",
        "MB": "mb|mib|megabytes?",
        "GB": "gb|gib|gigabytes?",
        "TB": "tb|tib|terabytes?",
        "PB": "pb|petabytes?",
        "bit": "bits?",
        "ms": "ms|msec|milliseconds?",
        "s": "s|secs?|seconds?",
        "min": "mins?|minutes?",
        "h": "h|hrs?|hours?",
        "day": "days?",
        "week": "weeks?",
        "month": "months?",
        "year": "years?|yrs?",
        "mg": "mg|milligrams?",
        "g": "g|grams?",
        "kg": "kg|kilograms?|kilos?",
        "t": "tonnes?|tons?",
        "mm": "mm|millimet\\w+",
        "cm": "cm|centimet\\w+",
        "m": "met(?:er|re)s?",
        "km": "km|kilomet\\w+",
        "W": "w|watts?",
        "kW": "kw|kilowatts?",
        "MW": "mw|megawatts?",
        "GW": "gw|gigawatts?",
        "MHz": "mhz|megahertz",
        "GHz": "ghz|gigahertz",
    },
    up=(
        "rose|rises?|risen|rising|grew|grows?|grown|growing|growth|increas\\w+|gain\\w*|climb\\w*|"
        "jump\\w*|up(?! to)|surg\\w+|boost\\w*|rais\\w+|lift\\w*"
    ),
    down=(
        "fell|falls?|fallen|falling|drop\\w*|declin\\w+|decreas\\w+|reduc\\w+|cut|cuts|cutting|"
        "down|shr[aiu]nk\\w*|lower\\w*|los[et]\\w*|slump\\w*|plung\\w+"
    ),
    least=(
        "at least|no less than|not less than|no fewer than|minimum|minimum of|more than|over|"
        "above|exceed\\w*|from|starting at"
    ),
    most=(
        "at most|no more than|not more than|maximum|maximum of|up to|less than|fewer than|under|"
        "below"
    ),
    minus="minus|negative",
    negation="not|no|never|without|didn't|doesn't|don't|isn't|wasn't",
    governing=(
        "on|in|at|for|from|of|with|by|to|vs|against|than|over|via|using|under|between|into|"
        "about|beats|outperforms"
    ),
)

"""Other spellings of a word: the other alphabet, the other keyboard layout, how it sounds."""

import re

_KEYS = dict(
    zip("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё", strict=True)
)
_LAYOUT = str.maketrans(_KEYS | {cyrillic: latin for latin, cyrillic in _KEYS.items()})
_LATIN = str.maketrans(
    {
        "а": "a",
        "б": "b",
        "в": "v",
        "г": "g",
        "д": "d",
        "е": "e",
        "ж": "zh",
        "з": "z",
        "и": "i",
        "й": "y",
        "к": "k",
        "л": "l",
        "м": "m",
        "н": "n",
        "о": "o",
        "п": "p",
        "р": "r",
        "с": "s",
        "т": "t",
        "у": "u",
        "ф": "f",
        "х": "h",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sch",
        "ъ": "",
        "ы": "y",
        "ь": "",
        "э": "e",
        "ю": "yu",
        "я": "ya",
    }
)
_CYRILLIC = [
    ("shch", "щ"),
    ("sch", "щ"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ya", "я"),
    ("ju", "ю"),
    ("ja", "я"),
    ("ia", "ия"),
    ("yo", "е"),
    *zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстуввхйз", strict=True),
]
_ALIKE = [
    (r"ee|ea", "i"),
    (r"oo", "u"),
    (r"au", "o"),
    (r"ts|tc|c(?=[iey])", "s"),
    (r"ck|c(?!h)|q", "k"),
    (r"ph", "f"),
    (r"kh", "h"),
    (r"w", "v"),
    (r"yu|ju|iu", "u"),
    (r"i?ya|i?ja|ia", "a"),
    (r"ay|ey|ai|ei", "e"),
    (r"[yj]", "i"),
    (r"x", "ks"),
    (r"sch|sh", "s"),
    (r"z", "s"),
    (r"th", "t"),
    (r"(.)\1+", r"\1"),
]

# How English letters are heard, the longer first; capitals stand for sounds of two letters.
_HEARD_LATIN = [
    (r"(?:t|ss|c)ion", "Sn"),
    (r"sion", "Jn"),
    (r"ture", "Cr"),
    (r"che\b|ch(?=ine)", "S"),
    (r"tch|ch", "C"),
    (r"auto", "avto"),
    (r"ow", "o"),
    (r"gu(?=a)", "gv"),
    (r"sh", "S"),
    (r"ph", "f"),
    (r"gh", ""),
    (r"th", "t"),
    (r"ck|q", "k"),
    (r"dg|j|g(?=[eiy])", "J"),
    (r"x", "ks"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"\bkn", "n"),
    (r"\bwr", "r"),
    (r"w", "v"),
    (r"z", "s"),
]
_HEARD_CYRILLIC = [(r"дж|ж", "J"), (r"тч|ч", "C"), (r"[шщ]", "S"), (r"кс", "ks"), (r"[зц]", "s")]


def swap_layout(text: str) -> str:
    """What the same keys give on the other layout, Russian or English."""
    return text.translate(_LAYOUT).replace("ё", "е")


def transliterate(text: str) -> str:
    """Russian letters by Latin ones, or, where there are none, the other way round."""
    latin = text.translate(_LATIN)
    if latin != text:
        return latin
    for letters, cyrillic in _CYRILLIC:
        text = text.replace(letters, cyrillic)
    return text


def sound(text: str) -> str:
    """A rough Latin key that is equal for spellings that sound alike in either alphabet."""
    text = re.sub(r"[^a-z0-9 ]+", "", text.translate(_LATIN))
    for pattern, letter in _ALIKE:
        text = re.sub(pattern, letter, text)
    return text


def consonants(word: str) -> str:
    """What is heard of an English word by its consonants, also where Russian letters spell it.

    ``Jd`` of «paged» is in «паджед», too: vowels are what transliterations differ by.
    """
    for pattern, letter in _HEARD_CYRILLIC if re.search("[а-я]", word) else _HEARD_LATIN:
        word = re.sub(pattern, letter, word)
    word = re.sub(r"[aeiouyьъ\W\d_]|[аеиоуыэюяй]", "", word).translate(_LATIN)
    return re.sub(r"(.)\1+", r"\1", word)

"""Latin names as Russian and Ukrainian posts write them by ear: «Джемини», «клодом». Pure.

Each name becomes a pattern of what its letters may be heard as, with the endings of cases. Only
names of this list are looked for: nearly any Russian word sounds like some Latin one.
"""

import re
from functools import lru_cache

from bot.text import words

_NAMES = words(
    "gemini gemma claude sonnet haiku anthropic openai chatgpt deepseek qwen kimi llama mistral "
    "grok perplexity midjourney runway kling suno flux copilot whisper nvidia google microsoft "
    "github discord stanford tesla alibaba tencent huawei baidu bytedance moonshot manus "
    "windsurf replit groq cerebras gigachat kandinsky notebooklm minimax hunyuan imagen "
    "pixtral nemotron huggingface pytorch tensorflow kubernetes docker starlink neuralink figma"
)
_IRREGULAR = {
    "чатгпт": "chatgpt",
    "чатжпт": "chatgpt",
    "чатджипити": "chatgpt",
    "жпт": "gpt",
    "джипити": "gpt",
    "опенэйай": "openai",
    "энвидиа": "nvidia",
    "енвідіа": "nvidia",
    "гитхаб": "github",
    "гітхаб": "github",
    "майкрософт": "microsoft",
    "хагингфейс": "huggingface",
}
_HEARD = (  # the longer first
    ("tion", "шн|шен|ция"),
    *(("ch", "ч|ш|к"), ("sh", "ш"), ("ph", "ф"), ("th", "т|с|з|ф"), ("ck", "к"), ("kh", "х")),
    *(("qu", "кв|к|ку"), ("qw", "кв"), ("gh", "г|х"), ("ts", "ц|тс"), ("dg", "дж")),
    *(("ee", "и|і|е"), ("ea", "и|і|еа"), ("oo", "у|ю"), ("au", "о|оу"), ("ou", "у|оу|ау|о")),
    *(("ow", "оу|ау|о"), ("ai", "ай|эй|ей|аи|аі|эйай"), ("ay", "эй|ей|ай"), ("ei", "эй|ей|ай")),
    *(("ua", "уа|ва"), ("ia", "иа|ия|іа|ія"), ("yu", "ю"), ("eo", "ео|ио|іо")),
    *(("a", "а|э|е|эй|ей|є"), ("e", "е|э|и|і|є|"), ("i", "и|і|ай|ы|й"), ("o", "о|а|оу")),
    *(("u", "у|ю|а"), ("y", "и|і|ай|й|ий"), ("ge", "дже|ге|же"), ("gi", "джи|ги|гі|джі|жи|гига")),
    *(("ce", "се|це|с"), ("ci", "си|ци"), ("c", "к"), ("x", "кс|икс"), ("j", "дж|ж")),
    *(("w", "в|у"), ("q", "к"), ("z", "з|ц"), ("h", "х|г|"), ("s", "с|з"), ("g", "г|ґ")),
    *zip("bdfklmnprtv", "бдфклмнпртв", strict=True),
)
_SOUNDS = dict(_HEARD)
_LETTERS = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_ENDING = "(?:ами|ями|ов|ом|ем|ой|ою|ах|ях|у|ю|а|я|е|и|ы|і|ї)?"
_LEAST = 4  # letters of a word


def _pattern(name: str) -> str:
    """What a name may be heard as; a vowel that ends it gives way to that of a case."""
    stem = re.sub("[aeio]$", "", name)
    last = f"(?:{_SOUNDS[name[-1]]})?" if stem != name else ""
    single = re.sub(r"([^aeou])\1", r"\1", stem)  # doubled vowels have a sound of their own
    heard = _LETTERS.sub(lambda found: f"(?:{_SOUNDS[found[0]]})+?", single)
    return f"{heard}{last}ь?{_ENDING}"


_PATTERNS = {name: re.compile(_pattern(name)) for name in _NAMES}


@lru_cache(8192)  # most words of a language are few
def heard_name(word: str) -> str:
    """The Latin name that a lower-case word in Cyrillic letters spells; empty for another word."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < _LEAST:
        return ""
    return next((name for name, heard in _PATTERNS.items() if heard.fullmatch(word)), "")

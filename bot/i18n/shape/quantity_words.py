"""How one language counts and measures in words: what the checker of answers reads numbers by."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NumberWords:
    """Numerals as a small grammar; words are normalised (caseless, «е» for «ё»).

    ``cardinals`` and ``multipliers`` (hundred, thousand, dozen) map a value to all forms of its
    word; only the forms in ``alone`` mean one such thing without a number before. ``ordinals`` and
    ``compounds`` («двух» of «двухэтапный») map a value to stems, ordinals take one of
    ``ordinal_ends`` (a pattern). ``fractions`` map a denominator to its forms, ``factors`` a value
    to words that multiply by it, ``factor_stems`` likewise by their beginnings. ``and_half``,
    ``half_of``, ``joint`` and ``ratio`` are patterns: «с половиной»; what makes half of the
    multiplier that follows; what may stand inside of one numeral; what stands between the two
    numbers of “one in five”; ``every`` stands before the ordinal of a share.
    """

    cardinals: Mapping[float, str]
    multipliers: Mapping[int, str]
    alone: str
    ordinals: Mapping[int, str]
    ordinal_ends: str
    compounds: Mapping[int, str]
    fractions: Mapping[int, str]
    factors: Mapping[float, str]
    factor_stems: Mapping[int, str]
    and_half: str
    half_of: str
    joint: str
    ratio: str
    every: str


@dataclass(frozen=True, kw_only=True)
class MeasureWords:
    """Words that tell what a number measures and which way it goes; patterns of whole words.

    ``units`` are named as in ``checks.quantities``; ``up`` and ``down`` are changes, ``least`` and
    ``most`` bounds before a number, ``minus`` its sign, ``negation`` makes a change none;
    ``governing`` words make the name that follows an object, not the owner of a number.
    """

    units: Mapping[str, str]
    up: str
    down: str
    least: str
    most: str
    minus: str
    negation: str
    governing: str

"""What people write in one language where a program would want a command or a number."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PlainWords:
    """Words for screens and of times, normalised (caseless, «е» for «ё»).

    ``screens`` name a screen by the phrases that ask for it, separated by bars; ``polite`` words
    add nothing to a phrase. The others are patterns: ``zone_of`` stands before a place whose zone
    is meant, ``in_place`` before any; what stands ``before`` a time; what divides ``hours`` from
    ``minutes`` and ends these; ``morning``, ``afternoon`` and ``night`` tell the half of the day;
    ``named`` hours are words; ``half_of`` and ``quarter_of`` come before the ordinal of the hour
    that runs, ``half`` and ``quarter`` are minutes that have passed (``past``) or are missing
    (``to``, before the minutes or after them). ``questioning`` words make a text a question;
    ``closing`` ones, like the polite ones, end a conversation without asking anything.
    """

    screens: Mapping[str, str]
    polite: str
    zone_of: str
    in_place: str
    before: str
    hours: str
    minutes: str
    morning: str
    afternoon: str
    night: str
    named: Mapping[int, str]
    half_of: str
    quarter_of: str
    half: str
    quarter: str
    past: str
    to: str
    today: str
    yesterday: str
    this_week: str
    this_month: str
    in_month: str
    questioning: str
    closing: str

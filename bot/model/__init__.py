"""The words of the project as frozen values: post, paper, entry, story, digest, slot. Pure."""

from bot.languages import Language
from bot.model.analysis import SKIPPED_KINDS, Analysis, Card, Engine, Entry, Importance, Story
from bot.model.digest import (
    AtNight,
    Cadence,
    Claim,
    Digest,
    Length,
    Opening,
    Period,
    PeriodName,
    Section,
    Slot,
    Subscription,
    Theme,
)
from bot.model.message import Button, Delivery, Entity, Screen
from bot.model.post import Channel, Link, LinkKind, Origin, Paper, Post, Preview, Route
from bot.model.summaries import (
    EntrySummary,
    StorySummary,
    Survey,
    entry_summary,
    story_name,
    story_summary,
)
from bot.model.value import Value, utc_now

__all__ = [
    "SKIPPED_KINDS",
    "Analysis",
    "AtNight",
    "Button",
    "Cadence",
    "Card",
    "Channel",
    "Claim",
    "Delivery",
    "Digest",
    "Engine",
    "Entity",
    "Entry",
    "EntrySummary",
    "Importance",
    "Language",
    "Length",
    "Link",
    "LinkKind",
    "Opening",
    "Origin",
    "Paper",
    "Period",
    "PeriodName",
    "Post",
    "Preview",
    "Route",
    "Screen",
    "Section",
    "Slot",
    "Story",
    "StorySummary",
    "Subscription",
    "Survey",
    "Theme",
    "Value",
    "entry_summary",
    "story_name",
    "story_summary",
    "utc_now",
]  # fmt: skip

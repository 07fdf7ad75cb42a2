"""The words of the project as frozen values: post, paper, entry, story, digest, slot. Pure."""

from bot.model.analysis import SKIPPED_KINDS, Analysis, Card, Engine, Entry, Importance, Story
from bot.model.digest import Cadence, Digest, Period, PeriodName, Section, Slot, Subscription
from bot.model.message import Button, Delivery, Entity, Screen
from bot.model.post import Channel, Link, LinkKind, Origin, Paper, Post, Preview, Route
from bot.model.value import Language, Value, utc_now

__all__ = [
    "SKIPPED_KINDS", "Analysis", "Button", "Cadence", "Card", "Channel", "Delivery", "Digest",
    "Engine", "Entity", "Entry", "Importance", "Language", "Link", "LinkKind", "Origin", "Paper",
    "Period", "PeriodName", "Post", "Preview", "Route", "Screen", "Section", "Slot", "Story",
    "Subscription", "Value", "utc_now",
]  # fmt: skip

"""Readers and owners: subscriptions, access, preferences, what was sent to them."""

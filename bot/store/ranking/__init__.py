"""Summaries of entries and stories by the hour, which digests rank."""

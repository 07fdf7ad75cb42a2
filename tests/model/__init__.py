"""Tests against real weights behind a real engine: ``make test-model``, never in CI."""

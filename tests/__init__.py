"""The tests, mirroring ``bot``."""

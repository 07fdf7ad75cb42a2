"""The process: its parts, their start, shutdown, health and log."""

"""The channels that are read, and how each is doing."""

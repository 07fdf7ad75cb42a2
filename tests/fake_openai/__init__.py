"""The fake model server against what the real one is known to do."""

"""Public preview pages of channels: fetching, parsing, when to look again."""

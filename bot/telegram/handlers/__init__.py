"""Commands, buttons and events, one behaviour each."""

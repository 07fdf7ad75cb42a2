"""The sources as owners keep them in the chat: looked at, added, suggested by readers."""

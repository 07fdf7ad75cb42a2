"""Updates of the Bot API: messages, albums, forwards."""

"""What a reader sees: messages and their buttons, drawn purely."""

"""Words without a command, and messages without words: what they mean, and the answers."""

"""The answers of the bot in a terminal: demo, digests, topics, imports, scores, checks."""

"""How messages go out: the session, the sender, what Telegram refused."""

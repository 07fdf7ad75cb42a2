"""Looks at what the bot stands on, as the doctor and the setup show them."""

"""The first minutes: what the bot needs is asked for, tried out and written down."""

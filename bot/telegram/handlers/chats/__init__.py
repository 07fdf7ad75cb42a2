"""Groups and channels: who puts the bot there, what is set, what is said."""

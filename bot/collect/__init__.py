"""The outside as posts: public previews, updates of the bot, forwards, exports → ``Post``."""

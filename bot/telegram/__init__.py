"""Telegram: updates in, messages out. The only home of aiogram.

wire.py      the line; outcome.py  what became of a send
poll.py      getUpdates → stream updates → inbox.py → collecting.py, or dispatch.py's routers
sender.py    stream outbox → messages, once each
serve.py     all of it, side by side
"""

"""Telegram: updates in, messages out. The only home of aiogram.

wire.py      the line; outcome.py  what became of a send
poll.py      getUpdates → stream updates → inbox.py → routers of behaviours
sender.py    stream outbox → messages, once each
"""

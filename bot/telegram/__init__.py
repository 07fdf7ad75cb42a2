"""Telegram: updates in, messages out. The only home of aiogram.

receive/     getUpdates or a webhook → stream updates → the inbox: posts to the collector, and …
handlers/    … the rest by dispatch.py to the routers; words/ tell what free text means
replies/     what a handler answers by; middleware/ who asks, and whether they may
send/        stream outbox → messages, once each
serve.py     all of it, side by side
"""

from bot.telegram.lazy_types import load_aiogram

load_aiogram()  # before any module here imports it

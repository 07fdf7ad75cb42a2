"""Tests of what readers see; pictures of the main screens, drawn from recorded messages.

readings.json  what a model would say of some sample posts
record.py      a conversation with the whole bot about the sample channels → messages
glyphs.py      how wide the font's characters are
emoji.py       small drawings for signs that the font does not have
lines.py       text with entities → lines that fit a bubble
chat.py        a message → a picture of a chat
__main__.py    ``python -m tests.screens`` draws docs/screens anew; test_pictures.py compares
"""

"""The page docs/cards.md: invented posts with their cards, as the bot makes them.

posts.toml           the posts, and what a model would answer about some of them
first_version.json   their cards without a model as the first version made them
cards.py             a post → its cards, without a model and through the checker
__main__.py          ``python -m tests.cards_page`` writes docs/cards.md
"""

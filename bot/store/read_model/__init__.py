"""The read model: one file of SQLite that is made of the store, and the queries of it.

``follower`` keeps the file up with the log of changes; ``surveys`` and ``search`` ask it. It may
be deleted at any moment: Redis stays the only state.
"""

"""Backups: the store as it was at one instant in a file of JSON lines, and the way back.

``snapshot`` reads a store that is written to meanwhile, ``archive`` is the form of the file,
``restore`` puts it into an empty store, ``merge`` adds it to one with data.
"""

"""The archive as tools for programs that speak the Model Context Protocol; reads only.

    arguments  what a tool may be asked, within bounds; pure
    answers    documented JSON → what a tool answers: bounded, with addresses; pure
    tools      arguments → answer: the queries, a few at a time
    server     the tools as the protocol's own SDK serves them
    stdio      over the standard streams of a process
    http       over the web stage, for who has the token

The SDK is an extra (``fortochka[mcp]``), loaded by ``server``, ``stdio`` and ``http`` alone.
"""

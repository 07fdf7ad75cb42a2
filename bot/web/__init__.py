"""The archive for people and programs: pages of what public channels said, over HTTP.

    places    an address ⇄ what it names (``PagePlace``); pure
    pages     what stands on a page, as frozen values of the model's words; pure
    archive   PagePlace → page: the queries
    html      page → HTML, by templates and texts
    twins     page → feeds, JSON, BibTeX, Markdown; pure
    mini_app  what a reader saved and chose, changed inside Telegram (init_data: who it is)
    own_feed  what one reader's digests would show, as a feed
    serve     HTTP: routes, limits, caches, headers
    site_…    the same pages and forms as files, in a folder of ours

Whatever shows the archive in another form takes the values of ``pages`` and nothing else.
"""

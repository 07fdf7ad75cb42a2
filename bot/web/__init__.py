"""The archive for people and programs: pages of what public channels said, over HTTP.

    places    an address ⇄ what it names (``PagePlace``); pure
    pages     what stands on a page, as frozen values of the model's words; pure
    archive   PagePlace → page: the queries
    html      page → HTML, by templates and texts; feeds, JSON and files of a site stand beside
    serve     HTTP: routes, limits, caches, headers

Whatever shows the archive in another form takes the values of ``pages`` and nothing else.
"""

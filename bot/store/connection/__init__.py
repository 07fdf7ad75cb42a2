"""The connection to Redis: the client, its clock, the embedded server."""

"""The forms that a model fills in, their JSON schemas, and finding one in an answer."""

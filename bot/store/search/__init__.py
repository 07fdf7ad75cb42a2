"""Full-text search: a local projection of the entries."""

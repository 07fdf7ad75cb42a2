"""Questions to the archive: what one names, and what a model may answer from its stories."""

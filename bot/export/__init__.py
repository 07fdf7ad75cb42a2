"""Stories as documents: JSON, Markdown, text, BibTeX."""

"""What a search finds and what a question is answered, as screens. Pure."""

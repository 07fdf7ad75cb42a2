"""What a language has to say: the texts, numbers and dates that each language fills in."""

"""A model behind a server that speaks Chat Completions: requests, answers, what was learned."""

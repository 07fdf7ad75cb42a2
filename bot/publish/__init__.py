"""Entry → Story, Digest, Screen, Slot: what a reader gets, decided purely."""

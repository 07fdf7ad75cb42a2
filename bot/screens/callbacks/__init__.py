"""What buttons and links carry, packed and read."""

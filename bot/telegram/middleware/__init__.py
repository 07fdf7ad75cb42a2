"""What runs before a handler: who may, who asks, in which language."""

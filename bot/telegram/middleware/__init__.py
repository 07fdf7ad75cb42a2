"""What runs before a handler: access, owners, reader, language."""

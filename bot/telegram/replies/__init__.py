"""How handlers answer."""

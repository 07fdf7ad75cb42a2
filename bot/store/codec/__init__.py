"""How values are stored: packed bodies and their versions."""

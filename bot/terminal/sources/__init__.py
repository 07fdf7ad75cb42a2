"""Sources in the terminal: lists of channels as files, and the command that changes them."""

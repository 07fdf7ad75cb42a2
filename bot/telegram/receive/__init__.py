"""How updates come in: polling or webhook, the inbox, channel posts."""

"""What an operator does to the data: backups, restoring, repair."""

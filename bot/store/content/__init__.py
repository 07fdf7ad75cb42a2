"""What was collected and extracted: posts, entries, stories."""

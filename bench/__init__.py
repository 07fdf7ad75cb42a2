"""Programs that measure and break the product, one command each: `python -m bench NAME`."""

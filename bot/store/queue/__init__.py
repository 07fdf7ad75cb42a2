"""Work streams: consumers, leases, retries, dead letters."""

"""The outbox: what is to be sent, in the order of each chat."""

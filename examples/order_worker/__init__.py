"""Orders from a queue, each stored once."""

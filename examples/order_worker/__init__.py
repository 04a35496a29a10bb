"""Orders from a queue, each stored exactly once."""

"""A table's stream counted into scores: exactly, in order, and past records that cannot be read."""

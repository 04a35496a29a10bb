"""Templates that nobody here wrote."""

"""The effects of a deployment on work in flight, from the old and the new templates."""

"""Refuses what the model of a service's API refuses: lengths, ranges, patterns and enumerations."""

"""Scores from a table's stream: exact, in order, and in spite of invalid records."""

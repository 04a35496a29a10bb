"""Sizes from measurements: memory, timeouts, concurrency; and what they cost.

Pure Python: nothing here imports anything outside the standard library, calls AWS or reads a clock, so the
same files always give the same answer. `python -m lambda_constructs.sizing` does it in a terminal.
"""

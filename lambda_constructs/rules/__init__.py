"""What is allowed and why: pure Python, numbers in, verdict out.

Nothing in this package imports anything outside the standard library.
"""

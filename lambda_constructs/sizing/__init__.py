"""Memory sizes, timeouts and concurrency from measurements and traffic, and what they cost.

Pure Python: this package imports only the standard library and the rules, does not call AWS and does not read
a clock, so the same files always give the same answer. `lambda-constructs sizing` is its command line.
"""

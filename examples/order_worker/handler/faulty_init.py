"""A bad release that does not even start: what it needs is missing."""

raise ImportError("No module named 'payments'")
